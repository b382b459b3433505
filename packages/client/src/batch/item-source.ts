import { Faults, ITEMS_PER_PART, type StoredItem } from '@dureq/types'
import type { BatchItems } from './batch-definition.ts'
import { draftItem, type ItemCheck } from './draft-item.ts'

/** Some items of a batch that are stored in one step: whole parts, but for the last piece. */
export interface Piece {
  /** Items before these. */
  readonly from: number
  readonly items: readonly StoredItem[]
  readonly last: boolean
}

/** A piece is full with so many items ... */
const PIECE_ITEMS = 1_000

/** ... or with so much text in whole parts: about 1 MiB. */
const PIECE_UNITS = 1024 * 1024

/** So many faults are told at once; the others after these are mended. */
const MOST_FAULTS = 100

/** Stands for an item that is stored already, or not good. */
const passedOver: StoredItem = { id: '', payload: 'null' }

/** Reads items one after the other, checks them, and cuts them into pieces. */
export class ItemSource {
  /** Items before this place are stored already: they are passed over unchecked. */
  skipTo = 0
  readonly #items: BatchItems
  readonly #check: ItemCheck
  readonly #faults = new Faults()
  #seen = new Set<string>()

  constructor(items: BatchItems, check: ItemCheck) {
    this.#items = items
    this.#check = check
  }

  /**
   * The pieces, each made when it is asked for. A list is checked whole before the first; of anything else each piece is
   * checked when it is made, and an id that is there twice in different pieces is left to the store.
   *
   * @throws ValidationError naming the faults found, at most about 100.
   */
  async *pieces(): AsyncGenerator<Piece, void> {
    if (Array.isArray(this.#items)) {
      const pieces: Piece[] = []
      for await (const piece of this.#cut()) pieces.push(piece)
      this.#faults.throwIfAny()
      yield* pieces
      return
    }
    for await (const piece of this.#cut()) {
      this.#faults.throwIfAny()
      this.#seen = new Set()
      yield piece
    }
  }

  async *#cut(): AsyncGenerator<Piece, void> {
    let from = 0
    let items: StoredItem[] = []
    let units = 0
    for await (const item of this.#items) {
      const full = items.length >= PIECE_ITEMS || units >= PIECE_UNITS
      if (full && items.length % ITEMS_PER_PART === 0) {
        yield { from, items, last: false }
        from += items.length
        items = []
        units = 0
      }
      const drafted = this.#draft(item, from + items.length)
      const stored = drafted instanceof Promise ? await drafted : drafted
      items.push(stored)
      units += stored.id.length + stored.payload.length
      if (this.#faults.found.length >= MOST_FAULTS) break
    }
    yield { from, items, last: true }
  }

  #draft(item: unknown, place: number): StoredItem | Promise<StoredItem> {
    if (place < this.skipTo) return passedOver
    const drafted = draftItem(item, place, { ...this.#check, faults: this.#faults })
    if (drafted instanceof Promise) return drafted.then((stored) => this.#take(stored, place))
    return this.#take(drafted, place)
  }

  #take(stored: StoredItem | undefined, place: number): StoredItem {
    if (stored === undefined) return passedOver
    if (stored.id !== '' && this.#seen.has(stored.id))
      this.#faults.add(`items[${place}].id`, 'must not be there twice')
    this.#seen.add(stored.id)
    return stored
  }
}

/** What of a piece is not among the `size` items stored already; undefined when nothing of it is left to do. */
export function restOf({ from, items, last }: Piece, size: number): Piece | undefined {
  if (from >= size) return { from, items, last }
  const rest = items.slice(size - from)
  return rest.length === 0 && !last ? undefined : { from: size, items: rest, last }
}

/** Whether a value can be iterated over, and is no text. */
export function isItems(value: unknown): value is BatchItems {
  return (
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  )
}
