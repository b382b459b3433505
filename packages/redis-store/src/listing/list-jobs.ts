import type { JobFilter, JobRecord, JobStatus, Page, PageRequest } from '@dureq/types'
import { ID_LENGTH, MAX_LIST_OFFSET, ValidationError } from '@dureq/types'
import { readJobs } from '../read-jobs.ts'
import type { Space } from '../space.ts'
import { type Counter, readCounters } from './counts.ts'
import { walkCreation } from './creation-walk.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { PENDING_MARK, walkPending } from './pending-walk.ts'
import { walkRunning } from './running-walk.ts'
import { type SortedSource, walkSorted } from './sorted-walk.ts'
import type { Candidate, Direction, Walk } from './walk.ts'

/** Rows looked at for one page, those that do not fit included. */
const MOST_LOOKED_AT = 10_000

/** One page of jobs; see `InspectorRole.listJobs`. */
export async function listJobs(space: Space, filter: JobFilter, page: PageRequest): Promise<Page<JobRecord>> {
  const { limit, offset = 0, sort = 'newest', cursor } = page
  if (offset > MAX_LIST_OFFSET) {
    throw new ValidationError([
      { field: 'offset', problem: 'is too far: use cursor', limit: MAX_LIST_OFFSET },
    ])
  }
  const listing = JSON.stringify([filter.status ?? '', filter.taskType ?? '', sort])
  const mark =
    cursor === undefined ? undefined : parseCursor(cursor, listing, markOf(filter, space.partitions.length))
  const counters = await readCounters(space, filter)
  const walk = startWalk(space, filter, counters, {
    direction: sort === 'newest' ? 'backward' : 'forward',
    mark,
  })
  const { rows, next } = await collect(space, walk, { filter, skip: offset, limit })
  return {
    rows,
    total: counters.reduce((sum, { count }) => sum + count, 0),
    totalExact: true,
    ...(next === undefined ? {} : { cursor: formatCursor(listing, next) }),
  }
}

/** What a mark of a listing looks like: see the walks. */
function markOf({ status }: JobFilter, partitions: number): RegExp {
  if (status === undefined) return new RegExp(`^\\d+(\\.\\d+){${partitions - 1}}$`)
  return status === 'pending' ? PENDING_MARK : STANDING_MARK
}

/** Firings of recurring jobs stand in these listings and are passed over: a page may end behind one. */
const STANDING_MARK = /^\d+ [0-9a-v]+(:\d+t?)?$/

interface WalkFrom {
  readonly direction: Direction
  readonly mark: string | undefined
}

/** The smallest structure that holds everything the filter asks for, in its order. */
function startWalk(space: Space, { status }: JobFilter, counters: readonly Counter[], from: WalkFrom): Walk {
  const { direction, mark } = from
  const each = (name: 'scheduled' | 'retrying' | 'paused'): SortedSource[] => [
    ...space.partitions.map((partition) => ({ partition, key: partition.of(name) })),
    ...recurringSources(space, name),
  ]
  if (status === undefined) return walkCreation(space, direction, mark)
  switch (status) {
    case 'pending': {
      const types = space.partitions.map((partition) =>
        counters.filter((counter) => counter.partition === partition).map(({ type }) => type),
      )
      return walkPending(space, { types, recurring: recurringSources(space, status) }, direction, mark)
    }
    case 'running':
      return walkRunning(space, direction, mark)
    case 'scheduled':
    case 'retrying':
    case 'paused':
      return walkSorted(space, each(status), direction, mark)
    case 'completed':
    case 'dead':
    case 'cancelled':
    case 'failed':
      return walkSorted(space, endedSources(status, counters), direction, mark)
  }
}

/** Recurring jobs that have not ended, by their derived status. */
function recurringSources(space: Space, status: JobStatus): SortedSource[] {
  return space.partitions.map((partition) => ({ partition, key: partition.key('recurring', status) }))
}

function endedSources(status: JobStatus, counters: readonly Counter[]): readonly SortedSource[] {
  return counters.flatMap(({ partition, type }) =>
    ['ended', 'own'].map((kind) => ({ partition, key: partition.key(kind, `${status}:${type}`) })),
  )
}

interface Collecting {
  readonly filter: JobFilter
  readonly skip: number
  readonly limit: number
}

/** Reads candidates until the page is full and one more is known, or enough was looked at. */
async function collect(
  space: Space,
  walk: Walk,
  { filter, skip, limit }: Collecting,
): Promise<{ readonly rows: readonly JobRecord[]; readonly next: string | undefined }> {
  const rows: JobRecord[] = []
  const seen = new Set<string>()
  let skipped = 0
  let looked = 0
  let mark: string | undefined
  for await (const chunk of walk) {
    // A firing is found through its job.
    const jobs = await readAll(
      space,
      chunk.filter(({ id }) => id.length === ID_LENGTH),
    )
    for (const candidate of chunk) {
      const job = jobs.get(candidate.id)
      if (job !== undefined && !seen.has(job.id) && fits(job, filter)) {
        seen.add(job.id)
        if (skipped < skip) skipped++
        else if (rows.length === limit) return { rows, next: mark }
        else rows.push(job)
      }
      mark = candidate.mark
    }
    looked += chunk.length
    if (looked >= MOST_LOOKED_AT + skip) return { rows, next: mark }
  }
  return { rows, next: undefined }
}

function fits(job: JobRecord, filter: JobFilter): boolean {
  return (filter.status ?? job.status) === job.status && (filter.taskType ?? job.taskType) === job.taskType
}

async function readAll(space: Space, chunk: readonly Candidate[]): Promise<ReadonlyMap<string, JobRecord>> {
  const found = new Map<string, JobRecord>()
  await Promise.all(
    space.partitions.map(async (partition) => {
      const ids = chunk.filter((candidate) => candidate.partition === partition).map(({ id }) => id)
      for (const job of await readJobs(space, partition, ids)) if (job !== undefined) found.set(job.id, job)
    }),
  )
  return found
}
