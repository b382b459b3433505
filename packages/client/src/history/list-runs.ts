import {
  checkInteger,
  checkName,
  type Faults,
  type InspectorRole,
  type JobRun,
  parseRun,
  present,
  type RunFilter,
  runStatuses,
} from '@dureq/types'
import { findableId } from '../job-ref.ts'
import { checkListing, type PageOptions, pageRequest } from '../page-options.ts'

/** Which runs to list, and which part of the list. All that is given must fit. */
export interface ListRunsOptions extends RunFilter, PageOptions {}

/** One page of runs. */
export interface RunPage {
  readonly runs: readonly JobRun[]
  /** All runs the filter fits; only those found so far where `totalExact` is false. */
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. A page may have fewer runs than asked for, even none, and one. */
  readonly cursor?: string
}

const filters = ['status', 'jobId', 'nodeId', 'taskType', 'from', 'to'] as const

/**
 * A page of the runs of all jobs.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listRuns(inspector: InspectorRole, options: ListRunsOptions): Promise<RunPage> {
  checkListing(options, filters, checkFilter)
  const { status, jobId, nodeId, taskType, from, to, ...page } = options
  if (jobId !== undefined && findableId(jobId) === undefined) return { runs: [], total: 0, totalExact: true }
  const filter = present({ status, jobId, nodeId, taskType, from, to })
  const { rows, ...rest } = await inspector.listAllRuns(filter, pageRequest(page))
  return { runs: rows.map(parseRun), ...rest }
}

const times = { min: 0, max: Number.MAX_SAFE_INTEGER }

function checkFilter({ status, jobId, nodeId, taskType, from, to }: RunFilter, faults: Faults): void {
  if (status !== undefined && !runStatuses.includes(status))
    faults.add('status', `must be one of ${runStatuses.join(', ')}`)
  if (jobId !== undefined && typeof jobId !== 'string') faults.add('jobId', 'must be the id of a job')
  if (nodeId !== undefined) checkName('nodeId', nodeId, 'nodeId', faults)
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (from !== undefined) checkInteger(from, times, 'from', faults)
  if (to !== undefined) checkInteger(to, times, 'to', faults)
}
