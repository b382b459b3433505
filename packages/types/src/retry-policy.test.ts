import { describe, expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import { defaultRetryPolicy, type RetryPolicy, resolveRetryPolicy } from './retry-policy.ts'

describe('resolveRetryPolicy', () => {
  test('fills in the defaults: 3 attempts, 5 s doubling up to 5 min, a tenth of jitter, no pause', () => {
    const resolved = {
      maxAttempts: 3,
      initialDelayMs: 5_000,
      maxDelayMs: 300_000,
      multiplier: 2,
      jitter: 0.1,
      nonRetryableErrors: [],
      pauseAfterErrCount: 0,
      pauseRetryDelayMs: 0,
    }
    expect(resolveRetryPolicy()).toEqual(resolved)
    expect(resolveRetryPolicy(defaultRetryPolicy())).toEqual(resolved)
  })

  test('reads durations, and keeps what was given', () => {
    const policy = {
      maxAttempts: 5,
      initialDelay: '1s',
      maxDelay: '1m',
      multiplier: 1.5,
      pauseRetryDelay: '1d',
    }
    expect(resolveRetryPolicy(policy)).toMatchObject({
      maxAttempts: 5,
      initialDelayMs: 1_000,
      maxDelayMs: 60_000,
      multiplier: 1.5,
      pauseRetryDelayMs: 86_400_000,
    })
  })

  test('never shortens a first delay that alone is longer than the default cap', () => {
    expect(resolveRetryPolicy({ initialDelay: '10m' })).toMatchObject({
      initialDelayMs: 600_000,
      maxDelayMs: 600_000,
    })
  })

  test('names every fault at once', () => {
    const policy = {
      maxAttempts: 0,
      initialDelay: 'soon',
      maxDelay: -1,
      multiplier: 0.5,
      jitter: 1.1,
      nonRetryableErrors: ['a', ''],
      pauseAfterErrCount: 1.5,
      pauseRetryDelay: '11y',
    }
    expect(fieldsOf(policy).sort()).toEqual([
      'retryPolicy.initialDelay',
      'retryPolicy.jitter',
      'retryPolicy.maxAttempts',
      'retryPolicy.maxDelay',
      'retryPolicy.multiplier',
      'retryPolicy.nonRetryableErrors[1]',
      'retryPolicy.pauseAfterErrCount',
      'retryPolicy.pauseRetryDelay',
    ])
  })

  test.each<[string, RetryPolicy]>([
    ['retryPolicy.initialDelay', { initialDelay: '2m', maxDelay: '1m' }],
    ['retryPolicy.maxAttempts', { maxAttempts: Infinity }],
    ['retryPolicy.multiplier', { multiplier: Number.NaN }],
    ['retryPolicy.maxDelay', { maxDelay: '5000d' }],
  ])('refuses %s in %j', (field, policy) => {
    expect(fieldsOf(policy)).toEqual([field])
  })
})

function fieldsOf(policy: RetryPolicy): string[] {
  try {
    resolveRetryPolicy(policy)
    return []
  } catch (error) {
    return (error as ValidationError).fields.map((fault) => fault.field)
  }
}
