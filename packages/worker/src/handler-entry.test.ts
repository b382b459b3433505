import { defineTask, type HandlerFunc, type Middleware, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createEntry, createLease } from '../test/fixtures/lease.ts'
import { checkRegistration, type HandleOptions, missingHandler } from './handler-entry.ts'

function faultsOf(name: string, options: object, handler: unknown = () => {}): unknown {
  try {
    checkRegistration({ type: name }, handler as HandlerFunc<unknown>, options as HandleOptions)
    return []
  } catch (error) {
    return ValidationError.is(error) ? error.fields.map((fault) => fault.field) : error
  }
}

describe('checkRegistration', () => {
  it.each<[string, object]>([
    ['concurrency', { concurrency: 0 }],
    ['version', { version: '' }],
    ['timeout', { timeout: 'soon' }],
    ['heartbeatTimeout', { heartbeatTimeout: 10 }],
    ['retryPolicy.jitter', { retryPolicy: { jitter: 2 } }],
    ['middlewares[1]', { middlewares: [(next: unknown) => next, 'no'] }],
  ])('names %s when it is wrong', (field, options) => {
    expect(faultsOf('plain', options)).toEqual([field])
  })

  it('names the task type and the handler, and every fault at once', () => {
    expect(faultsOf('', { concurrency: -1 }, 'no')).toEqual(['taskType', 'handler', 'concurrency'])
  })

  it('takes patterns', () => {
    expect(faultsOf('order.*', {})).toEqual([])
  })
})

describe('createHandlerEntry', () => {
  const task = defineTask({
    type: 'mail',
    timeout: '2s',
    heartbeatTimeout: '9s',
    retryPolicy: { maxAttempts: 7 },
  })

  it('takes what the task says', () => {
    const entry = createEntry('mail', undefined, { task })
    expect(entry).toMatchObject({ timeoutMs: 2_000, policy: { maxAttempts: 7 } })
    expect(entry.spec).toEqual({ name: 'mail', leaseMs: 9_000, maxAttempts: 7 })
  })

  it('lets its own options win over the task', () => {
    const undefinedTimeout = { timeout: undefined } as object
    const entry = createEntry('mail', undefined, {
      task,
      ...undefinedTimeout,
      heartbeatTimeout: '3s',
      version: 'v2',
      retryPolicy: { maxAttempts: 1 },
    })
    expect(entry.timeoutMs).toBe(2_000)
    expect(entry.spec).toEqual({ name: 'mail', leaseMs: 3_000, maxAttempts: 1, version: 'v2' })
  })

  it('has the defaults of its worker otherwise', () => {
    const entry = createEntry('plain')
    expect(entry.timeoutMs).toBeUndefined()
    expect(entry.spec).toEqual({ name: 'plain', leaseMs: 30_000, maxAttempts: 3 })
  })

  it('puts the middlewares of the worker around those of the handler', async () => {
    const trail: string[] = []
    const named =
      (name: string): Middleware =>
      (next) =>
      async (payload, ctx) => {
        trail.push(name)
        return await next(payload, ctx)
      }
    const entry = createEntry('plain', () => void trail.push('handler'), {
      around: [named('worker 1'), named('worker 2')],
      middlewares: [named('own 1'), named('own 2')],
    })
    await entry.handler({}, undefined as never)
    expect(trail).toEqual(['worker 1', 'worker 2', 'own 1', 'own 2', 'handler'])
  })
})

it('stands in for a missing handler with an error that names the type', () => {
  const entry = missingHandler(createLease({ taskType: 'gone' }))
  expect(() => entry.handler({}, undefined as never)).toThrow('handler not registered for task type: gone')
})
