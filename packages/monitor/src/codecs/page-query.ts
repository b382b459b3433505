import type {
  ItemRange,
  ListJobsOptions,
  ListWorkflowsOptions,
  PageOptions,
  TaskPageOptions,
} from '@dureq/client'
import { type JobStatus, MAX_LIST_OFFSET, ValidationError, type WorkflowStatus } from '@dureq/types'

/** The query of a list; everything is text. An empty value counts as none. */
export interface PageQueryWire {
  readonly limit?: string
  readonly offset?: string
  readonly sort?: string
  readonly cursor?: string
}

/** The query of the list of jobs. */
export interface JobsQueryWire extends PageQueryWire {
  readonly status?: string
  readonly task_type?: string
  readonly tag?: string
  readonly search?: string
}

/** The query of the list of workflows or batches. */
export interface WorkflowsQueryWire extends PageQueryWire {
  readonly status?: string
  readonly name?: string
}

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 100

/**
 * The rows a query asks for. As in the Go implementation, a limit that is no number above 0 is 10, one above 100 is 100,
 * an offset that is no number is 0, and every order but `oldest` is `newest`.
 *
 * @throws ValidationError for an offset beyond 10,000, which only a cursor can go to.
 */
export function decodePageQuery(wire: PageQueryWire): PageOptions {
  const offset = wholeNumber(wire.offset) ?? 0
  if (offset > MAX_LIST_OFFSET) {
    const problem = `must not be above ${MAX_LIST_OFFSET}: use the cursor of the page before`
    throw new ValidationError([{ field: 'offset', problem, limit: MAX_LIST_OFFSET }])
  }
  return {
    limit: decodeLimit(wire.limit, DEFAULT_LIMIT),
    sort: wire.sort === 'oldest' ? 'oldest' : 'newest',
    ...(wire.cursor ? { cursor: wire.cursor } : { offset }),
  }
}

/** The jobs a query asks for; whether there is such a status, the client checks. */
export function decodeJobsQuery(wire: JobsQueryWire): ListJobsOptions {
  const { status, task_type: taskType, tag, search } = wire
  return {
    ...decodePageQuery(wire),
    ...(status && { status: status as JobStatus }),
    ...(taskType && { taskType }),
    ...(tag && { tag }),
    ...(search && { search }),
  }
}

/** The workflows or batches a query asks for; whether there is such a status, the client checks. */
export function decodeWorkflowsQuery(wire: WorkflowsQueryWire): ListWorkflowsOptions {
  const { status, name } = wire
  return {
    ...decodePageQuery(wire),
    ...(status && { status: status as WorkflowStatus }),
    ...(name && { name }),
  }
}

/** The tasks of a workflow, or items of a batch, a query asks for: always in the order of the whole. */
export function decodeTasksQuery({ limit, offset }: PageQueryWire): TaskPageOptions {
  return { limit: decodeLimit(limit, DEFAULT_LIMIT), offset: wholeNumber(offset) ?? 0 }
}

/** The rows of a bare list a query asks for: as many as an answer may have, unless it says how many. */
export function decodeItemsQuery({ limit, offset }: PageQueryWire, most: number): ItemRange {
  return { limit: Math.min(wholeNumber(limit) || most, most), offset: wholeNumber(offset) ?? 0 }
}

/** The most rows an answer may have: 1 to 100, or `fallback` when the text is no number above 0. */
export function decodeLimit(value: string | undefined, fallback: number): number {
  return Math.min(wholeNumber(value) || fallback, MAX_LIMIT)
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
