import {
  type HandlerFunc,
  NonRetryableError,
  SizeLimitError,
  type StandardSchemaV1,
  type Task,
  ValidationError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createEntry, createExecution } from '../test/fixtures/lease.ts'
import { runHandler } from './run-handler.ts'

/** A schema that turns a text into its length, now or later. */
function lengthSchema(later: boolean): StandardSchemaV1<string, number> {
  const validate = (value: unknown) =>
    typeof value === 'string' ? { value: value.length } : { issues: [{ message: 'must be a text' }] }
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (later ? Promise.resolve(validate(value)) : validate(value)),
    },
  }
}

async function run(
  payload: string,
  handler: HandlerFunc<unknown>,
  task: Partial<Task<unknown, unknown, unknown>> = {},
): Promise<unknown> {
  const execution = createExecution({ payload }, createEntry('plain', handler, { task }))
  return await runHandler(execution, undefined as never, 100)
}

const echo: HandlerFunc<unknown> = (payload) => payload

/** What it rejects with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'did not fail',
    (error: unknown) => error,
  )
}

describe('runHandler', () => {
  it('gives the parsed payload and takes the result as JSON', async () => {
    expect(await run('{"a":[1]}', echo)).toBe('{"a":[1]}')
    expect(await run('1', async () => null)).toBe('null')
    expect(await run('1', () => undefined)).toBeUndefined()
  })

  it.each([false, true])('gives what the payload schema makes of it (later: %s)', async (later) => {
    expect(await run('"four"', echo, { payload: lengthSchema(later) })).toBe('4')
  })

  it.each([false, true])('fails for good when the payload does not fit (later: %s)', async (later) => {
    const error = await failure(run('4', echo, { payload: lengthSchema(later) }))
    expect(NonRetryableError.is(error)).toBe(true)
    expect(String(error)).toContain('payload: must be a text')
  })

  it.each([false, true])('fails for good when the result does not fit (later: %s)', async (later) => {
    const error = await failure(run('4', echo, { result: lengthSchema(later) }))
    expect(NonRetryableError.is(error)).toBe(true)
    expect(String(error)).toContain('result: must be a text')
    expect(await run('"four"', echo, { result: lengthSchema(later) })).toBe('"four"')
  })

  it('lets a JSON Schema do the same', async () => {
    const task = { payload: { type: 'object', required: ['to'] } }
    const error = await failure(run('{}', echo, task))
    expect(NonRetryableError.is(error)).toBe(true)
    expect(String(error)).toContain('payload.to: is missing')
  })

  it('fails for good when the output is no JSON, or too much of it', async () => {
    const noJson = await failure(run('1', () => 1n))
    expect(NonRetryableError.is(noJson)).toBe(true)
    expect(String(noJson)).toContain('output: is a BigInt')
    const tooMuch = await failure(run('1', () => 'x'.repeat(101)))
    expect(NonRetryableError.is(tooMuch) && SizeLimitError.is(tooMuch.cause)).toBe(true)
  })

  it('fails for good when the stored payload is no JSON', async () => {
    expect(NonRetryableError.is(await failure(run('{', echo)))).toBe(true)
  })

  it('throws what the handler throws, also a ValidationError of its own', async () => {
    const own = new ValidationError([{ field: 'x', problem: 'is wrong' }])
    expect(await failure(run('1', () => Promise.reject(own)))).toBe(own)
    expect(
      await failure(
        run('1', () => {
          throw own
        }),
      ),
    ).toBe(own)
  })

  it('lets an error pass that a schema did not mean: it may pass by itself', async () => {
    const broken: StandardSchemaV1 = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('database away')) },
    }
    const error = await failure(run('1', echo, { payload: broken }))
    expect(NonRetryableError.is(error)).toBe(false)
    expect(String(error)).toContain('database away')
  })
})
