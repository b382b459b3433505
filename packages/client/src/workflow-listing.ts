import { type InstanceFilter, type PageRequest, present, type WorkflowInstance } from '@dureq/types'
import type { ClientCore } from './core.ts'
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
