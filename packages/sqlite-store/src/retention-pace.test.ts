import { expect, it } from 'vitest'
import { createRetentionPace } from './retention-pace.ts'

it('pauses after a slice for as long as that is to take', () => {
  const pace = createRetentionPace()
  expect(pace.until).toBe(0)
  pace.removed({ now: 1_000, count: 300, left: 5_000 })
  expect(pace.until).toBe(1_100)
})

it('goes twice as fast as jobs end', () => {
  const pace = createRetentionPace()
  pace.removed({ now: 1_000, count: 300, left: 5_000 })
  // 300 were taken away in 100 ms, and 1,000 more have ended: 10 a ms.
  pace.removed({ now: 1_100, count: 300, left: 5_700 })
  expect(pace.until).toBe(1_115)
})

it('pauses for a second at most', () => {
  const pace = createRetentionPace()
  pace.removed({ now: 1_000, count: 100_000, left: 5_000 })
  expect(pace.until).toBe(2_000)
})
