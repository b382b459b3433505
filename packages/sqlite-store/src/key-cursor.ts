import { MAX_LIST_OFFSET, type PageRequest, ValidationError } from '@dureq/types'
import { readCursorText, writeCursorText } from './cursor-text.ts'

/** A listing whose rows are ordered by numbers. */
export interface NumberedListing {
  /** Told apart by it from other listings. */
  readonly name: string
  /** How many numbers order it. */
  readonly width: number
}

/** How a page of such a listing is read. */
export interface PageRead {
  readonly beyond: '<' | '>'
  readonly order: 'ASC' | 'DESC'
  readonly offset: number
  /** The numbers of the last row of the page before. */
  readonly after: readonly number[] | undefined
}

/** Writes a cursor, which names its listing, so that it cannot be used for another. */
export function writeKeyCursor({ name }: NumberedListing, page: PageRequest, key: readonly number[]): string {
  return writeCursorText([name, sortOf(page), ...key])
}

/**
 * Reads what page is asked for.
 *
 * @throws ValidationError for a cursor of another listing, or an offset that is too great.
 */
export function readPage(listing: NumberedListing, page: PageRequest): PageRead {
  const { cursor, offset = 0 } = page
  checkOffset(offset)
  const after = cursor === undefined ? undefined : readKey(listing, page, cursor)
  return sortOf(page) === 'oldest'
    ? { beyond: '>', order: 'ASC', offset, after }
    : { beyond: '<', order: 'DESC', offset, after }
}

/**
 * Sees to it that nobody walks too far.
 *
 * @throws ValidationError when the offset of a page is too great.
 */
export function checkOffset(offset: number): void {
  if (offset <= MAX_LIST_OFFSET) return
  const problem = `must not be more than ${MAX_LIST_OFFSET}: go on with a cursor`
  throw new ValidationError([{ field: 'offset', problem, limit: MAX_LIST_OFFSET }])
}

function sortOf({ sort = 'newest' }: PageRequest): string {
  return sort
}

function readKey({ name, width }: NumberedListing, page: PageRequest, cursor: string): readonly number[] {
  const [ofName, ofSort, ...key] = readCursorText(cursor)
  const fits = ofName === name && ofSort === sortOf(page) && key.length === width
  if (fits && key.every((part) => typeof part === 'number')) return key as number[]
  throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this listing' }])
}
