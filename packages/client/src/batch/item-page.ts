import {
  type BatchItemResult,
  type BatchItemState,
  checkInteger,
  checkKnown,
  Faults,
  isPlainObject,
  type JsonValue,
} from '@dureq/types'
import type { ItemRange } from './batch-reader.ts'

/** Which items of a batch: `limit` 1-1,000, default 100; `offset` default 0, which is the place of the first. */
export type ItemPageOptions = Partial<ItemRange>

/** Where some items of a batch stand, in the order in which they were enqueued. */
export interface BatchItemPage {
  readonly items: readonly BatchItemState[]
  /** All items of the batch. */
  readonly total: number
}

/** What some items of a batch came to, in the order in which they were enqueued; those that have not ended are left out. */
export interface BatchResultPage<Output = JsonValue> {
  readonly results: readonly BatchItemResult<Output>[]
  /** All items of the batch. */
  readonly total: number
  /** The offset of the next page; absent on the last. */
  readonly nextOffset?: number
}

/** Most items of one page. */
export const MAX_ITEM_PAGE = 1_000

const DEFAULT_PAGE = 100

/**
 * The items that are asked for.
 *
 * @throws ValidationError naming every fault.
 */
export function readItemPage(options: ItemPageOptions): ItemRange {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  faults.throwIfAny()
  const { limit = DEFAULT_PAGE, offset = 0 } = options
  checkKnown(options, ['limit', 'offset'], '', faults)
  checkInteger(limit, { min: 1, max: MAX_ITEM_PAGE }, 'limit', faults)
  checkInteger(offset, { min: 0, max: Number.MAX_SAFE_INTEGER }, 'offset', faults)
  faults.throwIfAny()
  return { limit, offset }
}
