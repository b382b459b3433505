import type { BatchProgress } from '@dureq/types'
import type { Draft } from './draft.ts'
import type { Phase } from './moves.ts'

/** The name of the timer of progress that was held back. */
export const PROGRESS = 'progress'

/** Least time between two `batch.progress` events of a batch, in ms. */
const EVERY_MS = 500

/**
 * Tells how far the batch is, if this step has changed it: at once, or as soon as `EVERY_MS` are over since it was last
 * told. The end is always told.
 */
export function tellProgress(draft: Draft): void {
  const { state, tools } = draft
  if (draft.end === undefined && !hasMoved(draft)) return
  if (draft.end !== undefined || tools.now - state.progressAt >= EVERY_MS) return tell(draft)
  if (state.progressDue !== undefined) return
  state.progressDue = state.progressAt + EVERY_MS
  draft.timers.set(PROGRESS, state.progressDue)
}

function tell(draft: Draft): void {
  const { state, tools } = draft
  if (state.progressDue !== undefined) draft.timers.set(PROGRESS, undefined)
  delete state.progressDue
  state.progressAt = tools.now
  draft.events.push({ type: 'batch.progress', batchProgress: progressOf(draft) })
}

function hasMoved({ state, known, isProgressDue }: Draft): boolean {
  const before = known.state
  return (
    isProgressDue ||
    state.completed !== before.completed ||
    state.failed !== before.failed ||
    stepOf(state.phase) !== stepOf(before.phase)
  )
}

function progressOf({ state, known }: Draft): BatchProgress {
  const { completed, failed, phase } = state
  const { id, size } = known.head
  return { batchId: id, done: completed + failed, total: size, failed, step: stepOf(phase) }
}

function stepOf(phase: Phase): 'onetime' | 'processing' | 'done' {
  if (phase === 'onetime') return 'onetime'
  return phase === 'over' ? 'done' : 'processing'
}
