import type { JobFilter, JobRecord, JobStatus, Page, PageRequest } from '@dureq/types'
import { holdsText, ID_LENGTH } from '@dureq/types'
import type { Space } from '../space.ts'
import { type Counter, readCounters } from './counts.ts'
import { creationMark, walkCreation } from './creation-walk.ts'
import { pageOfWalk } from './page-of-walk.ts'
import { PENDING_MARK, walkPending } from './pending-walk.ts'
import { readCandidates } from './read-candidates.ts'
import { walkRunning } from './running-walk.ts'
import { type SortedSource, walkSorted } from './sorted-walk.ts'
import type { Candidate, Direction, Walk } from './walk.ts'

/** One page of jobs; see `InspectorRole.listJobs`. */
export async function listJobs(space: Space, filter: JobFilter, page: PageRequest): Promise<Page<JobRecord>> {
  const { status, taskType, tag, search } = filter
  const counters = await readCounters(space, filter)
  const isCounted = tag === undefined && search === undefined
  return pageOfWalk({
    page,
    listing: JSON.stringify([status ?? '', taskType ?? '', tag ?? null, search ?? '']),
    mark: markOf(filter, space.partitions.length),
    ...(isCounted ? { total: counters.reduce((sum, { count }) => sum + count, 0) } : {}),
    walk: (direction, mark) => startWalk(space, filter, counters, { direction, mark }),
    read: (candidates) => readFitting(space, filter, candidates),
  })
}

/** A firing is found through its job. */
async function readFitting(
  space: Space,
  filter: JobFilter,
  candidates: readonly Candidate[],
): Promise<readonly (JobRecord | undefined)[]> {
  const jobs = await readCandidates(
    space,
    candidates.filter(({ id }) => id.length === ID_LENGTH),
  )
  let next = 0
  return candidates.map(({ id }) => {
    const job = id.length === ID_LENGTH ? jobs[next++] : undefined
    return job !== undefined && fits(job, filter) ? job : undefined
  })
}

/** What a mark of a listing looks like: see the walks. */
function markOf({ status, tag }: JobFilter, partitions: number): RegExp {
  if (tag !== undefined) return STANDING_MARK
  if (status === undefined) return creationMark(partitions)
  return status === 'pending' ? PENDING_MARK : STANDING_MARK
}

/** Firings of recurring jobs stand in these listings and are passed over: a page may end behind one. */
const STANDING_MARK = /\d+ [0-9a-v]+(?::\d+t?)?/

interface WalkFrom {
  readonly direction: Direction
  readonly mark: string | undefined
}

/** The smallest structure that holds everything the filter asks for, in its order. */
function startWalk(
  space: Space,
  { status, tag }: JobFilter,
  counters: readonly Counter[],
  from: WalkFrom,
): Walk {
  const { direction, mark } = from
  const each = (name: 'scheduled' | 'retrying' | 'paused'): SortedSource[] => [
    ...space.partitions.map((partition) => ({ partition, key: partition.of(name) })),
    ...recurringSources(space, name),
  ]
  if (tag !== undefined) {
    const tagged = space.partitions.map((partition) => ({ partition, key: partition.key('tag', tag) }))
    return walkSorted(space, tagged, direction, mark)
  }
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

function fits(job: JobRecord, { status, taskType, tag, search }: JobFilter): boolean {
  return (
    (status ?? job.status) === job.status &&
    (taskType ?? job.taskType) === job.taskType &&
    (tag === undefined || job.tags.includes(tag)) &&
    (search === undefined || holdsText(search, job.id, job.taskType))
  )
}
