import { describe, expect, test } from 'vitest'
import { ValidationError } from '../errors/validation-error.ts'
import { checkBatch, resolveBatch } from './resolve.ts'

const plain = { name: 'b', itemTaskType: 'item' }

describe('a definition', () => {
  test('is stored with lengths of time in ms and whole policies, and resolves to itself', () => {
    const given = {
      ...plain,
      items: [],
      onetimeTaskType: 'prepare',
      onetimePayload: { at: new Date(0) },
      executionTimeout: '1m',
      retryPolicy: { maxAttempts: 2, initialDelay: '1s' },
      chunkSize: 1,
    }
    const resolved = resolveBatch(given)
    expect(resolved.plan).toMatchObject({
      onetimePayload: { at: '1970-01-01T00:00:00.000Z' },
      executionTimeout: 60_000,
      retryPolicy: { maxAttempts: 2, initialDelay: 1_000, multiplier: 2 },
    })
    expect(resolved.plan).not.toHaveProperty('items')
    expect(resolveBatch(resolved.plan)).toEqual(resolved)
    expect(resolved.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is told all its faults at once', () => {
    const faults = checkBatch({
      name: '',
      itemTaskType: 'a*',
      onetimePayload: 1,
      failurePolicy: 'never',
      chunkSize: 0,
      itemRetryPolicy: { jitter: 2 },
      itemConcurrencyKeys: [{ key: '' }],
      retryPolicy: 7,
      executionTimeout: 0,
      defaultPriority: 11,
      chunksize: 1,
    })
    expect(faults.map(({ field }) => field)).toEqual([
      'chunksize',
      'name',
      'itemTaskType',
      'onetimePayload',
      'chunkSize',
      'failurePolicy',
      'itemRetryPolicy.jitter',
      'itemConcurrencyKeys[0].key',
      'executionTimeout',
      'defaultPriority',
      'retryPolicy',
    ])
  })

  test.each([undefined, null, 7, []])('must be an object, not %o', (value) => {
    expect(checkBatch(value)).toEqual([{ field: 'definition', problem: 'must be an object' }])
    expect(() => resolveBatch(value)).toThrow(ValidationError)
  })

  test.each([1.5, Number.NaN, -1, '7', null])('has no chunkSize %o', (chunkSize) => {
    expect(checkBatch({ ...plain, chunkSize }).map(({ field }) => field)).toEqual(['chunkSize'])
  })

  test('may throw when it is looked at', () => {
    const thrower = {
      ...plain,
      get chunkSize() {
        throw new Error('no')
      },
    }
    expect(checkBatch(thrower)).toEqual([{ field: 'definition', problem: 'cannot be read: no' }])
  })
})
