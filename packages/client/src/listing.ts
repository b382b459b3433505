import {
  checkName,
  type Faults,
  type InspectorRole,
  type Job,
  type JobFilter,
  jobStatuses,
  type PageRequest,
  parseJob,
  present,
} from '@dureq/types'
import { checkListing, pageRequest } from './page-options.ts'

/** Which jobs to list, and which part of the list. Both filters may be given. */
export interface ListJobsOptions extends JobFilter, Partial<PageRequest> {}

/** One page of jobs. */
export interface JobPage {
  readonly jobs: readonly Job[]
  /** All jobs the filter fits; only those found so far where `totalExact` is false. */
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/**
 * A page of jobs.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listJobs(inspector: InspectorRole, options: ListJobsOptions): Promise<JobPage> {
  checkListing(options, ['status', 'taskType'], checkFilter)
  const { status, taskType, ...page } = options
  const { rows, ...rest } = await inspector.listJobs(present({ status, taskType }), pageRequest(page))
  return { jobs: rows.map(parseJob), ...rest }
}

function checkFilter({ status, taskType }: JobFilter, faults: Faults): void {
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (status === undefined || jobStatuses.includes(status)) return
  faults.add('status', `must be one of ${jobStatuses.join(', ')}`)
}
