/** Something that is to happen. */
export interface Happening {
  /** When, in ms of the world. */
  at: number
  readonly act: () => void
}

interface Entry extends Happening {
  readonly order: number
  dropped: boolean
}

/** What is to happen, the earliest first; of two at the same instant the one noted first. */
export class Agenda {
  readonly #heap: Entry[] = []
  #order = 0

  /** Notes it; what is returned takes it off again. */
  add(at: number, act: () => void): () => void {
    const entry: Entry = { at, act, order: this.#order++, dropped: false }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return () => {
      entry.dropped = true
    }
  }

  /** Takes off what happens next. */
  next(): Happening | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return undefined
      const last = this.#heap.pop() as Entry
      if (this.#heap.length > 0) {
        this.#heap[0] = last
        this.#sink(0)
      }
      if (!first.dropped) return first
    }
  }

  #rise(at: number): void {
    const heap = this.#heap
    for (let i = at; i > 0; ) {
      const above = (i - 1) >> 1
      if (!isBefore(heap[i] as Entry, heap[above] as Entry)) return
      this.#swap(i, above)
      i = above
    }
  }

  #sink(at: number): void {
    const heap = this.#heap
    for (let i = at; ; ) {
      let first = i
      for (const below of [2 * i + 1, 2 * i + 2]) {
        if (below < heap.length && isBefore(heap[below] as Entry, heap[first] as Entry)) first = below
      }
      if (first === i) return
      this.#swap(i, first)
      i = first
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap
    const kept = heap[a] as Entry
    heap[a] = heap[b] as Entry
    heap[b] = kept
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at
}
