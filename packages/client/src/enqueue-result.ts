import type { EnqueueOutcome, ValidationError } from '@dureq/types'

/** What became of one of many jobs that were enqueued together. */
export type EnqueueResult =
  /** It is stored. `repeated`: its request id was seen in the last 24 hours, so it was stored by that call. */
  | { readonly kind: 'created'; readonly jobId: string; readonly repeated: boolean }
  /** Another job that has not ended holds its unique key; nothing was stored. */
  | { readonly kind: 'duplicate'; readonly existingJobId: string }
  /** As many jobs of its type wait as its `maxDepth`, here `limit`, allows; nothing was stored. */
  | { readonly kind: 'full'; readonly limit: number }
  /** Its payload or options are wrong; nothing was stored. */
  | { readonly kind: 'invalid'; readonly error: ValidationError }

/** The result that tells of an outcome of the store. */
export function resultOf(outcome: EnqueueOutcome): EnqueueResult {
  if (outcome.kind === 'duplicate') return { kind: 'duplicate', existingJobId: outcome.id }
  if (outcome.kind === 'full') return { kind: 'full', limit: outcome.limit }
  return { kind: 'created', jobId: outcome.id, repeated: outcome.kind === 'repeated' }
}
