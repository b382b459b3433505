import { type BatchInstance, type InstanceFilter, type PageRequest, present } from '@dureq/types'
import type { ClientCore } from '../core.ts'
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
