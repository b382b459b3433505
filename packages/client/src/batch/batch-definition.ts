import type { BatchItem, BatchPlan, Task } from '@dureq/types'

/** The items of a batch: a list, or whatever makes them one after the other, such as a generator that reads a file. */
export type BatchItems<Payload = unknown> = Iterable<BatchItem<Payload>> | AsyncIterable<BatchItem<Payload>>

/** A batch of tasks named by their types; items take any JSON. */
export interface PlainBatch extends BatchPlan {
  readonly items: BatchItems
  readonly itemTask?: never
  readonly onetimeTask?: never
}

/** A batch of tasks that `defineTask` made: they type the payloads and check them. */
export interface TypedBatch<Input, Result, OnetimeInput>
  extends Omit<BatchPlan, 'itemTaskType' | 'onetimeTaskType' | 'onetimePayload'> {
  /** The task that handles each item. */
  readonly itemTask: Task<Input, unknown, Result>
  readonly items: BatchItems<NoInfer<Input>>
  /** The task that runs once before the items; they see its result as `ctx.batch.onetimeResult`. */
  readonly onetimeTask?: Task<OnetimeInput, unknown, unknown>
  readonly onetimePayload?: NoInfer<OnetimeInput>
  readonly itemTaskType?: never
  readonly onetimeTaskType?: never
}

/** How a batch is enqueued, besides its definition. */
export interface EnqueueBatchOptions {
  /**
   * Makes the call repeatable: for 24 hours the same request id gives the same batch. A producer that was interrupted goes on
   * where it had stopped when it comes again with it and the same items.
   */
  readonly requestId?: string
  /** Begins with the first items, while others are still on their way. Default: only when all are stored. */
  readonly startAtOnce?: boolean
}
