import type { Duration } from './duration.ts'
import type { JsonValue } from './json.ts'

/** A job that runs at one moment in the life of a workflow and cannot change its outcome. */
export interface WorkflowHookDef {
  readonly taskType: string
  readonly payload?: JsonValue
  /** Default: the timeout of the handler. */
  readonly timeout?: Duration
}

/** The hooks of a workflow. Each runs exactly once for each life of it. */
export interface WorkflowHooks {
  /** Before the first task. */
  readonly onInit?: WorkflowHookDef
  readonly onSuccess?: WorkflowHookDef
  readonly onFailure?: WorkflowHookDef
  /** At every end, also cancel and timeout. */
  readonly onExit?: WorkflowHookDef
}
