import fc from 'fast-check'
import { expect, it } from 'vitest'
import { failurePauseMs } from './failure-pause.ts'

it('doubles from the initial pause to the longest one', () => {
  const bounds = { initialMs: 50, maxMs: 300 }
  expect([1, 2, 3, 4, 5, 500].map((n) => failurePauseMs(n, () => 1, bounds))).toEqual([
    50, 100, 200, 300, 300, 300,
  ])
  expect(failurePauseMs(2, () => 0, bounds)).toBe(50)
})

it('stays between half of the full pause and all of it', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), chance, (failures, drawn) => {
      const full = Math.min(5_000, 50 * 2 ** (failures - 1))
      const pause = failurePauseMs(failures, () => drawn)
      expect(pause).toBeGreaterThanOrEqual(full / 2)
      expect(pause).toBeLessThanOrEqual(full)
    }),
  )
})
