import type { BatchEnding } from '@dureq/types'
import { RETRY } from './attempts.ts'
import type { Draft } from './draft.ts'
import { setPhase } from './moves.ts'

/** The batch is to end like this, unless it has ended or is ending in a way that goes before. */
export function beginEnding(draft: Draft, ending: BatchEnding): void {
  const { state } = draft
  if (state.phase === 'over') return
  if (state.phase !== 'ending') setPhase(draft, 'ending')
  else if (!replaces(ending, state.ending)) return
  const told = state.ending?.told
  state.ending = { ...ending, ...(told && { told }) }
  if (state.retryAt !== undefined) draft.timers.set(RETRY, undefined)
  delete state.retryAt
}

/** A cancel goes before everything but another one; a failure that is final before one that may be retried. */
function replaces({ status, final }: BatchEnding, present: BatchEnding | undefined): boolean {
  if (present?.status === 'cancelled') return false
  return status === 'cancelled' || (final === true && present?.final !== true)
}
