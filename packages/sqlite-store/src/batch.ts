import type { Connection, SqlRow, SqlValue } from './connection.ts'

/** A statement over many rows. Its texts are made once per number of rows. */
export interface BatchSql {
  /** Values of each row. */
  readonly width: number
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
    width,
    text(rows) {
      const known = texts.get(rows)
      if (known !== undefined) return known
      const text = write(rows)
      texts.set(rows, text)
      return text
    },
  }
}

/** A query or a change over a list of values. */
export interface ListSql {
  /** Its parameter is the list as JSON: one text is handed over faster than many values. */
  readonly many: string
  /** Its parameter is the only value. */
  readonly one: string
}

/** Describes a query or a change over a list of values: `sql` is given what stands behind `IN`. */
export function listSql(sql: (list: string) => string): ListSql {
  return { many: sql('(SELECT value FROM json_each(?1))'), one: sql('(?1)') }
}

/**
 * Carries out a change over rows.
 *
 * @param values of all rows, one row behind the other.
 */
export function runBatch(
  db: Connection,
  batch: BatchSql,
  values: readonly SqlValue[],
  shared: readonly SqlValue[] = [],
): void {
  for (const [from, to] of inPieces(values.length / batch.width)) {
    const piece = values.slice(from * batch.width, to * batch.width)
    db.run(batch.text(to - from), shared.concat(piece))
  }
}

/**
 * All rows a query finds for a list of values.
 *
 * @param shared its other parameters: ?2, ?3, ...
 */
export function selectList(
  db: Connection,
  sql: ListSql,
  list: readonly SqlValue[],
  shared: readonly SqlValue[] = [],
): readonly SqlRow[] {
  if (list.length === 0) return []
  return list.length === 1
    ? db.all(sql.one, [...list, ...shared])
    : db.all(sql.many, [JSON.stringify(list), ...shared])
}

/**
 * Carries out a change for a list of values.
 *
 * @param shared its other parameters: ?2, ?3, ...
 */
export function runList(
  db: Connection,
  sql: ListSql,
  list: readonly SqlValue[],
  shared: readonly SqlValue[] = [],
): void {
  if (list.length === 0) return
  if (list.length === 1) db.run(sql.one, [...list, ...shared])
  else db.run(sql.many, [JSON.stringify(list), ...shared])
}

/** Cuts a number of rows into pieces whose sizes are powers of two: where each begins and ends. */
function* inPieces(rows: number): Generator<readonly [from: number, to: number]> {
  let from = 0
  for (let size = largestPiece; size >= 1; size /= 2) {
    for (; rows - from >= size; from += size) yield [from, from + size]
  }
}
