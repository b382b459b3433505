import { systemClock } from '@dureq/runtime'
import type { PageRequest } from '@dureq/types'
import { formatCursor, parseCursor } from './cursor.ts'
import type { Candidate, Walk } from './walk.ts'

/** Candidates one call looks at, and how long it may take in ms, whichever comes first. */
const MOST_CANDIDATES = 5_000
const MOST_MS = 50
/** Candidates looked at before the time is looked at again. */
const PIECE = 250

/** A search: what is walked is looked into, as far as one call goes. */
export interface Search<Row> {
  /** Which search a cursor belongs to. */
  readonly listing: string
  /** What a mark of the walk looks like. */
  readonly mark: RegExp
  readonly walk: (mark: string | undefined) => Walk
  /** The rows of those candidates that hold what is looked for, in order; undefined for all others. */
  readonly read: (candidates: readonly Candidate[]) => Promise<readonly (Row | undefined)[]>
}

/** What one call has found, and how many it has looked at. */
export interface SearchedPage<Row> {
  readonly rows: readonly Row[]
  readonly scanned: number
  readonly cursor?: string
}

/**
 * One page of it.
 *
 * @throws ValidationError for a cursor of another search.
 */
export async function pageOfSearch<Row extends { readonly id: string }>(
  { listing, mark: form, walk, read }: Search<Row>,
  { limit, cursor }: Pick<PageRequest, 'limit' | 'cursor'>,
): Promise<SearchedPage<Row>> {
  const from =
    cursor === undefined ? undefined : parseCursor(cursor, listing, new RegExp(`^(?:${form.source})$`))
  const until = systemClock.now() + MOST_MS
  const rows: Row[] = []
  const seen = new Set<string>()
  let scanned = 0
  for await (const piece of pieces(walk(from))) {
    const found = await read(piece)
    for (const [i, { mark }] of piece.entries()) {
      scanned++
      const row = found[i]
      if (row !== undefined && !seen.has(row.id)) rows.push(row)
      if (row !== undefined) seen.add(row.id)
      const isFull = rows.length === limit
      if (isFull || scanned === MOST_CANDIDATES) return { rows, scanned, cursor: formatCursor(listing, mark) }
    }
    const last = piece.at(-1)
    if (last !== undefined && systemClock.now() >= until)
      return { rows, scanned, cursor: formatCursor(listing, last.mark) }
  }
  return { rows, scanned }
}

async function* pieces(walk: Walk): AsyncGenerator<readonly Candidate[]> {
  for await (const chunk of walk) {
    for (let i = 0; i < chunk.length; i += PIECE) yield chunk.slice(i, i + PIECE)
  }
}
