import type { JobRecord, Page, PageRequest, StoredSchedule } from '@dureq/types'
import { pageOfSorted } from '../listing/page-of-sorted.ts'
import type { SortedSource } from '../listing/sorted-walk.ts'
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

/** Rows by the members of the sorted sets. */
interface Listing<Row> {
  readonly page: PageRequest
  readonly listing: string
  readonly read: (members: readonly string[]) => Promise<readonly (Row | undefined)[]>
}

async function pageOf<Row>(
  space: Space,
  sources: readonly SortedSource[],
  { page, listing, read }: Listing<Row>,
): Promise<Page<Row>> {
  const sizes = await Promise.all(sources.map(({ key }) => space.read('ZCARD', key)))
  return pageOfSorted(space, sources, {
    page,
    listing,
    total: sizes.reduce<number>((sum, size) => sum + Number(size), 0),
    read: (candidates) => read(candidates.map(({ id }) => id)),
  })
}
