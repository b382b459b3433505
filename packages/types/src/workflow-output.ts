import type { JsonValue } from './json.ts'
import type { WorkflowTask } from './workflow.ts'

/** What a condition handler leaves for the workflow: the route to take. */
export interface ConditionResult {
  /** A key of `conditionRoutes`. */
  readonly route: number
}

/** What a subflow handler leaves for the workflow: the tasks to add. */
export interface SubflowResult {
  readonly tasks: readonly WorkflowTask[]
}

/** What a task with `resultFrom` receives as its payload. */
export interface UpstreamPayload<Upstream = JsonValue, Original = JsonValue> {
  /** What the upstream task returned. */
  readonly upstream: Upstream
  /** The payload of the task itself. */
  readonly original: Original
}
