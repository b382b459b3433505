import {
  checkInteger,
  checkKnown,
  checkName,
  Faults,
  type InspectorRole,
  isPlainObject,
  type Job,
  type JobFilter,
  jobStatuses,
  MAX_LIST_OFFSET,
  type PageRequest,
  parseJob,
  present,
} from '@dureq/types'

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

/** Most rows of one page. */
export const MAX_PAGE = 100

const DEFAULT_PAGE = 10

/**
 * A page of jobs.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listJobs(inspector: InspectorRole, options: ListJobsOptions): Promise<JobPage> {
  checkListing(options)
  const { status, taskType, limit = DEFAULT_PAGE, offset, cursor, sort } = options
  const page = { limit, ...present({ offset, cursor, sort }) }
  const { rows, ...rest } = await inspector.listJobs(present({ status, taskType }), page)
  return { jobs: rows.map(parseJob), ...rest }
}

const optionNames = ['status', 'taskType', 'limit', 'offset', 'cursor', 'sort']

function checkListing(options: ListJobsOptions): void {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  else {
    checkKnown(options, optionNames, '', faults)
    checkFilter(options, faults)
    checkPage(options, faults)
  }
  faults.throwIfAny()
}

function checkFilter({ status, taskType }: JobFilter, faults: Faults): void {
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  if (status === undefined || jobStatuses.includes(status)) return
  faults.add('status', `must be one of ${jobStatuses.join(', ')}`)
}

function checkPage({ limit, offset, cursor, sort }: Partial<PageRequest>, faults: Faults): void {
  if (limit !== undefined) checkInteger(limit, { min: 1, max: MAX_PAGE }, 'limit', faults)
  if (offset !== undefined) checkInteger(offset, { min: 0, max: MAX_LIST_OFFSET }, 'offset', faults)
  if (cursor !== undefined && typeof cursor !== 'string') faults.add('cursor', 'must be a text')
  if (offset !== undefined && cursor !== undefined)
    faults.add('offset', 'must not be given together with cursor')
  if (sort !== undefined && !['newest', 'oldest'].includes(sort))
    faults.add('sort', 'must be newest or oldest')
}
