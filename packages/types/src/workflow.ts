import type { ConcurrencyKey } from './concurrency-key.ts'
import type { Duration } from './duration.ts'
import type { JsonValue } from './json.ts'
import type { Priority } from './priority.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { WorkflowHooks } from './workflow-hooks.ts'

/**
 * What kind of task: `''` runs a job (or, with `childWorkflowDef`, a workflow), `condition` chooses a branch,
 * `subflow` adds tasks at run time, `wait` waits for a signal or a time.
 */
export type WorkflowTaskType = '' | 'condition' | 'subflow' | 'wait'

/** Every `WorkflowTaskType`; the first is the default. */
export const workflowTaskTypes: readonly WorkflowTaskType[] = ['', 'condition', 'subflow', 'wait']

/** How often a condition may be evaluated when it does not say: 100. */
export const defaultMaxIterations = 100

/** When a retry of the workflow keeps the result of a task that was completed. */
export type ResultReusePolicy = 'always' | 'never' | 'on_success'

/** Must hold for a task to be dispatched, or the task is skipped. */
export interface Precondition {
  readonly type: 'upstream_output'
  /** A task of `dependsOn`. */
  readonly task: string
  /** Where to look in its output: member names with dots between, after an optional `$.`. */
  readonly path: string
  /** What must be there, as text: `42`, `true`, `ok`. A missing or null value is the empty text. */
  readonly expected: string
}

/** What every task of a workflow has. */
export interface WorkflowTaskBase {
  /** Unique within the workflow. */
  readonly name: string
  /** Tasks that must be done before this one starts. */
  readonly dependsOn?: readonly string[]
  /** Order among tasks that become ready together, higher first. It is no queue priority. Default: 0. */
  readonly priority?: number
  /** Its failure counts as done: the workflow goes on and can succeed. Default: false. */
  readonly allowFailure?: boolean
  readonly preconditions?: readonly Precondition[]
  /** Default: `always`. */
  readonly resultReuse?: ResultReusePolicy
}

/** The fields of a task that runs a job. */
interface RunsJob extends WorkflowTaskBase {
  readonly taskType: string
  /** Default: the input of the workflow for tasks without dependencies, else null. */
  readonly payload?: JsonValue
  /** A task of `dependsOn` whose output this one receives, as `{ upstream, original }`. */
  readonly resultFrom?: string
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  readonly childWorkflowDef?: never
}

/** Routes of a task that chooses: route index to the name of the task that comes next. */
export type ConditionRoutes = Readonly<Record<number, string>>

/** Runs one job. */
export interface JobTask extends RunsJob {
  readonly type?: ''
}

/** Runs one job that returns a route: only the branch of that route goes on. Routes may lead back: a loop. */
export interface ConditionTask extends RunsJob {
  readonly type: 'condition'
  readonly conditionRoutes: ConditionRoutes
  /** Most evaluations; one more fails the task. Default: 100. */
  readonly maxIterations?: number
}

/** Runs one job that returns tasks, which are added to the workflow and run after it. */
export interface SubflowTask extends RunsJob {
  readonly type: 'subflow'
}

/** Runs another workflow; the task ends as that one does, and its output is the task's. */
export interface ChildWorkflowTask extends WorkflowTaskBase {
  readonly type?: ''
  readonly childWorkflowDef: WorkflowDefinition
  /** The input of the child. */
  readonly payload?: JsonValue
  readonly resultFrom?: string
  readonly taskType?: never
}

/**
 * Waits for a signal, a time, or whichever comes first, and holds no worker meanwhile. At least one of `signal`
 * and `timeout` is given.
 */
export interface WaitTask extends WorkflowTaskBase {
  readonly type: 'wait'
  /** Name of the signal; its payload is the output of the task. */
  readonly signal?: string
  /** Alone, it is a timer and the task is done when it is over. With a signal, the signal is late then. */
  readonly timeout?: Duration
  /**
   * Route 0 is taken when the signal came, route 1 when the time was over. Without routes a late signal fails
   * the task.
   */
  readonly conditionRoutes?: ConditionRoutes
  readonly taskType?: never
  readonly childWorkflowDef?: never
}

/** One step of a workflow. */
export type WorkflowTask = JobTask | ConditionTask | SubflowTask | ChildWorkflowTask | WaitTask

/** What a task that fails for good does to the tasks still running: `finish` lets them end, `cancel` does not. */
export type OnTaskFailure = 'finish' | 'cancel'

/** A workflow to run: tasks that depend on each other. At most 10,000 tasks and 16 MiB. */
export interface WorkflowDefinition {
  readonly name: string
  readonly tasks: readonly WorkflowTask[]
  /** The whole workflow fails when it takes longer. Default: no limit. */
  readonly executionTimeout?: Duration
  /** Retries a failed workflow from what failed; `maxAttempts` counts the first attempt. Default: none. */
  readonly retryPolicy?: RetryPolicy
  /** Priority of all jobs of the workflow. Default: 5. */
  readonly defaultPriority?: Priority
  readonly hooks?: WorkflowHooks
  /** Timeout of `wait` tasks with a signal that state none of their own. Default: no limit. */
  readonly signalTimeout?: Duration
  /** Default: `cancel`. */
  readonly onTaskFailure?: OnTaskFailure
}
