import type { InputArguments, TypedWorkflow } from '@dureq/dag'
import type {
  AuditEntry as Act,
  Fault,
  JsonValue,
  WorkflowDefinition,
  WorkflowInstance,
  WorkflowTaskState,
} from '@dureq/types'
import type { WaitOptions } from './await-end.ts'
import type { CancelOptions } from './cancel-options.ts'
import type { SearchOptions } from './history/search.ts'
import type { InstanceSearch } from './history/search-instances.ts'
import type { OrderOptions } from './order-options.ts'
import type { TaskPage, TaskPageOptions } from './task-page.ts'
import type { TaskResult } from './task-result.ts'
import type { AuditEntry } from './task-trail.ts'
import type { AuditOptions } from './workflow-audit.ts'
import type { EnqueueWorkflowOptions } from './workflow-draft.ts'
import type { ListWorkflowsOptions, SearchedWorkflows, WorkflowPage } from './workflow-listing.ts'
import type { WorkflowRef } from './workflow-ref.ts'
import type { PendingSignals, SignalOptions } from './workflow-signals.ts'

/** A definition the compiler knows nothing about. */
export type PlainDefinition = WorkflowDefinition & { readonly '~types'?: never }

/**
 * Workflows. Calls made in one tick travel together. Orders resolve when they are recorded; the engine carries them out.
 * An order to a workflow that goes on as another (continue-as-new) goes to that one. What names no workflow rejects with
 * `WorkflowNotFoundError`, but `getWorkflow`.
 */
export interface Workflows {
  /**
   * Checks a definition and starts it; its input reaches the tasks without dependencies that have no payload of their own,
   * and every handler as `ctx.workflow.input`.
   *
   * @returns the workflow as it begins; with a request id seen in the last 24 hours, that call's workflow as it is now.
   * @throws ValidationError naming every fault of definition, input and options; SizeLimitError when the size of the input
   *   is the only one; CyclicDependencyError when tasks that wait for each other are.
   * @throws StoreUnavailableError, StoreFullError as the store does.
   */
  enqueueWorkflow(
    definition: PlainDefinition,
    input?: unknown,
    options?: EnqueueWorkflowOptions,
  ): Promise<WorkflowInstance>
  /** The same with what `defineWorkflow` makes, which types input and output. */
  enqueueWorkflow<Input, Output>(
    workflow: TypedWorkflow<Input, Output>,
    ...rest: [...InputArguments<NoInfer<Input>>, options?: EnqueueWorkflowOptions]
  ): Promise<WorkflowInstance<Output>>
  /** Everything that is wrong with a definition, as `enqueueWorkflow` would refuse it; empty when nothing is. */
  validateWorkflow(definition: unknown): Promise<readonly Fault[]>
  /**
   * The workflow as it is now; undefined when there is none (any more). Of its tasks it has the first 1,000; when there are
   * more, `truncated` is set and `listWorkflowTasks` has them.
   */
  getWorkflow(workflow: WorkflowRef): Promise<WorkflowInstance | undefined>
  /**
   * A page of workflows in creation order, children included, each with at most 100 of its tasks.
   *
   * @param options `limit` 1-100, default 10; `sort` default `newest`; `offset` up to 10,000, beyond it use `cursor`.
   * @throws ValidationError naming every fault.
   */
  listWorkflows(options?: ListWorkflowsOptions): Promise<WorkflowPage>
  /**
   * Workflows by a value in their input, newest first, children included. Bounded in time: go on with the cursor.
   *
   * @throws ValidationError naming every fault.
   */
  searchWorkflows(search: InstanceSearch, options?: SearchOptions): Promise<SearchedWorkflows>
  /** A page of the tasks of a workflow: those of its definition, in its order, then those that subflows have added. */
  listWorkflowTasks(workflow: WorkflowRef, options?: TaskPageOptions): Promise<TaskPage>
  /**
   * Where one task stands.
   *
   * @throws TaskNotFoundError when the workflow has none of this name.
   */
  getWorkflowTask(workflow: WorkflowRef, task: string): Promise<WorkflowTaskState>
  /**
   * How a task ended; undefined while it has not, or when it never ran.
   *
   * @throws TaskNotFoundError when the workflow has none of this name.
   */
  getTaskResult(workflow: WorkflowRef, task: string): Promise<TaskResult | undefined>
  /** What happened to the tasks of a workflow, newest first: of the 100 jobs that something happened to last. */
  workflowAudit(workflow: WorkflowRef, options?: AuditOptions): Promise<readonly AuditEntry[]>
  /** Who gave orders to a workflow, oldest first, the newest 100: those that named somebody. */
  workflowActs(workflow: WorkflowRef): Promise<readonly Act[]>

  /** Ends a workflow: what is under way is cancelled, children as well, and with the last of it the workflow has ended. */
  cancelWorkflow(workflow: WorkflowRef, options?: CancelOptions): Promise<void>
  /** Gives a failed or cancelled workflow a new life: it goes on from what failed, with a fresh deadline. */
  retryWorkflow(workflow: WorkflowRef, options?: OrderOptions): Promise<void>
  /** Holds a running workflow: nothing more is dispatched, children as well; what runs goes on. */
  suspendWorkflow(workflow: WorkflowRef, options?: OrderOptions): Promise<void>
  /** Lets a suspended workflow go on. */
  resumeWorkflow(workflow: WorkflowRef, options?: OrderOptions): Promise<void>
  /**
   * Removes every trace of an ended workflow, with its jobs and children.
   *
   * @throws InvalidWorkflowStatusError when it has not ended, OwnedWorkflowError when it is a child of another.
   */
  deleteWorkflow(workflow: WorkflowRef): Promise<void>

  /**
   * Tells a workflow something: a `wait` task of this name takes it, or a handler reads it. Durable, and in order.
   *
   * @param payload any JSON; undefined: none.
   * @throws WorkflowEndedError when it has ended, DuplicateSignalError when the dedupe key was used in the last 30 days,
   *   SignalsFullError when 10,000 are pending.
   * @throws ValidationError naming every fault; SizeLimitError when the size of the payload is the only one.
   */
  signalWorkflow(
    workflow: WorkflowRef,
    name: string,
    payload?: unknown,
    options?: SignalOptions,
  ): Promise<void>
  /** Counts the signals of a workflow that nothing has dealt with yet. */
  signalStats(workflow: WorkflowRef): Promise<PendingSignals>

  /**
   * Waits for a workflow and resolves to its output (undefined if it has none); follows it when it continues as new. It
   * cannot miss an end, and waits through outages of the store.
   *
   * @throws WorkflowFailedError, WorkflowCancelledError, WaitTimeoutError.
   * @throws WorkflowNotFoundError when there is no such workflow (any more); ResultNotKeptError when it was removed while
   *   waited for.
   * @throws ServerStoppedError when the client is closed meanwhile.
   */
  waitForWorkflow<Output = JsonValue>(workflow: WorkflowRef<Output>, options?: WaitOptions): Promise<Output>
}
