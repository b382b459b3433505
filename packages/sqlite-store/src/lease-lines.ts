import { type ClaimRequest, claimFiring, type HandlerSpec, missStart, startDeadline } from '@dureq/types'
import type { FiringWithJob } from './firing-row.ts'
import { tokenSuffix } from './firing-state.ts'
import { noteLacking, prefetchKeys, settleKeys, termsOf } from './flow.ts'
import type { Matcher } from './handler-sets.ts'
import type { KeyLine } from './key-lines.ts'
import type { LineGroup } from './line-group.ts'
import { applyMove } from './moves.ts'
import { type LinePick, type PlanLimit, planClaim } from './plan-claim.ts'
import type { Step } from './step.ts'

/** What is to be leased, to whom, and how the leases are named. */
export interface Taking extends Pick<ClaimRequest, 'nodeId' | 'start' | 'limit'> {
  /** The tokens begin with it, which no other step says of its own; then comes the number of the firing. */
  readonly tokenPrefix: string
  readonly matcher: Matcher
  /** Free slots of the handlers that have fewer than `limit`. */
  readonly free: Readonly<Record<string, number>>
}

/** A firing that was leased, with the handler it is for. */
interface Leased extends FiringWithJob {
  readonly handler: HandlerSpec
  /** The line of its key it came from. */
  readonly line: KeyLine | undefined
}

/** What was leased, in order, and the free slots left. */
export interface Taken {
  readonly leased: readonly Leased[]
  readonly free: Readonly<Record<string, number>>
  /** There may be more: it was only enough for one transaction. */
  readonly hasMore: boolean
}

/** So often a claim plans anew in one transaction, because what it picked could not be leased. */
const MOST_PLANS = 8

/**
 * Leases from the fronts of the lines whose turn it is, up to the limit. What has waited too long for its start dies
 * instead, and makes room for others; a line whose head lacks room in one of its keys is parked there.
 */
export function leaseFromLines(step: Step, taking: Taking): Taken {
  const leased: Leased[] = []
  const free = { ...taking.free }
  for (let plans = 0; plans < MOST_PLANS; plans++) {
    settleKeys(step)
    const picks = plan(step, taking, taking.limit - leased.length, free)
    const taken = picks.length === 0 ? 0 : leasePicks(step, taking, { picks, leased, free })
    // All that was picked was there and could be leased, so there is nothing to pick again but what it has made room for.
    const isDone = taken === picks.length && !settleKeys(step)
    if (leased.length === taking.limit) return { leased, free, hasMore: false }
    if (isDone) {
      noteLacking(step)
      return { leased, free, hasMore: false }
    }
    step.firings.flush()
  }
  return { leased, free, hasMore: true }
}

interface Picked {
  readonly picks: readonly LinePick[]
  readonly leased: Leased[]
  readonly free: Record<string, number>
}

/** Leases what was picked; answers with how much of it. */
function leasePicks(step: Step, taking: Taking, { picks, leased, free }: Picked): number {
  const before = leased.length
  const fronts = frontsOf(step, picks)
  prefetchKeys(
    step,
    fronts.map(({ definition }) => definition),
  )
  for (const each of fronts) {
    if (!leaseOne(step, taking, each)) continue
    leased.push(each)
    const slots = free[each.handler.name]
    if (slots !== undefined) free[each.handler.name] = slots - 1
  }
  // Nothing was there, so nothing will be when it is picked again.
  return fronts.length === 0 ? picks.length : leased.length - before
}

function plan(
  step: Step,
  { matcher, start }: Taking,
  limit: number,
  free: Readonly<Record<string, number>>,
): readonly LinePick[] {
  if (limit === 0) return []
  const { rules, lines, numbers, recall, now } = step
  const limitsOf = (group: LineGroup): readonly PlanLimit[] =>
    rules.limitsOf(group).map((rule) => ({ name: rule.name, room: recall.limits.room(rule, now) }))
  const isOpen = (group: LineGroup): boolean =>
    !rules.isPaused(group) && (start || rules.limitsOf(group).length === 0)
  const planned = planClaim({
    tiers: rules.tiers,
    groups: lines.inTurn(),
    keyLines: (group) => (start ? lines.keyLines(group, limit) : []),
    handlerFor: (group) => (isOpen(group) ? matcher(group) : undefined),
    free,
    limitsOf,
    limit,
    credits: numbers.credits,
  })
  numbers.credits = planned.credits
  return planned.picks
}

