import { expect, test, vi } from 'vitest'
import type { HandlerFunc } from './handler.ts'
import type { JobContext } from './job-context.ts'
import { adaptMiddleware, chainMiddleware, type Middleware } from './middleware.ts'

const ctx = { jobId: 'j1' } as JobContext
const double: HandlerFunc<number, number> = (n) => n * 2

/** Notes when it is entered and left. */
function noting(log: string[], name: string): Middleware {
  return (next) => async (payload, context) => {
    log.push(`${name} in`)
    const result = await next(payload, context)
    log.push(`${name} out`)
    return result
  }
}

test('the first middleware is the outermost', async () => {
  const log: string[] = []
  const handler = chainMiddleware(double, [noting(log, 'a'), noting(log, 'b')])
  await expect(handler(21, ctx)).resolves.toBe(42)
  expect(log).toEqual(['a in', 'b in', 'b out', 'a out'])
})

test('without middlewares the handler stays as it is', async () => {
  expect(await chainMiddleware(double, [])(21, ctx)).toBe(42)
})

test('a middleware is made once per handler, not per execution', async () => {
  const make = vi.fn<Middleware>((next) => next)
  const handler = chainMiddleware(double, [make])
  await handler(1, ctx)
  await handler(2, ctx)
  expect(make).toHaveBeenCalledTimes(1)
})

test('an error of a middleware wins over the result', async () => {
  const failing: Middleware = (next) => async (payload, context) => {
    await next(payload, context)
    throw new Error('audit failed')
  }
  await expect(chainMiddleware(double, [failing])(1, ctx)).rejects.toThrow('audit failed')
})

test('a middleware that does not call next gives no result, or its own', async () => {
  const closed: Middleware = () => async () => {}
  const cached: Middleware = () => () => 7
  expect(await chainMiddleware(double, [closed])(1, ctx)).toBeUndefined()
  expect(await chainMiddleware(double, [cached])(1, ctx)).toBe(7)
})

test('a middleware may replace the payload and swallow an error', async () => {
  const another: Middleware = (next) => (payload, context) => next((payload as number) + 1, context)
  const forgiving: Middleware = (next) => async (payload, context) => {
    try {
      return await next(payload, context)
    } catch {
      return 'forgiven'
    }
  }
  const failing: HandlerFunc<number> = () => {
    throw new Error('no')
  }
  expect(await chainMiddleware(double, [another])(20, ctx)).toBe(42)
  expect(await chainMiddleware(failing, [forgiving])(1, ctx)).toBe('forgiven')
})

test('an adapted middleware keeps the result without returning it', async () => {
  const seen: string[] = []
  const looking = adaptMiddleware(async ({ jobId }, proceed) => {
    seen.push(`${jobId} in`)
    await proceed()
    seen.push(`${jobId} out`)
  })
  expect(await chainMiddleware(double, [looking])(21, ctx)).toBe(42)
  expect(seen).toEqual(['j1 in', 'j1 out'])
})

test('an adapted middleware can fail a success, but not swallow a failure', async () => {
  const failing: HandlerFunc<number> = () => {
    throw new Error('no')
  }
  const swallowing = adaptMiddleware(async (_, proceed) => proceed().catch(() => undefined))
  const throwing = adaptMiddleware(async (_, proceed) => {
    await proceed()
    throw new Error('audit failed')
  })
  await expect(chainMiddleware(failing, [swallowing])(1, ctx)).rejects.toThrow('no')
  await expect(chainMiddleware(double, [throwing])(1, ctx)).rejects.toThrow('audit failed')
})

test('an adapted middleware that does not proceed gives no result', async () => {
  expect(await chainMiddleware(double, [adaptMiddleware(() => {})])(1, ctx)).toBeUndefined()
})
