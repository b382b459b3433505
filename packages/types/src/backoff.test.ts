import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BackoffPolicy, backoffMs } from './backoff.ts'

const plain: BackoffPolicy = { initialDelayMs: 5_000, maxDelayMs: 300_000, multiplier: 2, jitter: 0 }

test('doubles up to the cap', () => {
  const waits = [1, 2, 3, 6, 7, 8, 1_000_000].map((attempt) => backoffMs(plain, attempt, () => 0.5))
  expect(waits).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000])
})

test('varies by the jitter in both directions, and only downwards at the cap', () => {
  const policy = { ...plain, jitter: 0.1 }
  expect(backoffMs(policy, 1, () => 0)).toBe(4_500)
  expect(backoffMs(policy, 1, () => 0.5)).toBe(5_000)
  expect(backoffMs(policy, 1, () => 1 - Number.EPSILON)).toBe(5_500)
  expect(backoffMs(policy, 9, () => 0)).toBe(270_000)
  expect(backoffMs(policy, 9, () => 1 - Number.EPSILON)).toBe(300_000)
})

const policies = fc
  .record({
    initialDelayMs: fc.nat(10_000_000),
    above: fc.nat(10_000_000_000),
    multiplier: fc.double({ min: 1, max: 1_000, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ above, ...policy }) => ({ ...policy, maxDelayMs: policy.initialDelayMs + above }))

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('is always a whole number between nothing and the cap', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 2 ** 31 }), chance, (policy, attempt, random) => {
      const wait = backoffMs(policy, attempt, () => random)
      expect(Number.isInteger(wait)).toBe(true)
      expect(wait).toBeGreaterThanOrEqual(0)
      expect(wait).toBeLessThanOrEqual(policy.maxDelayMs)
    }),
  )
})

test('never shrinks from one attempt to the next, chance apart', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 1_000 }), (policy, attempt) => {
      const wait = (n: number): number => backoffMs({ ...policy, jitter: 0 }, n, () => 0)
      expect(wait(attempt + 1)).toBeGreaterThanOrEqual(wait(attempt))
    }),
  )
})
