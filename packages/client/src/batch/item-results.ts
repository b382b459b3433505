import {
  BatchItemNotFoundError,
  type BatchItemResult,
  BatchNotFoundError,
  checkName,
  Faults,
  type InstanceHead,
} from '@dureq/types'
import type { BatchReader, ItemRange } from './batch-reader.ts'
import { type BatchResultPage, MAX_ITEM_PAGE } from './item-page.ts'
import { itemResultOf } from './item-state.ts'

/** Items that are looked at together: each may have an output of 1 MiB. */
const ITEMS_READ = 100

/** Outputs of one page have no more characters than this, about 4 MiB, but for those of the items looked at last. */
const MOST_OUTPUT = 4 * 1024 * 1024

/**
 * A page of results: of `limit` items, or of fewer when they have much to tell.
 *
 * @throws BatchNotFoundError.
 */
export async function readResults(
  reader: BatchReader,
  id: string,
  { limit, offset }: ItemRange,
): Promise<BatchResultPage<never>> {
  const head = await mustFindHead(reader, id)
  const end = Math.min(offset + limit, head.size)
  const results: BatchItemResult[] = []
  let at = offset
  for (let size = 0; at < end && size < MOST_OUTPUT; ) {
    const items = await reader.items(head, { limit: Math.min(ITEMS_READ, end - at), offset: at })
    if (items.length === 0) break
    results.push(...items.map((item) => itemResultOf(id, item)).filter((result) => result !== undefined))
    size += items.reduce((sum, { job }) => sum + (job?.result?.output?.length ?? 0), 0)
    at += items.length
  }
  return {
    results: results as BatchItemResult<never>[],
    total: head.size,
    ...(at < head.size && at > offset && { nextOffset: at }),
  }
}

/**
 * All results there are, in the order of the items; read as they are asked for.
 *
 * @throws BatchNotFoundError.
 */
export async function* iterateResults(
  reader: BatchReader,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<BatchItemResult<never>, void> {
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    signal.throwIfAborted()
    const page: BatchResultPage<never> = await readResults(reader, id, { limit: MAX_ITEM_PAGE, offset })
    yield* page.results
    offset = page.nextOffset
  }
}

/**
 * The result of one item; undefined while it has none.
 *
 * @throws BatchNotFoundError; BatchItemNotFoundError when the batch has no such item.
 */
export async function readItemResult(
  reader: BatchReader,
  id: string,
  itemId: string,
): Promise<BatchItemResult<never> | undefined> {
  checkItemId(itemId)
  const head = await mustFindHead(reader, id)
  const place = await reader.placeOf(id, itemId)
  const [item] = place === undefined ? [] : await reader.items(head, { limit: 1, offset: place })
  if (item === undefined) throw new BatchItemNotFoundError(id, itemId)
  return itemResultOf(id, item) as BatchItemResult<never> | undefined
}

/** @throws BatchNotFoundError. */
export async function mustFindHead(reader: Pick<BatchReader, 'head'>, id: string): Promise<InstanceHead> {
  const head = await reader.head(id)
  if (head === undefined) throw new BatchNotFoundError(id)
  return head
}

function checkItemId(itemId: unknown): void {
  const faults = new Faults()
  checkName('batchItem', itemId, 'itemId', faults)
  faults.throwIfAny()
}
