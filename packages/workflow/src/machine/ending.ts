import type { Ending } from '@dureq/dag'
import type { Draft } from './draft.ts'
import { cancelInit } from './hooks.ts'
import { setPhase } from './phase.ts'

/** The text `ExecutionTimedOutError` begins with, as a timed-out workflow and its tasks have it. */
export const TIMED_OUT = 'dureq: execution timed out'

/** The workflow is to end like this, unless it is already ending in a way that goes before: then it answers false. */
export function beginEnding(draft: Draft, ending: Ending): boolean {
  const { state } = draft
  if (state.phase === 'over' || !replaces(ending, state.ending)) return false
  const wasInit = state.phase === 'init'
  setPhase(draft, 'ending')
  state.ending = ending
  delete state.retryAt
  draft.timers.set('retry', undefined)
  if (wasInit) cancelInit(draft, reasonOf(ending))
  return true
}

/** What its active tasks are told: why they end. */
export function reasonOf({ status, error }: Ending): string {
  return error ?? (status === 'continued' ? 'continued as new' : status)
}

/** A cancel goes before everything but another one; a deadline before a failure that lets tasks finish. */
function replaces(ending: Ending, present: Ending | undefined): boolean {
  if (present === undefined) return true
  if (ending.status === 'cancelled') return present.status !== 'cancelled'
  return ending.timedOut === true && present.finish === true
}
