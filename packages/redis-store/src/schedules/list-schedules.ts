import type { JobRecord, Page, PageRequest, StoredSchedule } from '@dureq/types'
import { MAX_LIST_OFFSET, ValidationError } from '@dureq/types'
import { formatCursor, parseCursor } from '../listing/cursor.ts'
import { type SortedSource, walkSorted } from '../listing/sorted-walk.ts'
import { readJobs } from '../read-jobs.ts'
import type { Space } from '../space.ts'

/** Reads schedules by their jobs. */
export type ReadSchedules = (
  space: Space,
  jobIds: readonly string[],
) => Promise<readonly (StoredSchedule | undefined)[]>

/** One page of all schedules, by creation of their jobs. */
export function listSchedules(
  space: Space,
  page: PageRequest,
  read: ReadSchedules,
): Promise<Page<StoredSchedule>> {
  const sources = space.partitions.map((partition) => ({ partition, key: partition.of('recurring') }))
  return pageOf(space, sources, { page, listing: 'schedules', read: (ids) => read(space, ids) })
}

/** One page of the firings of a job, by firing time. */
export async function listFirings(space: Space, jobId: string, page: PageRequest): Promise<Page<JobRecord>> {
  const partition = space.home(jobId)
  // The firings of a job that is gone are removed after it.
  const [job] = partition === undefined ? [] : await readJobs(space, partition, [jobId])
  if (partition === undefined || job === undefined) return { rows: [], total: 0, totalExact: true }
  return pageOf(space, [{ partition, key: partition.key('f', jobId) }], {
    page,
    listing: `firings ${jobId}`,
    read: (times) =>
      readJobs(
        space,
        partition,
        times.map((time) => `${jobId}:${time}`),
      ),
  })
}

interface Listing<Row> {
  readonly page: PageRequest
  /** Which listing a cursor belongs to. */
  readonly listing: string
  /** Rows by the members of the sorted sets. */
  readonly read: (members: readonly string[]) => Promise<readonly (Row | undefined)[]>
}

async function pageOf<Row>(
  space: Space,
  sources: readonly SortedSource[],
  { page, listing, read }: Listing<Row>,
): Promise<Page<Row>> {
  const { limit, offset = 0, sort = 'newest', cursor } = page
  if (offset > MAX_LIST_OFFSET) {
    throw new ValidationError([
      { field: 'offset', problem: 'is too far: use cursor', limit: MAX_LIST_OFFSET },
    ])
  }
  const name = `${listing} ${sort}`
  const from = cursor === undefined ? undefined : parseCursor(cursor, name, /^\d+ [0-9a-v]+$/)
  const sizes = await Promise.all(sources.map(({ key }) => space.read('ZCARD', key)))
  const total = sizes.reduce<number>((sum, size) => sum + Number(size), 0)
  const rows: Row[] = []
  let skipped = 0
  let mark: string | undefined
  for await (const chunk of walkSorted(space, sources, sort === 'newest' ? 'backward' : 'forward', from)) {
    const found = await read(chunk.map(({ id }) => id))
    for (const [i, candidate] of chunk.entries()) {
      const row = found[i]
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
