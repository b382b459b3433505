import {
  type InstanceFilter,
  type InstanceHead,
  type PageRequest,
  present,
  type WorkflowInstance,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import type { SearchOptions } from './history/search.ts'
import { type InstanceSearch, searchInstances } from './history/search-instances.ts'
import { checkInstanceFilter } from './instance-filter.ts'
import { instanceOf } from './instance-of.ts'
import { checkListing, pageRequest } from './page-options.ts'
import type { WorkflowReader } from './workflow-reader.ts'

/** Which workflows to list, and which part of the list. Both filters may be given. */
export interface ListWorkflowsOptions extends InstanceFilter, Partial<PageRequest> {}

/** One page of workflows. Each has at most 100 of its tasks; the others are left out, which `truncated` says. */
export interface WorkflowPage {
  readonly workflows: readonly WorkflowInstance[]
  /** All workflows the filter fits. */
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/** One page of a search: bounded in time, it may have fewer workflows than asked for, even none, and a cursor that goes on. */
export interface SearchedWorkflows {
  /** Newest first, each with at most 100 of its tasks. */
  readonly workflows: readonly WorkflowInstance[]
  /** Workflows looked at by this call. */
  readonly scanned: number
  /** Absent: there are no more. */
  readonly cursor?: string
}

/** Tasks of a workflow in a list. */
const MOST_TASKS = 100

/**
 * A page of workflows.
 *
 * @throws ValidationError naming every fault of the options.
 */
export async function listWorkflows(
  { inspector }: Pick<ClientCore['store'], 'inspector'>,
  reader: WorkflowReader,
  options: ListWorkflowsOptions,
): Promise<WorkflowPage> {
  checkListing(options, ['status', 'name'], checkInstanceFilter('workflow'))
  const { status, name, ...page } = options
  const filter = present({ status, name })
  const { rows, ...rest } = await inspector.listInstances('workflow', filter, pageRequest(page))
  const views = await Promise.all(rows.map((head) => reader.view(head, { limit: MOST_TASKS })))
  return { workflows: views.filter((view) => view !== undefined).map(instanceOf), ...rest }
}

/**
 * Workflows by a value in their input.
 *
 * @throws ValidationError naming every fault.
 */
export async function searchWorkflows(
  store: Pick<ClientCore['store'], 'inspector'>,
  reader: WorkflowReader,
  search: InstanceSearch,
  options: SearchOptions,
): Promise<SearchedWorkflows> {
  const show = (head: InstanceHead): ReturnType<WorkflowReader['view']> =>
    reader.view(head, { limit: MOST_TASKS })
  const { shown, ...rest } = await searchInstances(store, 'workflow', { search, options }, show)
  return { workflows: shown.map(instanceOf), ...rest }
}
