import type {
  AuditEntry,
  BatchCounts,
  BatchInstance,
  BatchItemResult,
  BatchProgress,
  JsonValue,
} from '@dureq/types'
import type { WaitOptions } from '../await-end.ts'
import type { CancelOptions } from '../cancel-options.ts'
import type { SearchOptions } from '../history/search.ts'
import type { InstanceSearch } from '../history/search-instances.ts'
import type { EnqueueBatchOptions, PlainBatch, TypedBatch } from './batch-definition.ts'
import type { BatchPage, ListBatchesOptions, SearchedBatches } from './batch-listing.ts'
import type { RetryBatchOptions } from './batch-orders.ts'
import type { BatchRef, EnqueuedBatch } from './batch-ref.ts'
import type { BatchItemPage, BatchResultPage, ItemPageOptions } from './item-page.ts'

/**
 * Batches: one task for many items. Orders resolve when they are recorded; the engine carries them out. What names no batch
 * rejects with `BatchNotFoundError`, but `getBatch`.
 */
export interface Batches {
  /**
   * Checks a batch, stores its items and starts it. Items are stored in pieces of about 1,000 items or 1 MiB; from an iterable
   * the next are taken when those before are stored, so that a batch may be larger than memory. A small one is one call.
   *
   * A list is checked whole before anything is stored. Of an iterable the first piece is; if a later one has a bad item or an
   * id that is there twice, the batch is cancelled, and nothing of it has run unless `startAtOnce`. A producer that fails half-way
   * leaves its batch open for 24 hours when it has a request id to come again with; else it is cancelled.
   *
   * @returns the batch, with its first 1,000 items; with a request id seen in the last 24 hours, that call's batch, to which
   *   items are added that it does not have yet.
   * @throws ValidationError naming every fault of definition, options and items (as `items[3].payload.to`; of many the first).
   * @throws InvalidBatchStatusError when the batch ended before all items were stored.
   * @throws StoreUnavailableError, StoreFullError as the store does; ServerStoppedError when the client is closed meanwhile.
   */
  enqueueBatch<Input, Result, OnetimeInput = JsonValue>(
    batch: TypedBatch<Input, Result, OnetimeInput>,
    options?: EnqueueBatchOptions,
  ): Promise<EnqueuedBatch<Result>>
  /** The same with tasks named by their types; no schema checks the payloads here. */
  enqueueBatch(batch: PlainBatch, options?: EnqueueBatchOptions): Promise<EnqueuedBatch<JsonValue>>

  /**
   * The batch as it is now; undefined when there is none (any more). Of its items it has the first 1,000, less when they have
   * more than about 4 MiB of payload; when there are more, `truncated` is set and `listBatchItems` has them.
   */
  getBatch(batch: BatchRef): Promise<BatchInstance | undefined>
  /**
   * A page of batches in creation order, without their items.
   *
   * @param options `limit` 1-100, default 10; `sort` default `newest`; `offset` up to 10,000, beyond it use `cursor`.
   * @throws ValidationError naming every fault.
   */
  listBatches(options?: ListBatchesOptions): Promise<BatchPage>
  /**
   * Batches by a value in their `onetimePayload`, newest first. Bounded in time: go on with the cursor.
   *
   * @throws ValidationError naming every fault.
   */
  searchBatches(search: InstanceSearch, options?: SearchOptions): Promise<SearchedBatches>
  /** Where the items of a batch stand, page by page in their order; `limit` 1-1,000, default 100. */
  listBatchItems(batch: BatchRef, options?: ItemPageOptions): Promise<BatchItemPage>
  /**
   * What the items of a batch came to, successes and failures; `limit` 1-1,000, default 100. A page is a stretch of the items and
   * may hold fewer results: items that have not ended, or were never begun, have none, and at about 4 MiB of outputs it ends.
   */
  getBatchResults<Output = JsonValue>(
    batch: BatchRef<Output>,
    options?: ItemPageOptions,
  ): Promise<BatchResultPage<Output>>
  /**
   * All results there are, in the order of the items, read page by page as they are asked for.
   *
   * @throws BatchNotFoundError at once when the reference has not the form of an id.
   */
  batchResults<Output = JsonValue>(batch: BatchRef<Output>): AsyncIterableIterator<BatchItemResult<Output>>
  /**
   * What one item came to; undefined while it has not ended, or when it was never begun.
   *
   * @throws BatchItemNotFoundError when the batch has no such item.
   */
  getBatchItemResult<Output = JsonValue>(
    batch: BatchRef<Output>,
    itemId: string,
  ): Promise<BatchItemResult<Output> | undefined>

  /** Who gave orders to a batch, oldest first, the newest 100: those that named somebody. */
  batchActs(batch: BatchRef): Promise<readonly AuditEntry[]>

  /** Ends a batch: items that wait are left out, those that run are cancelled, and with the last of them it has ended. */
  cancelBatch(batch: BatchRef, options?: CancelOptions): Promise<void>
  /**
   * Gives a failed or cancelled batch a new life, with a fresh deadline: with all its items, or with `failedOnly` with those
   * that were not completed. The shared step runs again only if it was not completed.
   *
   * @throws InvalidBatchStatusError when it is neither failed nor cancelled.
   */
  retryBatch(batch: BatchRef, options?: RetryBatchOptions): Promise<void>
  /**
   * Removes every trace of an ended batch, with the jobs of its items.
   *
   * @throws InvalidBatchStatusError when it has not ended.
   */
  deleteBatch(batch: BatchRef): Promise<void>

  /**
   * Waits for a batch and resolves to its counters when all items were completed. It cannot miss an end, and waits through
   * outages of the store.
   *
   * @throws BatchFailedError when an item (or the batch) failed, BatchCancelledError, both with the counters; WaitTimeoutError.
   * @throws BatchNotFoundError when there is no such batch (any more); ResultNotKeptError when it was removed while waited for.
   * @throws ServerStoppedError when the client is closed meanwhile.
   */
  waitForBatch(batch: BatchRef, options?: WaitOptions): Promise<BatchCounts>
  /**
   * How far a batch is: as it stands now, at most every 500 ms whenever it goes on, and at last (`step` is `done`) as it has
   * ended; then, when `signal` aborts, or with the client the iteration is over.
   */
  subscribeBatchProgress(
    batch: BatchRef,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterableIterator<BatchProgress>
}
