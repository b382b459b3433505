import type { BatchCounts } from '../batch/counts.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import { DureqError } from './dureq-error.ts'

/** What was asked of a batch is not possible in the status it has; nothing was changed. */
export class InvalidBatchStatusError extends DureqError<'invalid-batch-status'> {
  static override readonly code = 'invalid-batch-status'
  readonly batchId: string
  /** The status the batch has. */
  readonly status: WorkflowStatus
  /** What was asked: `cancel`, `retry`, `delete`, `append to`. */
  readonly verb: string

  constructor(batchId: string, status: WorkflowStatus, verb: string, options?: ErrorOptions) {
    const move = `cannot ${verb} batch ${batchId}, it is ${status}`
    super(`dureq: invalid batch status transition: ${move}`, options)
    this.batchId = batchId
    this.status = status
    this.verb = verb
  }
}

/** There is a batch, but no item of this id in it. */
export class BatchItemNotFoundError extends DureqError<'batch-item-not-found'> {
  static override readonly code = 'batch-item-not-found'
  readonly batchId: string
  readonly itemId: string

  constructor(batchId: string, itemId: string, options?: ErrorOptions) {
    super(`dureq: batch item not found: ${itemId} of batch ${batchId}`, options)
    this.batchId = batchId
    this.itemId = itemId
  }
}

/** How a batch ended that was not completed. */
interface BatchEnd {
  readonly reason: string
  readonly counts: BatchCounts
}

/** The batch a caller waited for has finally failed. */
export class BatchFailedError extends DureqError<'batch-failed'> {
  static override readonly code = 'batch-failed'
  readonly batchId: string
  /** Why it failed. */
  readonly reason: string
  /** How far it came. */
  readonly counts: BatchCounts

  constructor(batchId: string, end: BatchEnd, options?: ErrorOptions) {
    super(`dureq: batch ${batchId} failed: ${end.reason}`, options)
    this.batchId = batchId
    this.reason = end.reason
    this.counts = end.counts
  }
}

/** The batch a caller waited for was cancelled. */
export class BatchCancelledError extends DureqError<'batch-cancelled'> {
  static override readonly code = 'batch-cancelled'
  readonly batchId: string
  /** Why, as whoever cancelled it said; `cancelled` when nothing was said. */
  readonly reason: string
  /** How far it came. */
  readonly counts: BatchCounts

  constructor(batchId: string, end: BatchEnd, options?: ErrorOptions) {
    super(`dureq: batch ${batchId} was cancelled: ${end.reason}`, options)
    this.batchId = batchId
    this.reason = end.reason
    this.counts = end.counts
  }
}
