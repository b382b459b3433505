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
import { checkSearch } from './operations/dead-filter.ts'
import { checkListing, pageRequest } from './page-options.ts'

/** Which jobs to list, and which part of the list. All that is given must fit. */
export interface ListJobsOptions extends JobFilter, Partial<PageRequest> {}

/** One page of jobs. */
export interface JobPage {
  readonly jobs: readonly Job[]
  /** All jobs the filter fits; only those found so far where `totalExact` is false. */
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. With a tag or search a page may have fewer jobs than asked for, even none, and one. */
  readonly cursor?: string
}

/**
 * A page of jobs.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listJobs(inspector: InspectorRole, options: ListJobsOptions): Promise<JobPage> {
  checkListing(options, ['status', 'taskType', 'tag', 'search'], checkFilter)
  const { status, taskType, tag, search, ...page } = options
  const filter = present({ status, taskType, tag, search })
  const { rows, ...rest } = await inspector.listJobs(filter, pageRequest(page))
  return { jobs: rows.map(parseJob), ...rest }
}

function checkFilter({ status, taskType, tag, search }: JobFilter, faults: Faults): void {
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (tag !== undefined) checkName('tag', tag, 'tag', faults)
  if (search !== undefined) checkSearch(search, faults)
  if (status === undefined || jobStatuses.includes(status)) return
  faults.add('status', `must be one of ${jobStatuses.join(', ')}`)
}
