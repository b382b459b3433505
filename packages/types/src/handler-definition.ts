import type { HandlerFunc } from './handler.ts'
import type { JsonValue } from './json.ts'
import type { Middleware } from './middleware.ts'
import type { TaskOptions } from './task-options.ts'

/** How a handler is run; the task options in it win over those of its task. */
export interface HandlerOptions extends TaskOptions {
  /** Most executions at once on one node. Default: as many as the worker has slots. */
  readonly concurrency?: number
  /** Wrap this handler, inside those of the worker; the first is the outermost. Default: none. */
  readonly middlewares?: readonly Middleware[]
  /**
   * Names this build of the handler. It takes only jobs of this version, or of none; a job has one only if its
   * enqueue gave it. Default: none, which takes every job.
   */
  readonly version?: string
}

/** A handler as it is registered on a worker. */
export interface HandlerDefinition<Payload = JsonValue, Result = unknown> extends HandlerOptions {
  /** A task type, or a pattern such as `order.*`. */
  readonly taskType: string
  readonly handler: HandlerFunc<Payload, Result>
}
