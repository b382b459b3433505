import type { Page, PageRequest, RunFilter, RunRecord } from '@dureq/types'
import type { Space } from '../space.ts'
import { walkRunsOf } from './job-runs.ts'
import { pageOfWalk } from './page-of-walk.ts'
import { readRuns } from './read-runs.ts'
import { findRuns, isOpen, RUN_MARK, type RunSources, walkRuns } from './run-walk.ts'

/** One page of runs of all jobs; see `InspectorRole.listAllRuns`. */
export async function listAllRuns(
  space: Space,
  filter: RunFilter,
  page: PageRequest,
): Promise<Page<RunRecord>> {
  const { status, jobId, nodeId, taskType, from, to } = filter
  const sources = await findRuns(space, filter)
  const total = totalOf(filter, sources)
  return pageOfWalk({
    page,
    listing: JSON.stringify(
      ['runs', status, jobId, nodeId, taskType, from, to].map((value) => value ?? null),
    ),
    mark: RUN_MARK,
    ...(total === undefined ? {} : { total }),
    walk: (direction, mark) =>
      jobId === undefined
        ? walkRuns(space, filter, sources.sets, { direction, mark })
        : walkRunsOf(space, jobId, direction, mark),
    read: (candidates) => readRuns(space, filter, candidates),
  })
}

/** Exact without a filter, and for what is running. */
function totalOf(filter: RunFilter, { finished, leased }: RunSources): number | undefined {
  const { status, ...others } = filter
  if (Object.values(others).some((value) => value !== undefined)) return undefined
  if (status === undefined) return finished + leased
  return isOpen(status) ? leased : undefined
}
