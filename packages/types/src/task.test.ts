import { expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'
import { defineTask, validatePayload, validateResult } from './task.ts'

const count: StandardSchemaV1<string, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      typeof value === 'string' ? { value: Number(value) } : { issues: [{ message: 'no text' }] },
  },
}

test('a task is what was defined', () => {
  const definition = { type: 'email.send', timeout: '30s', priority: 8, retryPolicy: { maxAttempts: 5 } }
  expect(defineTask(definition)).toEqual(definition)
})

test('every fault of a definition is named', () => {
  const definition = {
    type: 'email.*',
    retryPolicy: { jitter: 2 },
    timeout: 0,
    heartbeatTimeout: '500ms',
    scheduleToStartTimeout: 'soon',
    priority: 11,
  }
  try {
    defineTask(definition)
    expect.unreachable()
  } catch (error) {
    expect((error as ValidationError).fields.map((fault) => fault.field)).toEqual([
      'type',
      'priority',
      'retryPolicy.jitter',
      'timeout',
      'heartbeatTimeout',
      'scheduleToStartTimeout',
    ])
  }
})

test('validatePayload gives what the schema makes of a payload', () => {
  const task = defineTask({ type: 'count', payload: count })
  expect(validatePayload(task, '5')).toBe(5)
  expect(() => validatePayload(task, 5)).toThrow('payload: no text')
  expect(validatePayload(defineTask({ type: 'any' }), { a: 1 })).toEqual({ a: 1 })
})

test('validateResult passes or names what is wrong', async () => {
  const task = defineTask({ type: 'count', result: count })
  expect(validateResult(task, '5')).toBeUndefined()
  expect(() => validateResult(task, 5)).toThrow('result: no text')

  const late: StandardSchemaV1<string, number> = {
    '~standard': { ...count['~standard'], validate: async (value) => count['~standard'].validate(value) },
  }
  const lateTask = defineTask({ type: 'count', result: late })
  await expect(validateResult(lateTask, '5')).resolves.toBeUndefined()
  await expect(validateResult(lateTask, 5)).rejects.toThrow(ValidationError)
})
