import type { Page, PageRequest } from '@dureq/types'
import { MAX_LIST_OFFSET, ValidationError } from '@dureq/types'
import { formatCursor, parseCursor } from './cursor.ts'
import type { Candidate, Direction, Walk } from './walk.ts'

/** Rows looked at for one page, those that do not fit included, beyond those an offset passes over. */
const MOST_LOOKED_AT = 10_000

/** A listing that is walked. */
export interface WalkedListing<Row> {
  readonly page: PageRequest
  /** Which listing a cursor belongs to; the direction is added. */
  readonly listing: string
  /** What a mark of the walk looks like. */
  readonly mark: RegExp
  /** How many rows there are; absent: nobody knows, and what was found so far is said instead. */
  readonly total?: number
  readonly walk: (direction: Direction, mark: string | undefined) => Walk
  /** Rows of candidates, in order; undefined for one that does not belong to the listing. */
  readonly read: (candidates: readonly Candidate[]) => Promise<readonly (Row | undefined)[]>
}

/**
 * One page of it. A cursor says how many rows were found before it, and where to go on.
 *
 * @throws ValidationError for an offset that is too far, and for a cursor of another listing.
 */
export async function pageOfWalk<Row extends { readonly id: string }>(
  asked: WalkedListing<Row>,
): Promise<Page<Row>> {
  const { limit, offset = 0, sort = 'newest', cursor } = asked.page
  if (offset > MAX_LIST_OFFSET) {
    throw new ValidationError([
      { field: 'offset', problem: 'is too far: use cursor', limit: MAX_LIST_OFFSET },
    ])
  }
  const listing = `${asked.listing} ${sort}`
  const { before, mark } = readCursor(cursor, listing, asked.mark)
  const walk = asked.walk(sort === 'newest' ? 'backward' : 'forward', mark)
  const { rows, skipped, next } = await collect(walk, asked.read, { skip: offset, limit })
  const found = before + skipped + rows.length
  return {
    rows,
    total: asked.total ?? found,
    totalExact: asked.total !== undefined,
    ...(next === undefined ? {} : { cursor: formatCursor(listing, `${found} ${next}`) }),
  }
}

function readCursor(
  cursor: string | undefined,
  listing: string,
  form: RegExp,
): { readonly before: number; readonly mark: string | undefined } {
  if (cursor === undefined) return { before: 0, mark: undefined }
  const text = parseCursor(cursor, listing, new RegExp(`^\\d+ (?:${form.source})$`))
  const at = text.indexOf(' ')
  return { before: Number(text.slice(0, at)), mark: text.slice(at + 1) }
}

interface Collected<Row> {
  readonly rows: readonly Row[]
  readonly skipped: number
  /** The mark to go on from, if there is or may be more. */
  readonly next: string | undefined
}

/** Reads candidates until the page is full and one more is known, or enough was looked at. */
async function collect<Row extends { readonly id: string }>(
  walk: Walk,
  read: WalkedListing<Row>['read'],
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<Collected<Row>> {
  const rows: Row[] = []
  const seen = new Set<string>()
  let skipped = 0
  let left = MOST_LOOKED_AT + skip
  let mark: string | undefined
  for await (const all of walk) {
    const chunk = all.slice(0, left)
    const found = await read(chunk)
    for (const [i, candidate] of chunk.entries()) {
      const row = found[i]
      if (row !== undefined && !seen.has(row.id)) {
        seen.add(row.id)
        if (skipped < skip) skipped++
        else if (rows.length === limit) return { rows, skipped, next: mark }
        else rows.push(row)
      }
      mark = candidate.mark
    }
    left -= chunk.length
    if (left === 0) return { rows, skipped, next: mark }
  }
  return { rows, skipped, next: undefined }
}
