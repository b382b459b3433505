import { assertWorkflowTransition, type InstanceEvent } from '@dureq/types'
import { backOff, hasAttemptsLeft } from './attempts.ts'
import { isOpen } from './begin.ts'
import { clearDeadline } from './deadline.ts'
import { type Draft, demand, type End } from './draft.ts'
import { setPhase } from './moves.ts'
import { tellBatch } from './tell.ts'

/**
 * What every message ends with: ends the batch, or begins to wait for its next attempt, when there is nothing left to end
 * before.
 */
export function conclude(draft: Draft): void {
  demand(draft)
  const { phase, ending, running, onetime } = draft.state
  if (phase === 'items' && isSettled(draft)) return endItems(draft)
  if (phase !== 'ending' || ending === undefined || running > 0 || onetime?.status === 'running') return
  if (ending.status === 'failed' && hasAttemptsLeft(draft, ending)) return backOff(draft, ending.error)
  end(draft, { status: ending.status, error: ending.error })
}

/** Every item there will ever be has been carried out. */
function isSettled(draft: Draft): boolean {
  const { next, running, redo = 0, stale = 0 } = draft.state
  return !isOpen(draft) && next === draft.known.head.size && running + redo + stale === 0
}

function endItems(draft: Draft): void {
  const { failed } = draft.state
  if (failed === 0) return end(draft, { status: 'completed' })
  const error = `${failed} of ${draft.known.head.size} items failed`
  if (hasAttemptsLeft(draft, { error })) return backOff(draft, error)
  end(draft, { status: 'failed', error })
}

const eventOf: Readonly<Record<End['status'], InstanceEvent['type']>> = {
  completed: 'batch.completed',
  failed: 'batch.failed',
  cancelled: 'batch.cancelled',
}

function end(draft: Draft, result: End): void {
  assertWorkflowTransition(draft.known.head.status, result.status)
  setPhase(draft, 'over')
  clearDeadline(draft)
  delete draft.state.ending
  draft.end = result
  tellBatch(draft, eventOf[result.status], result.error)
}
