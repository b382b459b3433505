import { partOfPlace } from '@dureq/types'
import type { Draft } from './draft.ts'
import { beginEnding } from './ending.ts'
import { countUnmet, itemOfJob } from './items.ts'
import { indexInPart, jobsPart } from './parts.ts'
import { tellItem } from './tell.ts'

/** An item has failed for good; by `fail_fast` the batch fails with it. */
export function failItem(draft: Draft, place: number, error: string): void {
  const { state, known } = draft
  if (known.plan.failurePolicy === 'fail_fast' && state.phase === 'items') {
    const reason = `item ${nameOf(draft, place)} failed: ${error}`
    beginEnding(draft, { status: 'failed', error: reason })
  }
  countUnmet(draft, place, 'failed')
  tellItem(draft, 'batch.item.failed', error)
}

/** By its id, or by its place when there is no job any more that knows it. */
function nameOf(draft: Draft, place: number): string {
  const jobId = jobsPart(draft, partOfPlace(place))?.jobs[indexInPart(place)]
  const item = jobId === undefined ? null : itemOfJob(draft, jobId)
  return item ? JSON.stringify(item.id) : `at place ${place}`
}
