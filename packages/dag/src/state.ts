import type { JobStatus, JsonText, WorkflowTask } from '@dureq/types'

/** How a workflow is to end once nothing of it is under way any more. */
export interface Ending {
  readonly status: 'failed' | 'cancelled' | 'continued'
  /** Why; absent for `continued`. */
  readonly error?: string
  /** The deadline has brought it about. */
  readonly timedOut?: true
  /** Active tasks are left to end by themselves (`onTaskFailure: 'finish'`). */
  readonly finish?: true
  /** What the next instance starts with (`continued`). */
  readonly input?: JsonText
}

/**
 * What the engine keeps in the head of a workflow (`InstanceHead.state`): counters, and the tasks only when they are few.
 *
 * `init` waits for the hook `onInit`, `tasks` carries tasks out, `ending` waits for what is under way, `backoff` for the
 * next attempt, `over` has ended.
 */
export interface WorkflowState {
  readonly phase: 'init' | 'tasks' | 'ending' | 'backoff' | 'over'
  /** 1 at first; every retry raises it. */
  readonly attempt: number
  /** Attempts the retry policy allows; 1 without one. */
  readonly maxAttempts: number
  /** How many workflows stand above this one. */
  readonly depth: number
  /** Given to every job of it and of its children: the trace of who started it. */
  readonly headers?: Readonly<Record<string, string>>
  /** When `executionTimeout` is over, epoch ms; absent while suspended. */
  readonly deadline?: number
  /** What is left of it while suspended, in ms. */
  readonly deadlineLeft?: number
  readonly ending?: Ending
  /** Tasks not settled. */
  readonly open: number
  /** Tasks ready and not dispatched. */
  readonly ready: number
  /** Tasks with a job, child or wait under way. */
  readonly active: number
  /** Of these: told to end (mark `told`). */
  readonly told?: number
  /** Of these: children that run (`child`), and such as were suspended with this workflow (`halted`). */
  readonly children?: number
  readonly halted?: number
  /** Of these: waits (`waiting`). */
  readonly waiting?: number
  /** Tasks ever added by subflows: the next one's order. */
  readonly added: number
  /** Conditions that have chosen a route back, and wait for their round to end. */
  readonly loops?: readonly string[]
  /** When the next attempt is due (`backoff`), epoch ms. */
  readonly retryAt?: number
  /**
   * The states of the tasks of the definition (`readHeldTasks`), where these are few: then they have no parts but where a line
   * says so, and no marks. Absent where each task has a part of its own.
   */
  readonly tasks?: string
  /** Signals of which more may be pending, and waited for, than one step has looked at. */
  readonly signals?: readonly string[]
}

/** What is kept of one task (part `t:<name>`, or `WorkflowState.tasks`); one that nothing has happened to has none. */
export interface TaskPart {
  /** As the engine knows it: `pending` (waiting or ready), `running` (under way), `completed`, `failed` or `cancelled`. */
  readonly status: Extract<JobStatus, 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'>
  /** Dependencies that are not settled. */
  readonly open: number
  /** Dependencies that are settled and whose edge is live. */
  readonly live: number
  /** It is ready to be dispatched. */
  readonly ready?: true
  /** Of the job that carries it out now, or did last. */
  readonly jobId?: string
  /** Of the child workflow that carries it out now, or did last. */
  readonly childId?: string
  readonly error?: string
  readonly startedAt?: number
  readonly finishedAt?: number
  /** Done without having run: why. */
  readonly skipped?: string
  /** It has been told to end, because the workflow is to. */
  readonly told?: true
  /** Its child was suspended with this workflow. */
  readonly halted?: true
  /** It has chosen a route back, and is not settled before its round has ended: then it is pending again. */
  readonly looping?: true
  /** It was left out, because no branch that was chosen leads to it: its dependants see a dead edge. */
  readonly leftOut?: true
  /** The route a condition (or wait) chose. */
  readonly route?: number
  /** Evaluations of a condition so far. */
  readonly iterations?: number
  /** When the timeout of a wait is over, epoch ms. */
  readonly until?: number
  /** What a wait came to: the payload of its signal. Outputs of jobs and children stay with these. */
  readonly output?: JsonText
  /** Names of the tasks a subflow has added. */
  readonly generated?: readonly string[]
  /** Added tasks that depend on this one besides those its definition knows of. */
  readonly dependants?: readonly string[]
  /** Of an added task: what it is, the subflow that added it, and its place after the tasks of the definition. */
  readonly task?: WorkflowTask
  readonly generator?: string
  readonly place?: number
}

/** The lifecycle hooks, in the order they run. */
export const hookNames = ['onInit', 'onSuccess', 'onFailure', 'onExit'] as const

/** The name of a hook, as the definition has it. */
export type HookName = (typeof hookNames)[number]

/** What is kept of one hook (part `h:<name>`). */
export interface HookPart {
  readonly status: Extract<JobStatus, 'running' | 'completed' | 'failed' | 'cancelled'>
  readonly jobId: string
  readonly error?: string
  readonly startedAt: number
  readonly finishedAt?: number
}

/**
 * The sets tasks of a workflow are marked in; docs/architecture.md, "How a workflow goes on", says what for. Of those under
 * way, `active` has the ones that have not been told to end and `told` the others.
 */
export type Mark =
  | 'ready'
  | 'active'
  | 'told'
  | 'child'
  | 'halted'
  | 'waiting'
  | 'unmet'
  | 'redo'
  | 'added'
  | `signal:${string}`

/** The part of a task. */
export function taskPartName(task: string): string {
  return `t:${task}`
}

/** The part of a hook. */
export function hookPartName(hook: HookName): string {
  return `h:${hook}`
}

/** What the names of hooks' jobs begin with; no task is named so. */
export const HOOK_PREFIX = '__hook:'

/** What `Job.workflowTask` of a hook's job is: `__hook:on_init`, as the seed names it. */
export function hookTaskName(hook: HookName): string {
  return `${HOOK_PREFIX}${hook.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)}`
}

/** The hook such a name stands for; undefined for the name of a task. */
export function hookOfTaskName(task: string): HookName | undefined {
  if (!task.startsWith(HOOK_PREFIX)) return undefined
  return hookNames.find((hook) => hookTaskName(hook) === task)
}

/** Child workflows may stand this deep below each other. */
export const MAX_DEPTH = 16
