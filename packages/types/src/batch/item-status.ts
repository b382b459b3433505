import { hasStopped } from './counts.ts'
import { attemptOfUnmet, ITEMS_PER_PART, type JobsPart, type UnmetPart } from './parts.ts'
import type { BatchState } from './state.ts'

/** Where an item stands, as `countBatch` counts it. */
export type ItemStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'

/** What is stored of an item. */
export interface StoredItemState {
  readonly place: number
  /** Its part `d:<n>`, if there is one. */
  readonly jobs: JobsPart | undefined
  /** Its part `f:<place>` and the order of that in the set `unmet`, if there is one. */
  readonly unmet: { readonly status: UnmetPart; readonly order: number } | undefined
}

/**
 * Where an item stands, from what is stored of it and of its batch. A finer status (`retrying`, `paused`), output and error
 * are those of its job, which of a pending item is a job of an earlier attempt.
 */
export function itemStatus(state: BatchState, { place, jobs, unmet }: StoredItemState): ItemStatus {
  const waiting = hasStopped(state) ? 'cancelled' : 'pending'
  if (place >= state.next) return waiting
  if (jobs?.running?.includes(place % ITEMS_PER_PART) === true) return 'running'
  if (unmet === undefined) return 'completed'
  return attemptOfUnmet(unmet.order) < state.attempt ? waiting : unmet.status
}
