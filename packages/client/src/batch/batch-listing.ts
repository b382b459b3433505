import { type BatchInstance, type InstanceFilter, type PageRequest, present } from '@dureq/types'
import type { ClientCore } from '../core.ts'
import type { SearchOptions } from '../history/search.ts'
import { type InstanceSearch, searchInstances } from '../history/search-instances.ts'
import { checkInstanceFilter } from '../instance-filter.ts'
import { checkListing, pageRequest } from '../page-options.ts'
import type { BatchReader } from './batch-reader.ts'
import { instanceOfBatch } from './instance-of-batch.ts'

/** Which batches to list, and which part of the list. Both filters may be given. */
export interface ListBatchesOptions extends InstanceFilter, Partial<PageRequest> {}

/** One page of batches, without their items. */
export interface BatchPage {
  readonly batches: readonly BatchInstance[]
  /** All batches the filter fits. */
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/** One page of a search: bounded in time, it may have fewer batches than asked for, even none, and a cursor that goes on. */
export interface SearchedBatches {
  /** Newest first, without their items. */
  readonly batches: readonly BatchInstance[]
  /** Batches looked at by this call. */
  readonly scanned: number
  /** Absent: there are no more. */
  readonly cursor?: string
}

/**
 * A page of batches.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listBatches(
  { inspector }: Pick<ClientCore['store'], 'inspector'>,
  reader: BatchReader,
  options: ListBatchesOptions,
): Promise<BatchPage> {
  checkListing(options, ['status', 'name'], checkInstanceFilter('batch'))
  const { status, name, ...page } = options
  const { rows, ...rest } = await inspector.listInstances(
    'batch',
    present({ status, name }),
    pageRequest(page),
  )
  const views = await Promise.all(rows.map((head) => reader.view(head)))
  return { batches: views.filter((view) => view !== undefined).map(instanceOfBatch), ...rest }
}

/**
 * Batches by a value in their `onetimePayload`.
 *
 * @throws ValidationError naming every fault.
 */
export async function searchBatches(
  store: Pick<ClientCore['store'], 'inspector'>,
  reader: BatchReader,
  search: InstanceSearch,
  options: SearchOptions,
): Promise<SearchedBatches> {
  const { shown, ...rest } = await searchInstances(store, 'batch', { search, options }, (head) =>
    reader.view(head),
  )
  return { batches: shown.map(instanceOfBatch), ...rest }
}
