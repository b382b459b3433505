import type { JsonText } from '../json.ts'
import type { PartWrite } from '../store/part.ts'

/** Items in one part of a batch, but for its last. */
export const ITEMS_PER_PART = 100

/** An item as it waits: its id, and its payload as text. */
export interface StoredItem {
  readonly id: string
  readonly payload: JsonText
}

/** The value of part `i:<n>`: id and payload text of each of its items in turn. Gone when all of them have become jobs. */
export type ItemsPart = readonly string[]

/** The value of part `d:<n>`: the jobs of its items. */
export interface JobsPart {
  /** By place in the part: the job that carries the item out now, or did last. */
  readonly jobs: readonly string[]
  /** Places in the part whose job is in flight. While there are any, and they are not told, the part is marked `active`. */
  readonly running?: readonly number[]
  /** They have been told that the batch is ending. */
  readonly told?: true
}

/** The value of part `f:<place>`, which stands in the set `unmet` by `unmetOrder`: what became of an item that was not completed. */
export type UnmetPart = 'failed' | 'cancelled'

/** The sets parts of a batch are marked in; docs/architecture.md, "How a batch goes on", says what for. */
export type BatchMark = 'active' | 'unmet'

/** The number n of the parts `i:<n>` and `d:<n>` an item lies in. */
export function partOfPlace(place: number): number {
  return Math.floor(place / ITEMS_PER_PART)
}

/** The part with the items 100n to 100n + 99 as they wait. */
export function itemsPartName(n: number): `i:${number}` {
  return `i:${n}`
}

/** The part with the jobs of these items. */
export function jobsPartName(n: number): `d:${number}` {
  return `d:${n}`
}

/** The part of an item that failed or was cancelled. */
export function unmetPartName(place: number): `f:${number}` {
  return `f:${place}`
}

/** The place such a name stands for. */
export function placeOfUnmet(name: string): number {
  return Number(name.slice('f:'.length))
}

/** More items no batch has. */
const MAX_ITEMS = 1e9

/** The order of an item in the set `unmet`: what earlier attempts have left stands before what this one has. */
export function unmetOrder(attempt: number, place: number): number {
  return attempt * MAX_ITEMS + place
}

/** The attempt that has left an item in the set `unmet`. */
export function attemptOfUnmet(order: number): number {
  return Math.floor(order / MAX_ITEMS)
}

/**
 * The parts of a piece of items, as `create` and `append` take them.
 *
 * @param from items before these: a multiple of `ITEMS_PER_PART`, so every piece but the last has such a number of items.
 * @throws RangeError when it is not, and there are items.
 */
export function itemParts(from: number, items: readonly StoredItem[]): readonly PartWrite[] {
  if (items.length > 0 && from % ITEMS_PER_PART !== 0)
    throw new RangeError(`dureq: no part begins at place ${from}`)
  const parts: PartWrite[] = []
  for (let start = 0; start < items.length; start += ITEMS_PER_PART) {
    const piece = items.slice(start, start + ITEMS_PER_PART)
    const text = JSON.stringify(piece.flatMap(({ id, payload }) => [id, payload]) satisfies ItemsPart)
    parts.push({ name: itemsPartName(partOfPlace(from + start)), text })
  }
  return parts
}

/** The item at a place of such a part, 0-99; undefined when it has none there. */
export function itemIn(part: ItemsPart, index: number): StoredItem | undefined {
  const id = part[2 * index]
  const payload = part[2 * index + 1]
  return id === undefined || payload === undefined ? undefined : { id, payload }
}
