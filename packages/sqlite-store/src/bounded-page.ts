import { MAX_LIST_OFFSET, type PageRequest, ValidationError } from '@dureq/types'
import { readCursorText, writeCursorText } from './cursor-text.ts'
import { checkOffset } from './key-cursor.ts'

/** Rows of what is walked that one call looks at, besides those an offset passes over. */
const MOST_LOOKED_AT = MAX_LIST_OFFSET

/** How many rows are looked at together: few at first, since a page often needs few. */
const FIRST_CHUNK = 128
const LARGEST_CHUNK = 512

/** Where a row stands in a walk: what it is ordered by. */
export type WalkKey = readonly (string | number)[]

/** A listing whose filter is applied to what is walked. */
export interface BoundedListing<Row extends { readonly key: WalkKey }, Found extends Row = Row> {
  /** Told apart by it from other listings: its filter. */
  readonly name: readonly (string | number | null | undefined)[]
  /** Whether a key of a cursor is one of this listing's. */
  isKey(key: readonly unknown[]): key is WalkKey
  /** The rows that may fit, in order, from behind a key on. */
  walk(after: WalkKey | undefined): Iterable<Row>
  /** Those of them that fit. */
  fitting(rows: readonly Row[]): readonly Found[]
}

/** One page of it. */
export interface BoundedPage<Found> {
  readonly rows: readonly Found[]
  /** All rows found by this page and those before it. */
  readonly found: number
  readonly cursor?: string
}

/** What one page after the other takes along. */
interface Progress {
  readonly after: WalkKey | undefined
  readonly found: number
  /** Rows of the offset that are still to be passed over. */
  readonly skip: number
}

/**
 * Reads one page. It may have fewer rows than asked for, even none, and a cursor that goes on.
 *
 * @throws ValidationError for a cursor of another listing, or an offset that is too great.
 */
export function readBounded<Row extends { readonly key: WalkKey }, Found extends Row>(
  listing: BoundedListing<Row, Found>,
  page: PageRequest,
): BoundedPage<Found> {
  const { limit } = page
  const { after, ...from } = readProgress(listing, page)
  const most = MOST_LOOKED_AT + from.skip
  const rows: Found[] = []
  let { found, skip } = from
  let looked = 0
  for (const chunk of chunksOf(listing.walk(after), most)) {
    for (const row of listing.fitting(chunk)) {
      const last = rows.at(-1)
      if (rows.length === limit && last !== undefined) {
        return { rows, found, cursor: writeProgress(listing, page, { after: last.key, found, skip }) }
      }
      found++
      if (skip > 0) skip--
      else rows.push(row)
    }
    looked += chunk.length
    if (looked >= most) {
      return { rows, found, cursor: writeProgress(listing, page, { after: chunk.at(-1)?.key, found, skip }) }
    }
  }
  return { rows, found }
}

/** Rows in chunks, the last of which ends where a call must. */
function* chunksOf<Row>(rows: Iterable<Row>, most: number): Generator<readonly Row[], void, undefined> {
  let chunk: Row[] = []
  let size = FIRST_CHUNK
  let looked = 0
  for (const row of rows) {
    chunk.push(row)
    looked++
    if (chunk.length < size && looked < most) continue
    yield chunk
    chunk = []
    size = Math.min(size * 2, LARGEST_CHUNK)
  }
  if (chunk.length > 0) yield chunk
}

type Named = Pick<BoundedListing<{ readonly key: WalkKey }>, 'name' | 'isKey'>

function prefixOf({ name }: Named, { sort = 'newest' }: PageRequest): readonly unknown[] {
  return [...name.map((part) => part ?? null), sort]
}

function writeProgress(listing: Named, page: PageRequest, { after = [], found, skip }: Progress): string {
  return writeCursorText([...prefixOf(listing, page), found, skip, ...after])
}

function readProgress(listing: Named, page: PageRequest): Progress {
  const { cursor, offset = 0 } = page
  checkOffset(offset)
  if (cursor === undefined) return { after: undefined, found: 0, skip: offset }
  const prefix = prefixOf(listing, page)
  const parts = readCursorText(cursor)
  const [found, skip, ...after] = parts.slice(prefix.length)
  const isOurs = prefix.every((part, i) => part === parts[i])
  if (isOurs && typeof found === 'number' && typeof skip === 'number' && listing.isKey(after)) {
    return { after, found, skip: skip + offset }
  }
  throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this listing' }])
}
