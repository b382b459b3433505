/** Something that yields rows in an order, a chunk at a time. */
export interface Source<Row> {
  /** The next rows after the last one it gave; empty when there are none. */
  next(): readonly Row[]
}

/** The rows of several sources in one order. `precedes` says which of two rows comes first. */
export function* mergeSources<Row>(
  sources: readonly Source<Row>[],
  precedes: (a: Row, b: Row) => boolean,
): Generator<Row, void, undefined> {
  const heads = sources.map((source) => openHead(source))
  for (;;) {
    let first: Head<Row> | undefined
    for (const head of heads) {
      if (head.row !== undefined && (first?.row === undefined || precedes(head.row, first.row))) first = head
    }
    if (first?.row === undefined) return
    yield first.row
    first.step()
  }
}

interface Head<Row> {
  /** Undefined when its source is used up. */
  readonly row: Row | undefined
  step(): void
}

function openHead<Row>(source: Source<Row>): Head<Row> {
  let chunk = source.next()
  let at = 0
  return {
    get row() {
      return chunk[at]
    },
    step() {
      if (++at < chunk.length) return
      chunk = source.next()
      at = 0
    },
  }
}
