import type { JobContext } from './job-context.ts'
import type { JsonValue } from './json.ts'
import type { Logger } from './logger.ts'

/** One job of a group: its payload, and everything a handler knows of an execution and can do in it. */
export interface GroupedJob<Payload = JsonValue> extends JobContext {
  readonly payload: Payload
}

/** What a handler of many jobs knows of the whole group. */
export interface GroupContext {
  readonly nodeId: string
  /** The name the handler was registered with: a task type or a pattern. Each job has its concrete type. */
  readonly taskType: string
  /** Aborts when every job of the group is to end: cancelled, timed out, lost, or their node is stopping. */
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Does the work of many jobs at once. It returns an array as long as `jobs`, in their order: the result of each job, or
 * the error it failed with, which steers as if the handler of that job had thrown it. What the handler throws, every job
 * has failed with.
 */
export type ManyHandlerFunc<Payload = JsonValue, Result = unknown> = (
  jobs: readonly GroupedJob<Payload>[],
  ctx: GroupContext,
) => readonly (Result | Error)[] | Promise<readonly (Result | Error)[]>
