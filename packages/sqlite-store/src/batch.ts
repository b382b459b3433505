import type { Connection, SqlRow, SqlValue } from './connection.ts'

/** A statement over many rows. Its texts are made once per number of rows. */
export interface BatchSql {
  /** The statement for a number of rows, one of `pieceSizes`. */
  text(rows: number): string
}

/** Batches are cut into pieces of these sizes, so that few statements serve every size of batch. */
const largestPiece = 128

/** How the statement of a batch is written. */
export interface BatchOptions {
  /** Parameters that stand once, before those of the rows: ?1, ?2, ... */
  readonly shared?: number
  /** Parameters of each row. */
  readonly width: number
  /** The statement around its rows, such as `(?3,?4),(?5,?6)`. */
  readonly sql: (rows: string) => string
  /** One row, from the placeholders of its own parameters. Default: all of them in parentheses. */
  readonly row?: (params: readonly string[]) => string
}

/** Describes a statement over many rows. */
export function batchSql(options: BatchOptions): BatchSql {
  const { shared = 0, width, sql, row = (params) => `(${params.join(',')})` } = options
  const texts = new Map<number, string>()
  const write = (rows: number): string => {
    const placeholders = (at: number) =>
      Array.from({ length: width }, (_, i) => `?${shared + at * width + i + 1}`)
    return sql(Array.from({ length: rows }, (_, at) => row(placeholders(at))).join(','))
  }
  return {
    text(rows) {
      const known = texts.get(rows)
      if (known !== undefined) return known
      const text = write(rows)
      texts.set(rows, text)
      return text
    },
  }
}

/** Statement over a list of single values, such as `... WHERE id IN (?1,?2)`. */
export function listSql(sql: (list: string) => string, shared: number = 0): BatchSql {
  return batchSql({ shared, width: 1, sql, row: ([param]) => param as string })
}

/** Carries out a change over rows; answers with the number of rows it touched. */
export function runBatch(
  db: Connection,
  batch: BatchSql,
  rows: readonly SqlRow[],
  shared: readonly SqlValue[] = [],
): number {
  let changes = 0
  for (const piece of inPieces(rows)) {
    const params = [...shared]
    for (const row of piece) for (const value of row) params.push(value)
    changes += db.run(batch.text(piece.length), params)
  }
  return changes
}

/** All rows a query finds for a list of values. */
export function selectBatch(
  db: Connection,
  batch: BatchSql,
  list: readonly SqlValue[],
  shared: readonly SqlValue[] = [],
): readonly SqlRow[] {
  if (list.length === 0) return []
  if (isPieceSize(list.length)) return db.all(batch.text(list.length), [...shared, ...list])
  const found: SqlRow[] = []
  for (const piece of inPieces(list)) {
    for (const row of db.all(batch.text(piece.length), [...shared, ...piece])) found.push(row)
  }
  return found
}

function isPieceSize(length: number): boolean {
  return length <= largestPiece && (length & (length - 1)) === 0
}

/** Cuts a list into pieces whose lengths are powers of two. */
function* inPieces<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  let from = 0
  for (let size = largestPiece; size >= 1; size /= 2) {
    while (items.length - from >= size) {
      yield from === 0 && items.length === size ? items : items.slice(from, from + size)
      from += size
    }
  }
}
