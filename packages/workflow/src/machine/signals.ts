import type { PendingSignal } from '@dureq/types'
import { takeRoute } from './choose-branch.ts'
import { completeTask } from './complete-task.ts'
import { type Draft, MissingSignal } from './draft.ts'
import { SIGNALS_LOADED } from './known.ts'
import { tasksIn } from './marked.ts'
import { setTask, taskFacts } from './tasks.ts'

/** The routes of a wait. */
const ARRIVED = 0
const LATE = 1

/** More than there can be signals for at once; of those that began in one moment the store does not know the order. */
const WAITS_LOOKED_AT = 10 * SIGNALS_LOADED

/**
 * The oldest pending signal of a name that no wait has consumed; undefined when none is pending, `unknown` when more
 * may be than were looked at.
 */
export function nextSignal(draft: Draft, name: string): PendingSignal | 'unknown' | undefined {
  const pending = draft.known.signals.get(name)
  if (pending === undefined) {
    draft.missing.signals.add(name)
    throw new MissingSignal()
  }
  const next = pending.find(({ id }) => !draft.acknowledged.has(id))
  if (next !== undefined) return next
  return pending.length < SIGNALS_LOADED ? undefined : 'unknown'
}

/** Gives the pending signals of a name to the waits for it: the oldest to the one that has waited longest. */
export function serveWaits(draft: Draft, name: string): void {
  if ((draft.state.waiting ?? 0) === 0) return
  for (const task of tasksIn(draft, `signal:${name}`, WAITS_LOOKED_AT)) {
    const signal = nextSignal(draft, name)
    if (signal === undefined) return
    if (signal === 'unknown') return lookAgain(draft, name)
    giveSignal(draft, task, signal)
  }
}

/** A wait has its signal: it is done, with the payload as its output. */
export function giveSignal(draft: Draft, name: string, signal: PendingSignal): void {
  draft.acknowledged.add(signal.id)
  endTimer(draft, name)
  const output = signal.payload === undefined ? {} : { output: signal.payload }
  if (hasRoutes(draft, name)) return takeRoute(draft, name, { route: ARRIVED, ...output })
  setTask(draft, name, { ...taskFacts(draft, name).part, ...output })
  completeTask(draft, name, output)
}

/** A wait with routes has had no signal in time. */
export function takeLateRoute(draft: Draft, name: string): void {
  takeRoute(draft, name, { route: LATE })
}

/** Whether a wait chooses by what comes first. */
export function hasRoutes(draft: Draft, name: string): boolean {
  const { task } = taskFacts(draft, name)
  return 'conditionRoutes' in task && task.conditionRoutes !== undefined
}

/** The name of the timer of a wait. */
export function waitTimer(name: string): string {
  return `wait:${name}`
}

/** A wait needs its timer no more. */
export function endTimer(draft: Draft, name: string): void {
  const { part } = taskFacts(draft, name)
  if (part.until !== undefined) draft.timers.set(waitTimer(name), undefined)
}

function lookAgain(draft: Draft, name: string): void {
  draft.more = true
  draft.state.signals = [...new Set([...(draft.state.signals ?? []), name])]
}
