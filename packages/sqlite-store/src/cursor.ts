import { type JobFilter, type PageRequest, ValidationError } from '@dureq/types'
import { readCursorText, writeCursorText } from './cursor-text.ts'

/** Where a page of a listing ended: the values its rows are ordered by, of its last row. */
export type ListKey = readonly (string | number)[]

type Listing = readonly [status: string | null, taskType: string | null, sort: string]

/** Writes a cursor, which names its listing, so that it cannot be used for another. */
export function writeCursor(filter: JobFilter, page: PageRequest, key: ListKey): string {
  return writeCursorText([...listingOf(filter, page), ...key])
}

/**
 * Reads a cursor of this listing.
 *
 * @throws ValidationError when it is not one.
 */
export function readCursor(filter: JobFilter, page: PageRequest): ListKey | undefined {
  if (page.cursor === undefined) return undefined
  const listing = listingOf(filter, page)
  const parts = readCursorText(page.cursor)
  const key = parts.slice(listing.length)
  if (!listing.every((part, i) => part === parts[i]) || !isKeyOf(key, filter)) {
    throw new ValidationError([{ field: 'cursor', problem: 'is not a cursor of this listing' }])
  }
  return key
}

function listingOf({ status, taskType }: JobFilter, { sort = 'newest' }: PageRequest): Listing {
  return [status ?? null, taskType ?? null, sort]
}

/** A key is a number of creation; an instant and that; or a line and a number in it. */
export function isKeyOf(key: readonly unknown[], { status }: JobFilter): key is ListKey {
  const shape = keyShapes[status === undefined ? 'created' : status === 'pending' ? 'inLine' : 'listed']
  return key.length === shape.length && key.every((part, i) => typeof part === shape[i])
}

const keyShapes = {
  created: ['number'],
  listed: ['number', 'number'],
  inLine: ['number', 'string', 'string', 'string', 'number'],
} as const
