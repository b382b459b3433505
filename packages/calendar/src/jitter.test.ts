import type { ResolvedSchedule } from '@dureq/types'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jitterOf } from './jitter.ts'

const schedule = (jitter: number): ResolvedSchedule => ({ type: 'DURATION', interval: 600_000, jitter })
const ids = Array.from(
  { length: 10_000 },
  (_, i) => `1n3dcbd0000000000001:${1_773_187_200_000 + i * 600_000}`,
)

it('delays by whole milliseconds, less than the jitter', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 315_619_200_000 }), fc.string(), (jitter, text) => {
      const delay = jitterOf(schedule(jitter), text)
      expect(Number.isInteger(delay) && delay >= 0 && delay < jitter).toBe(true)
      expect(jitterOf(schedule(jitter), text)).toBe(delay)
    }),
  )
})

it('delays nothing without jitter', () => {
  expect(ids.slice(0, 20).map((id) => jitterOf(schedule(0), id))).toEqual(Array(20).fill(0))
  expect(jitterOf({ type: 'CRON', cronExpr: '@daily' }, 'x')).toBe(0)
  expect(jitterOf({ type: 'IMMEDIATE' }, 'x')).toBe(0)
  expect(jitterOf({ type: 'ONE_TIME', runAt: 5 }, 'x')).toBe(0)
})

it('is the same in every version: stored times depend on it', () => {
  expect(
    ['', 'a', ids[0] ?? ''].map((text) => jitterOf(schedule(1_000_000_000), text)),
  ).toMatchInlineSnapshot(`
    [
      668922190,
      103526215,
      519684791,
    ]
  `)
})

it('spreads the firings of a job evenly', () => {
  const tenths = Array<number>(10).fill(0)
  for (const id of ids) {
    const tenth = Math.floor(jitterOf(schedule(30_000), id) / 3_000)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  for (const count of tenths) expect(count).toBeGreaterThan(850)
})
