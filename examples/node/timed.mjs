/**
 * Tells how long each execution took, whichever handler it was.
 *
 * @type {import('@dureq/worker').Middleware}
 */
export const timed = (next) => async (payload, ctx) => {
  const started = performance.now()
  try {
    return await next(payload, ctx)
  } finally {
    console.log(`${ctx.taskType} ${ctx.runId} took ${(performance.now() - started).toFixed(1)} ms`)
  }
}
