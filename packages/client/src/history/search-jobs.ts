import { checkName, type InspectorRole, type Job, type JsonValue, parseJob, present } from '@dureq/types'
import { readSearch, type SearchOptions, searchRequest } from './search.ts'
import type { ValuePath } from './value-path.ts'

/** What to look for in payloads. */
export interface JobSearch {
  /** The way to the value. */
  readonly path: ValuePath
  /** Must be equal in type and value: `"1"` is not `1`; objects are equal whatever the order of their members. */
  readonly value: JsonValue
  readonly taskType?: string
}

/** One page of a search: bounded in time, it may have fewer jobs than asked for, even none, and a cursor that goes on. */
export interface SearchedJobs {
  /** Newest first. */
  readonly jobs: readonly Job[]
  /** Jobs looked at by this call. */
  readonly scanned: number
  /** Absent: there are no more. */
  readonly cursor?: string
}

/**
 * Jobs by a value in their payload.
 *
 * @throws ValidationError naming every fault.
 */
export async function searchJobs(
  inspector: InspectorRole,
  search: JobSearch,
  options: SearchOptions,
): Promise<SearchedJobs> {
  const { taskType, ...looked } = search ?? {}
  const query = readSearch(search, looked, (faults) => {
    if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  })
  const { rows, ...rest } = await inspector.search(
    { ...query, ...present({ taskType }) },
    searchRequest(options),
  )
  return { jobs: rows.map(parseJob), ...rest }
}
