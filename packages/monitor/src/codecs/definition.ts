import {
  type ConditionRoutes,
  type Duration,
  type JsonValue,
  type Precondition,
  parseDuration,
  resolveRetryPolicy,
  type WorkflowDefinition,
  type WorkflowHookDef,
  type WorkflowHooks,
  type WorkflowTask,
} from '@dureq/types'
import { type ConcurrencyKeyWire, encodeConcurrencyKeys } from './concurrency-key.ts'
import { encodeOptionalLength } from './length.ts'
import { encodeRetryPolicy, type RetryPolicyWire } from './retry-policy.ts'

/** A workflow definition on the wire, with the JSON names and encodings of the Go implementation. What is empty is left out. */
export interface DefinitionWire {
  readonly name: string
  readonly tasks: readonly TaskWire[]
  readonly execution_timeout?: string | undefined
  readonly retry_policy?: RetryPolicyWire | undefined
  readonly default_priority?: number | undefined
  readonly hooks?: HooksWire | undefined
  readonly signal_timeout?: string | undefined
  /** Ours. */
  readonly on_task_failure?: string | undefined
}

/** A task of a workflow on the wire. `signal` and `timeout` are ours: those of a `wait`. */
interface TaskWire {
  readonly name: string
  /** Empty where a child workflow or a signal takes the place of a handler. */
  readonly task_type: string
  readonly payload?: JsonValue | undefined
  readonly depends_on?: readonly string[] | undefined
  readonly priority?: number | undefined
  readonly allow_failure?: boolean | undefined
  readonly result_from?: string | undefined
  readonly type?: string | undefined
  /** By decimal texts of the routes. */
  readonly condition_routes?: ConditionRoutes | undefined
  readonly max_iterations?: number | undefined
  readonly child_workflow_def?: DefinitionWire | undefined
  readonly preconditions?: readonly Precondition[] | undefined
  readonly result_reuse?: string | undefined
  readonly signal?: string | undefined
  readonly timeout?: string | undefined
  readonly concurrency_keys?: readonly ConcurrencyKeyWire[] | undefined
}

interface HookWire {
  readonly task_type: string
  readonly payload?: JsonValue | undefined
  readonly timeout?: string | undefined
}

type HooksWire = Readonly<
  Partial<Record<'on_init' | 'on_success' | 'on_failure' | 'on_exit', HookWire | undefined>>
>

/** Writes a definition as it was stored; user payloads go as they are. */
export function encodeDefinition(definition: WorkflowDefinition): DefinitionWire {
  const { retryPolicy, hooks } = definition
  return {
    name: definition.name,
    tasks: definition.tasks.map(encodeTask),
    execution_timeout: encodeLength(definition.executionTimeout),
    retry_policy: retryPolicy && encodeRetryPolicy(resolveRetryPolicy(retryPolicy)),
    default_priority: definition.defaultPriority,
    hooks: hooks && encodeHooks(hooks),
    signal_timeout: encodeLength(definition.signalTimeout),
    on_task_failure: definition.onTaskFailure,
  }
}

function encodeTask(task: WorkflowTask): TaskWire {
  return {
    name: task.name,
    task_type: task.taskType ?? '',
    ...encodeKind(task),
    depends_on: task.dependsOn,
    priority: task.priority || undefined,
    allow_failure: task.allowFailure || undefined,
    child_workflow_def: task.childWorkflowDef && encodeDefinition(task.childWorkflowDef),
    preconditions: task.preconditions,
    result_reuse: task.resultReuse,
  }
}

/** What only tasks of some kinds have. */
function encodeKind(task: WorkflowTask): Partial<TaskWire> {
  if (task.type === 'wait') {
    return {
      type: task.type,
      signal: task.signal,
      timeout: encodeLength(task.timeout),
      condition_routes: task.conditionRoutes,
    }
  }
  const work = {
    payload: task.payload,
    result_from: task.resultFrom,
    concurrency_keys: encodeConcurrencyKeys('concurrencyKeys' in task ? task.concurrencyKeys : undefined),
  }
  if (task.type !== 'condition') return { ...work, type: task.type || undefined }
  const { type, conditionRoutes, maxIterations } = task
  return { ...work, type, condition_routes: conditionRoutes, max_iterations: maxIterations || undefined }
}

function encodeHooks({ onInit, onSuccess, onFailure, onExit }: WorkflowHooks): HooksWire {
  return {
    on_init: encodeHook(onInit),
    on_success: encodeHook(onSuccess),
    on_failure: encodeHook(onFailure),
    on_exit: encodeHook(onExit),
  }
}

function encodeHook(hook: WorkflowHookDef | undefined): HookWire | undefined {
  if (hook === undefined) return undefined
  return { task_type: hook.taskType, payload: hook.payload, timeout: encodeLength(hook.timeout) }
}

function encodeLength(length: Duration | undefined): string | undefined {
  return encodeOptionalLength(length === undefined ? undefined : parseDuration(length))
}
