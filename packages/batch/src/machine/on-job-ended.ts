import { type InstanceMessage, partOfPlace } from '@dureq/types'
import type { Draft } from './draft.ts'
import { beginEnding } from './ending.ts'
import { failItem } from './fail-item.ts'
import { countUnmet, stopItem } from './items.ts'
import { ONETIME } from './job.ts'
import { setPhase } from './moves.ts'
import { indexInPart, jobsPart } from './parts.ts'
import { tellItem, tellOnetime } from './tell.ts'

type JobEnded = Extract<InstanceMessage, { kind: 'jobEnded' }>

/** A job has ended: that of the shared step, or of an item unless the item is carried out by another one by now. */
export function onJobEnded(draft: Draft, message: JobEnded): void {
  if (message.task === ONETIME) return onOnetimeEnded(draft, message)
  const place = Number(message.task)
  const part = jobsPart(draft, partOfPlace(place))
  const index = indexInPart(place)
  if (part?.running?.includes(index) !== true || part.jobs[index] !== message.jobId) return
  stopItem(draft, place)
  onItemEnded(draft, place, message)
}

/** A job somebody has cancelled failed; one that was cancelled because the batch is ending did not. */
function onItemEnded(draft: Draft, place: number, { status, error = status }: JobEnded): void {
  if (status === 'completed') {
    draft.state.completed++
    return tellItem(draft, 'batch.item.completed')
  }
  if (status === 'cancelled' && draft.state.phase === 'ending') return countUnmet(draft, place, 'cancelled')
  failItem(draft, place, error)
}

function onOnetimeEnded(draft: Draft, message: JobEnded): void {
  const { onetime } = draft.state
  if (onetime?.status !== 'running' || onetime.jobId !== message.jobId) return
  if (message.status === 'completed') return onOnetimeCompleted(draft, message)
  onOnetimeFailed(draft, message)
}

function onOnetimeCompleted(draft: Draft, { jobId, output }: JobEnded): void {
  const { state } = draft
  // The message may have been received without it.
  const result = output ?? outputOf(draft, jobId)
  if (typeof result === 'string') draft.input = result
  state.onetime = { jobId, status: 'completed' }
  tellOnetime(draft, 'batch.onetime.completed')
  if (state.phase === 'onetime') setPhase(draft, 'items')
}

function onOnetimeFailed(draft: Draft, { jobId, status, error = status }: JobEnded): void {
  const { state } = draft
  const isEnding = state.phase === 'ending'
  state.onetime = { jobId, status: status === 'cancelled' && isEnding ? 'cancelled' : 'failed' }
  if (state.onetime.status === 'cancelled') return
  tellOnetime(draft, 'batch.onetime.failed', error)
  if (!isEnding) beginEnding(draft, { status: 'failed', error: `the shared step failed: ${error}` })
}

function outputOf({ known, missing }: Draft, jobId: string): string | null | undefined {
  const output = known.outputs.get(jobId)
  if (output === undefined) missing.outputs.add(jobId)
  return output
}
