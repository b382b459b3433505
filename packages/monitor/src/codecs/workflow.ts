import type { JsonValue, WorkflowHooks, WorkflowInstance, WorkflowTaskState } from '@dureq/types'
import { type DefinitionWire, encodeDefinition } from './definition.ts'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'

/**
 * A workflow on the wire, with the JSON names and encodings of the Go implementation. `error` and `truncated` are ours. What
 * is undefined is left out; input and output go as they are, and so do the names of tasks.
 */
export interface WorkflowWire {
  readonly id: string
  readonly workflow_name: string
  readonly status: string
  readonly tasks: Readonly<Record<string, TaskStateWire>>
  readonly definition: DefinitionWire
  readonly input?: JsonValue | undefined
  readonly deadline?: string | undefined
  readonly attempt: number
  readonly max_attempts: number
  readonly pending_deps?: Readonly<Record<string, number>> | undefined
  readonly condition_iterations?: Readonly<Record<string, number>> | undefined
  readonly parent_workflow_id?: string | undefined
  readonly parent_task_name?: string | undefined
  readonly hook_states?: Readonly<Record<string, TaskStateWire>> | undefined
  readonly output?: JsonValue | undefined
  readonly error?: string | undefined
  readonly archived_task_count?: number | undefined
  readonly continued_from?: string | undefined
  readonly continued_to?: string | undefined
  readonly created_at: string
  readonly updated_at: string
  readonly completed_at?: string | undefined
  readonly truncated?: boolean | undefined
}

/** Where a task or a hook stands, on the wire. `iterations` is ours. */
export interface TaskStateWire {
  readonly name: string
  readonly job_id?: string | undefined
  readonly status: string
  readonly error?: string | undefined
  readonly started_at?: string | undefined
  readonly finished_at?: string | undefined
  readonly child_workflow_id?: string | undefined
  readonly condition_route?: number | undefined
  readonly iterations?: number | undefined
  readonly subflow_tasks?: readonly string[] | undefined
  readonly skipped?: boolean | undefined
  readonly skip_reason?: string | undefined
}

/** Writes a workflow. */
export function encodeWorkflow(workflow: WorkflowInstance): WorkflowWire {
  return {
    id: workflow.id,
    workflow_name: workflow.workflowName,
    status: workflow.status,
    tasks: eachOf(workflow.tasks, encodeTaskState),
    definition: encodeDefinition(workflow.definition),
    input: workflow.input,
    deadline: encodeOptionalInstant(workflow.deadline),
    attempt: workflow.attempt,
    max_attempts: workflow.maxAttempts,
    pending_deps: workflow.pendingDeps,
    condition_iterations: workflow.conditionIterations,
    parent_workflow_id: workflow.parentWorkflowId,
    parent_task_name: workflow.parentTaskName,
    hook_states: workflow.hookStates && encodeHookStates(workflow.hookStates),
    output: workflow.output,
    error: workflow.error,
    archived_task_count: workflow.archivedTaskCount,
    continued_from: workflow.continuedFrom,
    continued_to: workflow.continuedTo,
    created_at: encodeInstant(workflow.createdAt),
    updated_at: encodeInstant(workflow.updatedAt),
    completed_at: encodeOptionalInstant(workflow.completedAt),
    truncated: workflow.truncated,
  }
}

/** Writes where a task stands. */
export function encodeTaskState(state: WorkflowTaskState): TaskStateWire {
  return {
    name: state.name,
    job_id: state.jobId,
    status: state.status,
    error: state.error,
    started_at: encodeOptionalInstant(state.startedAt),
    finished_at: encodeOptionalInstant(state.finishedAt),
    child_workflow_id: state.childWorkflowId,
    condition_route: state.conditionRoute,
    iterations: state.iterations,
    subflow_tasks: state.subflowTasks,
    skipped: state.skipped,
    skip_reason: state.skipReason,
  }
}

const hookNames: Readonly<Record<keyof WorkflowHooks, string>> = {
  onInit: 'on_init',
  onSuccess: 'on_success',
  onFailure: 'on_failure',
  onExit: 'on_exit',
}

/** Hooks are named as on the wire, also in their own states. */
function encodeHookStates(
  states: NonNullable<WorkflowInstance['hookStates']>,
): Readonly<Record<string, TaskStateWire>> {
  const wire: Record<string, TaskStateWire> = {}
  for (const [hook, name] of Object.entries(hookNames) as [keyof WorkflowHooks, string][]) {
    const state = states[hook]
    if (state !== undefined) wire[name] = { ...encodeTaskState(state), name }
  }
  return wire
}

/** A table without a prototype, for tasks may have any name. */
function eachOf<T, Wire>(
  table: Readonly<Record<string, T>>,
  encode: (value: T) => Wire,
): Record<string, Wire> {
  const wire: Record<string, Wire> = Object.create(null)
  for (const [name, value] of Object.entries(table)) wire[name] = encode(value)
  return wire
}
