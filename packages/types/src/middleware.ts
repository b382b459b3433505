import type { HandlerFunc } from './handler.ts'
import type { JobContext } from './job-context.ts'

/**
 * Wraps every handler it is used on. It is called once per handler, and what it returns once per execution:
 *
 *     const timed: Middleware = (next) => async (payload, ctx) => {
 *       const result = await next(payload, ctx)
 *       ctx.logger.info({ result }, 'handled')
 *       return result
 *     }
 *
 * It stands for the handler: what it returns is the result of the job, what it throws is what the job failed
 * with, and without a call of `next` there is only what it returns itself. `adaptMiddleware` writes one that
 * cannot lose the result.
 */
export type Middleware = (next: HandlerFunc<unknown>) => HandlerFunc<unknown>

/**
 * The handler with its middlewares around it; the first is the outermost. A worker puts its own before those of
 * the handler.
 */
export function chainMiddleware<Payload, Result>(
  handler: HandlerFunc<Payload, Result>,
  middlewares: readonly Middleware[],
): HandlerFunc<Payload> {
  // Middlewares serve handlers of all payloads, so they must pass on what they got: the one cast of the chain.
  const innermost = handler as HandlerFunc<unknown>
  return middlewares.reduceRight((next, middleware) => middleware(next), innermost)
}

/** Does something around an execution. `proceed` executes it and throws what it throws. */
export type AroundFunc = (ctx: JobContext, proceed: () => Promise<void>) => void | Promise<void>

/**
 * Makes a middleware of a function that only looks on: the result and the error of the handler stay what they
 * are. It can make a success fail by throwing, and prevent the execution by not proceeding (there is no result
 * then); it cannot swallow an error.
 */
export function adaptMiddleware(around: AroundFunc): Middleware {
  return (next) => async (payload, ctx) => {
    let outcome: Promise<unknown> | undefined
    await around(ctx, async () => {
      outcome = execute(next, payload, ctx)
      await outcome
    })
    return outcome
  }
}

/** Calls a handler so that everything it throws is a rejection. */
async function execute(handler: HandlerFunc<unknown>, payload: unknown, ctx: JobContext): Promise<unknown> {
  return handler(payload, ctx)
}
