import type { JobContext } from './job-context.ts'
import type { JsonValue } from './json.ts'

/**
 * Does the work of a task. What it returns is the result of the job; what it throws steers what comes next (see
 * `NonRetryableError` and its neighbours), any other error is retried.
 *
 * It may run more than once for one job: after a crash, and after any failure. What it does should bear that.
 */
export type HandlerFunc<Payload = JsonValue, Result = unknown> = (
  payload: Payload,
  ctx: JobContext,
) => Result | Promise<Result>
