import { type BatchInstance, BatchNotFoundError, type InstanceHead } from '@dureq/types'
import { readReason } from '../cancel-options.ts'
import type { ClientCore } from '../core.ts'
import { createInstanceSender } from '../instance-sender.ts'
import { readBy } from '../order-options.ts'
import { createSubscribing } from '../subscribing.ts'
import { listBatches, searchBatches } from './batch-listing.ts'
import { createBatchOrders, type RetryBatchOptions } from './batch-orders.ts'
import { type BatchReader, createBatchReader } from './batch-reader.ts'
import { findableBatch, requireBatch } from './batch-ref.ts'
import { type BatchView, type ItemView, stateOf } from './batch-view.ts'
import type { Batches } from './batches.ts'
import { type StoredBatch, storeBatch } from './enqueue-batch.ts'
import { instanceOfBatch } from './instance-of-batch.ts'
import { readItemPage } from './item-page.ts'
import { iterateResults, mustFindHead, readItemResult, readResults } from './item-results.ts'
import { itemStateOf } from './item-state.ts'
import { followProgress } from './progress.ts'
import { readRetryOptions } from './retry-options.ts'
import { awaitBatch } from './wait-for-batch.ts'

/** What of batches is iterated over, and so is no call that could be waited for. */
type Iterated = Pick<Batches, 'batchResults' | 'subscribeBatchProgress'>

/** The part of a client for batches. */
export function createBatches(core: ClientCore): Omit<Batches, keyof Iterated> {
  const reader = createBatchReader(core)
  return { ...createStarting(core, reader), ...createReading(core, reader), ...createSteering(core) }
}

/** The part of a client for batches that hands out iterators. */
export function createBatchIterators(core: ClientCore): Iterated {
  const reader = createBatchReader(core)
  const subscribing = createSubscribing(core)
  return {
    batchResults: (batch) => iterateResults(reader, requireBatch(batch), core.life.signal),
    subscribeBatchProgress: (batch, { signal } = {}) =>
      followProgress(subscribing, reader, { id: requireBatch(batch), signal }),
  }
}

type Starting = Pick<Batches, 'enqueueBatch' | 'waitForBatch'>

function createStarting(core: ClientCore, reader: BatchReader): Starting {
  const send = createInstanceSender(core)
  return {
    async enqueueBatch(definition: unknown, options = {}) {
      return await instanceOfStored(reader, await storeBatch({ core, send }, { definition, options }))
    },
    waitForBatch: (batch, options) => awaitBatch(core, reader, { ...options, id: requireBatch(batch) }),
  }
}

/** What one call has stored need not be read. */
async function instanceOfStored(
  reader: BatchReader,
  { head, draft, items }: StoredBatch,
): Promise<BatchInstance> {
  if (items === undefined) return await wholeInstance(reader, head)
  const views = items.map(({ id, payload }, place): ItemView => ({ id, payload, place, status: 'pending' }))
  const view: BatchView = { head, state: stateOf(head), plan: draft.resolved.plan, items: within(views) }
  return instanceOfBatch(view)
}

type Reading = Pick<
  Batches,
  | 'getBatch'
  | 'listBatches'
  | 'searchBatches'
  | 'listBatchItems'
  | 'getBatchResults'
  | 'getBatchItemResult'
  | 'batchActs'
>

function createReading({ store }: ClientCore, reader: BatchReader): Reading {
  return {
    async getBatch(batch) {
      const id = findableBatch(batch)
      const head = id === undefined ? undefined : await reader.head(id)
      return head && (await readInstance(reader, head))
    },
    listBatches: (options = {}) => listBatches(store, reader, options),
    searchBatches: (search, options = {}) => searchBatches(store, reader, search, options),
    batchActs: async (batch) =>
      await store.inspector.audit((await mustFindHead(reader, requireBatch(batch))).id),
    async listBatchItems(batch, options = {}) {
      const range = readItemPage(options)
      const head = await mustFindHead(reader, requireBatch(batch))
      return { items: (await reader.items(head, range)).map(itemStateOf), total: head.size }
    },
    getBatchResults: async (batch, options = {}) =>
      await readResults(reader, requireBatch(batch), readItemPage(options)),
    getBatchItemResult: (batch, itemId) => readItemResult(reader, requireBatch(batch), itemId),
  }
}

type Steering = Pick<Batches, 'cancelBatch' | 'retryBatch' | 'deleteBatch'>

function createSteering(core: ClientCore): Steering {
  const orders = createBatchOrders(core)
  return {
    cancelBatch: async (batch, options) =>
      await orders.cancel(requireBatch(batch), { ...readReason(options), ...readBy(core, options) }),
    retryBatch: async (batch, options: RetryBatchOptions = {}) =>
      await orders.retry(requireBatch(batch), { ...readRetryOptions(options), ...readBy(core, options) }),
    deleteBatch: (batch) => orders.remove(requireBatch(batch)),
  }
}

/** Items that are shown of one batch ... */
const MOST_ITEMS = 1_000

/** ... as long as their payloads have no more characters than this, about 4 MiB. */
const MOST_PAYLOAD = 4 * 1024 * 1024

/** So many items are read at once. */
const ITEMS_READ = 100

/** The first items, as many as are shown. */
function within(items: readonly ItemView[]): readonly ItemView[] {
  let left = MOST_PAYLOAD
  const fitting = items.slice(0, MOST_ITEMS).findIndex(({ payload = '' }) => (left -= payload.length) < 0)
  return items.slice(0, fitting === -1 ? MOST_ITEMS : Math.max(1, fitting))
}

async function readInstance(reader: BatchReader, head: InstanceHead): Promise<BatchInstance | undefined> {
  const view = await reader.view(head)
  if (view === undefined) return undefined
  const items: ItemView[] = []
  const most = Math.min(head.size, MOST_ITEMS)
  while (items.length < most && within(items).length === items.length) {
    const range = { offset: items.length, limit: Math.min(ITEMS_READ, most - items.length) }
    const read = await reader.items(head, range)
    if (read.length === 0) break
    items.push(...read)
  }
  return instanceOfBatch({ ...view, items: within(items) })
}

async function wholeInstance(reader: BatchReader, head: InstanceHead): Promise<BatchInstance> {
  const instance = await readInstance(reader, head)
  if (instance === undefined) throw new BatchNotFoundError(head.id)
  return instance
}
