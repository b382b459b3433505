import { OPEN_TIMER } from '@dureq/types'
import { beginAttempt, RETRY } from './attempts.ts'
import { isOpen } from './begin.ts'
import { DEADLINE } from './deadline.ts'
import type { Draft } from './draft.ts'
import { beginEnding } from './ending.ts'
import { PROGRESS } from './progress.ts'
import { tellBatch } from './tell.ts'

/** The text `ExecutionTimedOutError` begins with, as a timed-out batch has it. */
const TIMED_OUT = 'dureq: execution timed out'

/** Why a batch fails whose producer is gone. */
const ABANDONED = 'no more items came for 24 hours'

/** A timer was due. One that has been set anew or taken away since changes nothing. */
export function onTimerDue(
  draft: Draft,
  { name, dueAt }: { readonly name: string; readonly dueAt: number },
): void {
  const { state } = draft
  if (name === DEADLINE && dueAt === state.deadline) onDeadline(draft)
  if (name === RETRY && dueAt === state.retryAt) beginAttempt(draft)
  if (name === OPEN_TIMER && isOpen(draft)) onAbandoned(draft)
  if (name === PROGRESS && dueAt === state.progressDue) onProgressDue(draft)
}

/** It fails at once for everybody to see; whatever is in flight is cancelled before it ends. */
function onDeadline(draft: Draft): void {
  if (draft.state.phase === 'ending') return
  tellBatch(draft, 'batch.timed_out', TIMED_OUT)
  beginEnding(draft, { status: 'failed', error: TIMED_OUT })
}

/** Another attempt would miss the same items. */
function onAbandoned(draft: Draft): void {
  beginEnding(draft, { status: 'failed', error: ABANDONED, final: true })
}

function onProgressDue(draft: Draft): void {
  delete draft.state.progressDue
  draft.isProgressDue = true
}