/** Picks of one line. */
interface LinePicks {
  readonly group: LineGroup
  readonly line: KeyLine | undefined
  count: number
}

/** The firings at the fronts of the lines picked, in the order of the picks; the turns of these lines are over. */
function frontsOf(step: Step, picks: readonly LinePick[]): readonly Leased[] {
  const byLine = new Map<LineGroup | KeyLine, LinePicks>()
  for (const { group, line } of picks) {
    const name = line ?? group
    // Deleting first keeps the lines in the order in which they were served last.
    const count = byLine.get(name)?.count ?? 0
    byLine.delete(name)
    byLine.set(name, { group, line, count: count + 1 })
  }
  const fronts = new Map([...byLine].map(([name, each]) => [name, frontOf(step, each)]))
  readHeads(step, [...byLine.values()], fronts)
  for (const { group, line } of byLine.values()) step.lines.served(group, line)
  return picks.flatMap(({ group, line, handler }) => {
    const next = fronts.get(line ?? group)?.next()
    return next === undefined || next.done ? [] : [{ ...next.value, handler, line }]
  })
}

type Fronts = Map<LineGroup | KeyLine, Iterator<FiringWithJob> | undefined>

/** The first of a line; of lines by key with one pick, of which there may be many, they are read together. */
function frontOf(step: Step, { group, line, count }: LinePicks): Iterator<FiringWithJob> | undefined {
  if (line !== undefined && count === 1) return undefined
  return step.firings.inLine({ ...group, key: line?.key ?? '' }, count)[Symbol.iterator]()
}

function readHeads(step: Step, all: readonly LinePicks[], fronts: Fronts): void {
  const single = new Map<LineGroup, KeyLine[]>()
  for (const { group, line, count } of all) {
    if (line === undefined || count > 1) continue
    const ofGroup = single.get(group)
    if (ofGroup === undefined) single.set(group, [line])
    else ofGroup.push(line)
  }
  for (const [group, lines] of single) {
    const heads = step.firings.heads(
      group,
      lines.map(({ key }) => key),
    )
    for (const line of lines) {
      const head = heads.get(line.key)
      if (head !== undefined) fronts.set(line, [head][Symbol.iterator]())
    }
  }
}

function leaseOne(step: Step, taking: Taking, { stored, handler, line }: Leased): boolean {
  const { firing } = stored
  const deadline = startDeadline(firing)
  if (deadline !== undefined && deadline <= step.now) {
    applyMove(step, stored, missStart(firing, step.now))
    return false
  }
  if (line !== undefined && !hasRoom(step, line, firing.job.concurrencyKeys)) return false
  const { nodeId, start, tokenPrefix } = taking
  const token = `${tokenPrefix}${tokenSuffix(stored.seq)}`
  const { leaseMs, maxAttempts } = handler
  applyMove(step, stored, claimFiring(firing, { nodeId, token, leaseMs, maxAttempts, start }, step.now))
  if (line !== undefined) parkIfFull(step, line)
  return true
}

type Keys = FiringWithJob['definition']['concurrencyKeys']

/** Whether each key has room for the head of a line; else the line is parked where there is none. */
function hasRoom(step: Step, line: KeyLine, keys: Keys = []): boolean {
  if (line.parkedAt !== null) return false
  const blocking = step.recall.keys.blocked(keys, termsOf(step))
  if (blocking !== undefined) step.lines.park(line, blocking)
  return blocking === undefined
}

/** All in a line need its key: when that has no room any more, nobody need look at the next one to know. */
function parkIfFull(step: Step, line: KeyLine): void {
  if (step.recall.keys.blocked([{ key: line.key }], termsOf(step)) !== undefined)
    step.lines.park(line, line.key)
}
