import {
  checkKnown,
  checkName,
  Faults,
  type InspectorRole,
  isPlainObject,
  type Job,
  type JsonValue,
  parseJob,
  present,
  type SearchQuery,
  toJsonText,
} from '@dureq/types'
import { checkListing, type PageOptions, pageRequest } from '../page-options.ts'
import { readValuePath, type ValuePath } from './value-path.ts'

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

/** Which part of the jobs found. */
export type SearchOptions = Pick<PageOptions, 'limit' | 'cursor'>

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
  const query = readSearch(search)
  checkListing(options, [], (given, faults) => {
    if ('offset' in given) faults.add('offset', 'is not possible: use the cursor')
    if ('sort' in given) faults.add('sort', 'is not possible: the newest come first')
  })
  const { limit, cursor } = pageRequest(options)
  const { rows, ...rest } = await inspector.search(query, { limit, ...present({ cursor }) })
  return { jobs: rows.map(parseJob), ...rest }
}

function readSearch(search: JobSearch): SearchQuery {
  const faults = new Faults()
  if (!isPlainObject(search)) faults.add('search', 'must be an object')
  faults.throwIfAny()
  const { path, value, taskType } = search
  checkKnown(search, ['path', 'value', 'taskType'], '', faults)
  const steps = faults.attempt(() => readValuePath(path)) ?? []
  const text = value === undefined ? undefined : faults.attempt(() => toJsonText(value, 'value'))
  if (value === undefined) faults.add('value', 'must be given; null is a value')
  if (taskType !== undefined) checkName('taskType', taskType, 'taskType', faults)
  faults.throwIfAny()
  return { path: steps, value: JSON.parse(text ?? 'null') as JsonValue, ...present({ taskType }) }
}
