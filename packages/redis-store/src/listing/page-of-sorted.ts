import type { Page, PageRequest } from '@dureq/types'
import { MAX_LIST_OFFSET, ValidationError } from '@dureq/types'
import type { Space } from '../space.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { SORTED_MARK, type SortedSource, walkSorted } from './sorted-walk.ts'
import type { Candidate } from './walk.ts'

/** A listing whose candidates all stand in sorted sets. */
export interface SortedListing<Row> {
  readonly page: PageRequest
  readonly total: number
  /** Which listing a cursor belongs to. */
  readonly listing: string
  /** Rows of candidates, in order; undefined for one that does not belong to it (any more). */
  readonly read: (candidates: readonly Candidate[]) => Promise<readonly (Row | undefined)[]>
}

/** One page of it; throws ValidationError for an offset that is too far, and for a cursor of another listing. */
export async function pageOfSorted<Row>(
  space: Space,
  sources: readonly SortedSource[],
  { page, total, listing, read }: SortedListing<Row>,
): Promise<Page<Row>> {
  const { limit, offset = 0, sort = 'newest', cursor } = page
  if (offset > MAX_LIST_OFFSET) {
    throw new ValidationError([
      { field: 'offset', problem: 'is too far: use cursor', limit: MAX_LIST_OFFSET },
    ])
  }
  const name = `${listing} ${sort}`
  const from =
    cursor === undefined ? undefined : parseCursor(cursor, name, new RegExp(`^(?:${SORTED_MARK.source})$`))
  const rows: Row[] = []
  const seen = new Set<string>()
  let skipped = 0
  let mark: string | undefined
  for await (const chunk of walkSorted(space, sources, sort === 'newest' ? 'backward' : 'forward', from)) {
    const found = await read(chunk)
    for (const [i, candidate] of chunk.entries()) {
      const row = seen.has(candidate.id) ? undefined : found[i]
      seen.add(candidate.id)
      if (row !== undefined) {
        if (skipped < offset) skipped++
        else if (rows.length < limit) rows.push(row)
        else return { rows, total, totalExact: true, cursor: formatCursor(name, mark as string) }
      }
      mark = candidate.mark
    }
  }
  return { rows, total, totalExact: true }
}
