import type { PartitionKeys } from './keys.ts'
import type { Space } from './space.ts'

/** Items of one call that go to one partition together, with their places in the call. */
export interface Piece<Item> {
  readonly partition: PartitionKeys
  readonly piece: number
  readonly items: readonly Item[]
  readonly places: readonly number[]
}

/** Bounds that keep every script short: the server does nothing else while one runs. */
const MOST_ITEMS = 500
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Sorts items to their partitions and cuts them into pieces, in order. `sizeOf` is what an item weighs in bytes; items of
 * no partition are left out. The pieces of a call are the same whenever it is repeated.
 */
export function cut<Item>(
  items: readonly Item[],
  partitionOf: (item: Item) => PartitionKeys | undefined,
  sizeOf: (item: Item) => number = () => 0,
): readonly Piece<Item>[] {
  const pieces: OpenPiece<Item>[] = []
  const open: (OpenPiece<Item> | undefined)[] = []
  for (let place = 0; place < items.length; place++) {
    const item = items[place] as Item
    const partition = partitionOf(item)
    if (partition === undefined) continue
    const bytes = sizeOf(item)
    let piece = open[partition.index]
    if (piece === undefined || piece.items.length === MOST_ITEMS || piece.bytes + bytes > MOST_BYTES) {
      piece = { partition, piece: pieces.length, items: [], places: [], bytes: 0 }
      pieces.push(piece)
      open[partition.index] = piece
    }
    piece.items.push(item)
    piece.places.push(place)
    piece.bytes += bytes
  }
  return pieces
}

interface OpenPiece<Item> extends Piece<Item> {
  readonly items: Item[]
  readonly places: number[]
  bytes: number
}

/** Groups ids by the partition they name; ids of no partition of this space are left out. */
export function byPartition(space: Space, ids: readonly string[]): readonly Piece<string>[] {
  return cut(ids, (id) => space.home(id))
}
