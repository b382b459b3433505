import { describe, expect, it } from 'vitest'
import { hasAttemptsLeft, instanceBackoffMs } from './instance-attempts.ts'
import { resolveRetryPolicy } from './retry-policy.ts'

const policy = resolveRetryPolicy({
  maxAttempts: 3,
  initialDelay: 100,
  multiplier: 2,
  jitter: 0,
  nonRetryableErrors: ['no card'],
})

describe('hasAttemptsLeft', () => {
  it.each([
    ['the first of three', 1, 3, 'broken', true],
    ['the last', 3, 3, 'broken', false],
    ['an error that is not retried', 1, 3, 'there is no card', false],
    ['the first after a retry by hand', 4, 6, 'broken', true],
  ])('%s', (_, attempt, maxAttempts, error, expected) => {
    expect(hasAttemptsLeft(policy, { attempt, maxAttempts }, error)).toBe(expected)
  })

  it('has none without a policy', () => {
    expect(hasAttemptsLeft(undefined, { attempt: 1, maxAttempts: 1 }, 'broken')).toBe(false)
  })
})

it('waits as long after a retry by hand as at first', () => {
  const wait = (attempt: number, maxAttempts: number): number =>
    instanceBackoffMs(policy, { attempt, maxAttempts }, () => 0.5)
  expect([wait(1, 3), wait(2, 3)]).toEqual([100, 200])
  expect([wait(4, 6), wait(5, 6)]).toEqual([100, 200])
})
