import type { DeadFilter, JobRecord, Page, PageRequest } from '@dureq/types'
import { holdsText } from '@dureq/types'
import type { Space } from '../space.ts'
import { readCounts } from './counts.ts'
import { pageOfWalk } from './page-of-walk.ts'
import { readCandidates } from './read-candidates.ts'
import { walkSorted } from './sorted-walk.ts'

/** Where the dead of a type stand, by what counts them: jobs, and firings of recurring jobs. */
const SETS = { dead: ['ended', 'own'], died: ['fired'] } as const

/** One page of dead firings; see `InspectorRole.listDead`. */
export async function listDead(
  space: Space,
  filter: DeadFilter,
  page: PageRequest,
): Promise<Page<JobRecord>> {
  const { taskType, tag, search } = filter
  const counters = await readCounts(space, ['dead', 'died'], taskType)
  const sources = counters.flatMap(({ partition, status, type }) =>
    SETS[status].map((kind) => ({ partition, key: partition.key(kind, `dead:${type}`) })),
  )
  const isCounted = tag === undefined && search === undefined
  return pageOfWalk({
    page,
    listing: JSON.stringify(['dead letters', taskType ?? '', tag ?? null, search ?? '']),
    mark: /\d+ [0-9a-v]+(?::\d+t?)?/,
    ...(isCounted ? { total: counters.reduce((sum, { count }) => sum + count, 0) } : {}),
    walk: (direction, mark) => walkSorted(space, sources, direction, mark),
    read: async (candidates) =>
      (await readCandidates(space, candidates)).map((job) =>
        job !== undefined && job.status === 'dead' && fits(job, filter) ? job : undefined,
      ),
  })
}

function fits(job: JobRecord, { taskType, tag, search }: DeadFilter): boolean {
  return (
    (taskType === undefined || job.taskType === taskType) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (search === undefined || holdsText(search, job.id, job.taskType, job.result?.error ?? job.lastError))
  )
}
