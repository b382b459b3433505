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
 * Sorts items to their partitions and cuts them into pieces, in order. `sizeOf` is what an item weighs in bytes.
 * The pieces of a call are the same whenever it is repeated.
 */
export function cut<Item>(
  items: readonly Item[],
  partitionOf: (item: Item) => PartitionKeys,
  sizeOf: (item: Item) => number = () => 0,
): readonly Piece<Item>[] {
  const pieces: {
    partition: PartitionKeys
    piece: number
    items: Item[]
    places: number[]
    bytes: number
  }[] = []
  const open = new Map<number, (typeof pieces)[number]>()
  items.forEach((item, place) => {
    const partition = partitionOf(item)
    let piece = open.get(partition.index)
    const bytes = sizeOf(item)
    if (piece === undefined || piece.items.length === MOST_ITEMS || piece.bytes + bytes > MOST_BYTES) {
      piece = { partition, piece: pieces.length, items: [], places: [], bytes: 0 }
      pieces.push(piece)
      open.set(partition.index, piece)
    }
    piece.items.push(item)
    piece.places.push(place)
    piece.bytes += bytes
  })
  return pieces
}

/** Groups ids by the partition they name, with their places; ids of no partition of this space are left out. */
export function byPartition(space: Space, ids: readonly string[]): readonly Piece<string>[] {
  const places = ids.map((id, place) => ({ id, place })).filter(({ id }) => space.home(id) !== undefined)
  return cut(places, ({ id }) => space.home(id) as PartitionKeys).map(({ items, ...piece }) => ({
    ...piece,
    items: items.map(({ id }) => id),
    places: items.map(({ place }) => place),
  }))
}
