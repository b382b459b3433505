import type { Clock, Timer } from '@dureq/types'

/** Something that is due at an instant. The heap it stands in keeps its place in it. */
export interface Due {
  /** Epoch ms on the node's clock. */
  dueAt: number
  /** Where it stands in the heap; -1 while in none. */
  heapIndex: number
}

/** What calls back when the instant of one of many things has come. */
export interface Deadlines<Item extends Due> {
  /** Enters an item, or moves it to the `dueAt` it now has. */
  set(item: Item): void
  /** Takes an item out; nothing if it is not in. */
  remove(item: Item): void
  readonly size: number
  /** Forgets everything. */
  clear(): void
}

/**
 * All timeouts and grace periods of a node behind one timer: setting and removing one is a few steps in a heap, and
 * the timer is only set anew when the first item of all has become an earlier one.
 */
export function createDeadlines<Item extends Due>(
  clock: Clock,
  onDue: (item: Item) => void,
): Deadlines<Item> {
  return new DeadlineHeap(clock, onDue)
}

class DeadlineHeap<Item extends Due> implements Deadlines<Item> {
  readonly #clock: Clock
  readonly #onDue: (item: Item) => void
  readonly #heap: Item[] = []
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock, onDue: (item: Item) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get size(): number {
    return this.#heap.length
  }

  set(item: Item): void {
    if (item.heapIndex < 0) {
      item.heapIndex = this.#heap.length
      this.#heap.push(item)
    }
    this.#settle(item)
    this.#arm()
  }

  remove(item: Item): void {
    const index = item.heapIndex
    if (index < 0) return
    item.heapIndex = -1
    const last = this.#heap.pop() as Item
    if (last === item) return
    this.#place(last, index)
    this.#settle(last)
  }

  clear(): void {
    for (const item of this.#heap) item.heapIndex = -1
    this.#heap.length = 0
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAt = Number.POSITIVE_INFINITY
  }

  /** A timer that is too early costs one look; so it is never set later, only earlier. */
  #arm(): void {
    const first = this.#heap[0]
    if (first === undefined || first.dueAt >= this.#timerAt) return
    this.#timer?.cancel()
    this.#timerAt = first.dueAt
    this.#timer = this.#clock.setTimeout(() => this.#look(), Math.max(0, first.dueAt - this.#clock.now()))
  }

  #look(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first !== undefined && first.dueAt <= now; first = this.#heap[0]) {
      this.remove(first)
      this.#onDue(first)
    }
    this.#arm()
  }

  /** Moves an item up or down to where its instant belongs. */
  #settle(item: Item): void {
    this.#sink(item, this.#rise(item))
  }

  #rise(item: Item): number {
    let index = item.heapIndex
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = this.#heap[above] as Item
      if (parent.dueAt <= item.dueAt) break
      this.#place(parent, index)
      index = above
    }
    this.#place(item, index)
    return index
  }

  #sink(item: Item, from: number): void {
    let index = from
    for (;;) {
      const child = this.#earlierChild(index)
      if (child === undefined || child.dueAt >= item.dueAt) break
      const below = child.heapIndex
      this.#place(child, index)
      index = below
    }
    this.#place(item, index)
  }

  #earlierChild(index: number): Item | undefined {
    const left = this.#heap[2 * index + 1]
    const right = this.#heap[2 * index + 2]
    return left === undefined || right === undefined || left.dueAt <= right.dueAt ? left : right
  }

  #place(item: Item, index: number): void {
    this.#heap[index] = item
    item.heapIndex = index
  }
}
