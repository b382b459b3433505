import {
  checkKnown,
  checkName,
  Faults,
  type InstanceFilter,
  isPlainObject,
  type PageRequest,
  present,
  type WorkflowInstance,
  workflowStatuses,
} from '@dureq/types'
import type { ClientCore } from './core.ts'
import { instanceOf } from './instance-of.ts'
import { checkPage, pageOptionNames, pageRequest } from './page-options.ts'
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
  checkListing(options)
  const { status, name, ...page } = options
  const filter = present({ status, name })
  const { rows, ...rest } = await inspector.listInstances('workflow', filter, pageRequest(page))
  const views = await Promise.all(rows.map((head) => reader.view(head, { limit: MOST_TASKS })))
  return { workflows: views.filter((view) => view !== undefined).map(instanceOf), ...rest }
}

function checkListing(options: ListWorkflowsOptions): void {
  const faults = new Faults()
  if (!isPlainObject(options)) faults.add('options', 'must be an object')
  else {
    checkKnown(options, ['status', 'name', ...pageOptionNames], '', faults)
    checkFilter(options, faults)
    checkPage(options, faults)
  }
  faults.throwIfAny()
}

function checkFilter({ status, name }: InstanceFilter, faults: Faults): void {
  if (name !== undefined) checkName('workflow', name, 'name', faults)
  if (status !== undefined && !workflowStatuses.includes(status))
    faults.add('status', `must be one of ${workflowStatuses.join(', ')}`)
}
