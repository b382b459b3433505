import { AsyncLocalStorage } from 'node:async_hooks'
import { NoProgressReporterError, OutsideHandlerError } from './errors/handler-errors.ts'
import type { JobContext } from './job-context.ts'

const current: AsyncLocalStorage<JobContext> = new AsyncLocalStorage()

/**
 * The context of the job that is being handled here: in a handler and everything it calls, also asynchronously.
 *
 * @throws OutsideHandlerError where no handler is running.
 */
export function currentJob(): JobContext {
  const ctx = current.getStore()
  if (ctx === undefined) throw new OutsideHandlerError()
  return ctx
}

/** Calls `fn` with `ctx` as the current job, and returns what it returns. Workers run handlers in it. */
export function runWithJob<T>(ctx: JobContext, fn: () => T): T {
  return current.run(ctx, fn)
}

/**
 * `ctx.reportProgress` of the current job.
 *
 * @throws NoProgressReporterError (as a rejection) where no handler is running.
 */
export async function reportProgress(data: unknown): Promise<void> {
  const ctx = current.getStore()
  if (ctx === undefined) throw new NoProgressReporterError()
  await ctx.reportProgress(data)
}
