import { describe, expect, it, test } from 'vitest'
import { dueLeases, turnEvery, whoKeeps } from './keep-plan.ts'

describe('whoKeeps', () => {
  const facts = { turnedAt: 10_000, everyMs: 1_000, maxBlockedMs: 60_000 }

  test.each([
    [10_000, 'loop'],
    [11_999, 'loop'],
    [12_000, 'thread'],
    [70_000, 'thread'],
    [70_001, 'nobody'],
    // The clock was set back.
    [5_000, 'loop'],
  ])('at %i it is the %s', (now, who) => {
    expect(whoKeeps({ ...facts, now })).toBe(who)
  })
})

it('keeps what was not kept for a third of its length', () => {
  const [short, long, fresh] = [
    { firingId: 'a', token: 'a', leaseMs: 3_000 },
    { firingId: 'b', token: 'b', leaseMs: 30_000 },
    { firingId: 'c', token: 'c', leaseMs: 30_000 },
  ]
  const prolongedAt = new Map([
    ['a', 100_000],
    ['b', 100_000],
  ])
  const leases = [short, long, fresh].filter((lease) => lease !== undefined)
  expect(dueLeases(leases, { now: 101_000, prolongedAt }).map(({ token }) => token)).toEqual(['a', 'c'])
})

it('turns six times in a lease', () => {
  expect(turnEvery(30_000)).toBe(5_000)
  expect(turnEvery(1_000)).toBe(166)
})
