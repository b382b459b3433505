import type { ConcurrencyKey } from '../concurrency-key.ts'
import type { Duration } from '../duration.ts'
import type { JobStatus } from '../job-status.ts'
import type { JsonValue } from '../json.ts'
import type { Priority } from '../priority.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { WorkflowStatus } from '../workflow-status.ts'

/** What a failed item does to its batch: `fail_fast` ends it and cancels the rest, `continue_on_error` goes on. */
export type BatchFailurePolicy = 'fail_fast' | 'continue_on_error'

/** Every `BatchFailurePolicy`; the second is the default. */
export const batchFailurePolicies: readonly BatchFailurePolicy[] = ['fail_fast', 'continue_on_error']

/** What a job does for its batch: the shared preprocessing, or one item. */
export type BatchRole = 'onetime' | 'item'

/** How many items of a batch are in flight at once when its definition does not say: 100. */
export const defaultChunkSize = 100

/** One item of a batch. */
export interface BatchItem<Payload = JsonValue> {
  /** Unique within the batch. */
  readonly id: string
  readonly payload: Payload
}

/** A batch to run: the same task for many items, after an optional shared step. */
export interface BatchDefinition<Payload = JsonValue> {
  readonly name: string
  /** Task that runs once before the items; they see its result as `ctx.batch.onetimeResult`. */
  readonly onetimeTaskType?: string
  readonly onetimePayload?: JsonValue
  /** Task that handles each item. */
  readonly itemTaskType: string
  /** An empty list completes at once. */
  readonly items: readonly BatchItem<Payload>[]
  /** Default: `continue_on_error`. */
  readonly failurePolicy?: BatchFailurePolicy
  /** Most items in flight at once: a sliding window. Default: 100. */
  readonly chunkSize?: number
  /** Retry policy of each item; without it that of the handler. */
  readonly itemRetryPolicy?: RetryPolicy
  /** Limits how many items run at once together with other jobs that have the same keys. */
  readonly itemConcurrencyKeys?: readonly ConcurrencyKey[]
  /** The whole batch fails when it takes longer. Default: no limit. */
  readonly executionTimeout?: Duration
  /** Retries the failed items of a failed batch; `maxAttempts` counts the first attempt. Default: none. */
  readonly retryPolicy?: RetryPolicy
  /** Priority of all jobs of the batch. Default: 5. */
  readonly defaultPriority?: Priority
}

/** What a batch is but for its items: what is stored as its definition. */
export type BatchPlan = Omit<BatchDefinition, 'items'>

/** Where the shared step of a batch stands. */
export interface BatchOnetimeState {
  readonly jobId?: string
  readonly status: JobStatus
  /** What it returned. */
  readonly resultData?: JsonValue
  readonly error?: string
  /** When its job was enqueued. */
  readonly startedAt?: number
  readonly finishedAt?: number
}

/** Where one item of a batch stands. */
export interface BatchItemState {
  readonly itemId: string
  /** The job that handles it now, or did last. */
  readonly jobId?: string
  readonly status: JobStatus
  readonly error?: string
  /** When its job was enqueued. */
  readonly startedAt?: number
  readonly finishedAt?: number
}

/** What one item came to: its last outcome. */
export interface BatchItemResult<Output = JsonValue> {
  readonly batchId: string
  readonly itemId: string
  readonly success: boolean
  readonly output?: Output
  readonly error?: string
}

/** A batch as it stands. Instants are epoch milliseconds. */
export interface BatchInstance {
  readonly id: string
  readonly name: string
  readonly status: WorkflowStatus
  readonly definition: BatchDefinition
  readonly onetimeState?: BatchOnetimeState
  /** By item id; holds at most 1,000 and says so with `truncated`. */
  readonly itemStates: Readonly<Record<string, BatchItemState>>
  readonly totalItems: number
  readonly completedItems: number
  readonly failedItems: number
  readonly runningItems: number
  readonly pendingItems: number
  /** Cancelled, or left over when the batch ended. All five together are `totalItems`. */
  readonly cancelledItems: number
  /** Index into the items: where the next ones to dispatch begin. */
  readonly nextChunkIndex: number
  /** When `executionTimeout` is over. */
  readonly deadline?: number
  /** 1 at first; each retry raises it. */
  readonly attempt: number
  readonly maxAttempts: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly completedAt?: number
  /** Why it failed or was cancelled. */
  readonly error?: string
  /** More items are on their way. */
  readonly open?: true
  /** Items and states are left out here; they can be listed page by page. */
  readonly truncated?: boolean
}

/** How far a batch is, as its `batch.progress` events say. */
export interface BatchProgress {
  readonly batchId: string
  /** Items completed or failed. */
  readonly done: number
  readonly total: number
  readonly failed: number
  readonly step?: 'onetime' | 'processing' | 'done'
}
