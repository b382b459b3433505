import type { JobStatus } from './job-status.ts'
import type { JsonValue } from './json.ts'
import type { WorkflowDefinition } from './workflow.ts'
import type { WorkflowHooks } from './workflow-hooks.ts'
import type { WorkflowStatus } from './workflow-status.ts'

/** Where one task of a workflow stands. */
export interface WorkflowTaskState {
  readonly name: string
  /** The job that runs it now, or did last. */
  readonly jobId?: string
  readonly status: JobStatus
  readonly error?: string
  readonly startedAt?: number
  readonly finishedAt?: number
  /** The workflow a task with `childWorkflowDef` runs. */
  readonly childWorkflowId?: string
  /** The route a condition chose. */
  readonly conditionRoute?: number
  /** Evaluations of a condition so far. */
  readonly iterations?: number
  /** The tasks a subflow added. */
  readonly subflowTasks?: readonly string[]
  /** Done without having run: a precondition failed, its branch was not chosen, or its handler skipped it. */
  readonly skipped?: boolean
  readonly skipReason?: string
}

/** A workflow as it stands. Instants are epoch milliseconds. */
export interface WorkflowInstance<Output = JsonValue> {
  readonly id: string
  readonly workflowName: string
  readonly status: WorkflowStatus
  /** By task name; holds at most 1,000 and says so with `truncated`. */
  readonly tasks: Readonly<Record<string, WorkflowTaskState>>
  readonly definition: WorkflowDefinition
  readonly input?: JsonValue
  /** When `executionTimeout` is over. */
  readonly deadline?: number
  /** 1 at first; each retry raises it. */
  readonly attempt: number
  readonly maxAttempts: number
  /** By task name: dependencies not yet done. */
  readonly pendingDeps?: Readonly<Record<string, number>>
  /** By task name: evaluations of a condition so far. */
  readonly conditionIterations?: Readonly<Record<string, number>>
  /** The workflow that runs this one as a task of its own. */
  readonly parentWorkflowId?: string
  /** The name of that task. */
  readonly parentTaskName?: string
  readonly hookStates?: Readonly<Partial<Record<keyof WorkflowHooks, WorkflowTaskState>>>
  /** What the last task without dependants returned. */
  readonly output?: Output
  /** Why it failed or was cancelled. */
  readonly error?: string
  /** Completed tasks that are no longer in `tasks`. */
  readonly archivedTaskCount?: number
  /** The instance this one replaced, and the one it was replaced by (continue-as-new). */
  readonly continuedFrom?: string
  readonly continuedTo?: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly completedAt?: number
  /** Tasks are left out here; they can be listed page by page. */
  readonly truncated?: boolean
}
