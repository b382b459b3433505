import type { ConcurrencyKey, FiringJob } from '@dureq/types'
import type { KeyTerms } from './key-state.ts'
import { claimableIn, type LineGroup } from './line-group.ts'
import type { Step } from './step.ts'
import type { StoredFiring } from './stored-firing.ts'

const noKeys: readonly ConcurrencyKey[] = []

/** The rules of concurrency keys in a step. */
export function termsOf({ now, rules }: Step): KeyTerms {
  return { now, setting: rules.key }
}

/** Reads at once what is known of the concurrency keys of jobs. */
export function prefetchKeys(step: Step, jobs: readonly Pick<FiringJob, 'concurrencyKeys'>[]): void {
  const keys = jobs.flatMap(({ concurrencyKeys = noKeys }) => concurrencyKeys.map(({ key }) => key))
  if (keys.length > 0) step.recall.keys.prefetch(keys)
}

/** A firing was leased: it takes its slots and tokens. */
export function takeRoom(step: Step, stored: StoredFiring): void {
  const { keys, limits } = step.recall
  const { concurrencyKeys = noKeys } = stored.firing.job
  if (concurrencyKeys.length > 0) keys.take(concurrencyKeys, termsOf(step))
  for (const rule of limitsOn(step, stored)) limits.take(rule, step.now)
}

/** Its lease has ended: what it held is free. */
export function freeRoom(step: Step, stored: StoredFiring): void {
  const { keys, limits } = step.recall
  const { concurrencyKeys = noKeys } = stored.firing.job
  if (concurrencyKeys.length > 0) keys.free(concurrencyKeys)
  for (const rule of limitsOn(step, stored)) limits.free(rule)
}

function limitsOn({ rules }: Step, { tier, firing }: StoredFiring) {
  return rules.limitsOf({ tier: tier ?? -1, type: firing.job.taskType })
}

/** Puts lines back for which there is room in the key they wait for; answers whether there were any. */
export function settleKeys(step: Step): boolean {
  const open = step.recall.keys.settle(termsOf(step))
  if (open.length === 0) return false
  step.lines.putBack(open)
  return true
}

/** Sees to it that whoever can run what has room now is told, and that time is looked at for what has none yet. */
export function settleFlow(step: Step): void {
  settleKeys(step)
  const freed = step.recall.limits.takeFreed()
  if (freed.size > 0) touchLimited(step, freed)
}

/** Writes how the limits stand. */
export function flushFlow(step: Step): void {
  const { keys, limits } = step.recall
  step.news.dueAt = Math.min(step.news.dueAt, keys.flush(termsOf(step)), limits.flush())
}

/** Lets nodes look at what these limits hold for: so many for each. */
function touchLimited(step: Step, names: ReadonlyMap<string, number>): void {
  for (const group of step.lines.inTurn()) {
    if (claimableIn(group) === 0) continue
    const freed = step.rules.limitsOf(group).map(({ name }) => names.get(name) ?? 0)
    const nodes = Math.max(0, ...freed)
    if (nodes > 0) step.lines.touch(group, nodes)
  }
}

/** Whether something of a group can start now, as far as the group decides it; if only time keeps it, that is noted. */
export function mayStart(step: Step, group: LineGroup): boolean {
  const { rules, now } = step
  if (rules.isPaused(group)) return false
  const limits = rules.limitsOf(group)
  if (limits.every((rule) => step.recall.limits.room(rule, now) > 0)) return true
  for (const rule of limits) step.recall.limits.noteBlocked(rule, now)
  return false
}

/** Notes of everything that could be claimed and only lacks a token when that will be there. */
export function noteLacking(step: Step): void {
  if (step.rules.limits.length === 0) return
  for (const group of step.lines.inTurn()) if (claimableIn(group) > 0) mayStart(step, group)
}

/** Tells of keys, tiers and types that have room because time has passed; answers with how many. */
export function wakeFlow(step: Step, limit: number): number {
  const { keys, limits } = step.recall
  const woken = limits.wake(step.now)
  if (woken.size > 0) touchLimited(step, new Map([...woken].map((name) => [name, 1])))
  const settled = keys.wake(limit, termsOf(step))
  settleKeys(step)
  return woken.size + settled
}
