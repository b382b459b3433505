import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockChanges } from '../test/clock-changes.ts'
import { recurringSchedules } from '../test/schedules.ts'
import { zones } from '../test/zones.ts'
import { countBetween } from './count-between.ts'
import { firingsBetween } from './firings-between.ts'
import { nextRunAt } from './next-run.ts'
import { previousRunAt } from './previous-run.ts'

const day = 86_400_000
const changes = zones.flatMap((zone) => clockChanges(zone).map((change) => ({ zone, at: change.at })))

/** A schedule, and a moment of the five days around a change of its clocks. */
const cases = fc.constantFrom(...changes).chain(({ zone, at }) =>
  fc.record({
    schedule: recurringSchedules(zone, at),
    at: fc.integer({ min: at - 3 * day, max: at + 2 * day }),
    state: fc.record({ anchorAt: fc.integer({ min: at - 20 * day, max: at }) }),
  }),
)

function check(property: (one: typeof cases extends fc.Arbitrary<infer Case> ? Case : never) => void): void {
  fc.assert(fc.property(cases, property), { numRuns: 400 })
}

describe('all types of recurring schedules, around every change of the clocks from 2024 to 2030', () => {
  it('there are many', () => {
    expect(changes.length).toBeGreaterThan(400)
    expect(zones.length).toBeGreaterThan(30)
  })

  it('the next time is strictly later, and inside the window', () => {
    check(({ schedule, at, state }) => {
      const { startsAt = -Infinity, endsAt = Infinity } = schedule as { startsAt?: number; endsAt?: number }
      let before = at
      for (let i = 0; i < 20; i += 1) {
        const next = nextRunAt(schedule, before, state)
        if (next === undefined) break
        expect(next).toBeGreaterThan(before)
        expect(Number.isInteger(next) && next >= startsAt && next <= endsAt).toBe(true)
        before = next
      }
    })
  })

  it('the next time is the same from every moment before it', () => {
    check(({ schedule, at, state }) => {
      const next = nextRunAt(schedule, at, state)
      if (next === undefined) return
      expect(nextRunAt(schedule, next - 1, state)).toBe(next)
      expect(nextRunAt(schedule, Math.floor((at + next) / 2), state)).toBe(next)
    })
  })

  it('the time before is the inverse of the next', () => {
    check(({ schedule, at, state }) => {
      const next = nextRunAt(schedule, at, state)
      const previous = previousRunAt(schedule, at + 1, state)
      if (next !== undefined) expect(previousRunAt(schedule, next, state)).toBe(previous)
      if (previous !== undefined) expect(nextRunAt(schedule, previous, state)).toBe(next)
    })
  })

  it('ranges hold what going from one to the next finds, and are counted so', () => {
    check(({ schedule, at, state }) => {
      const to = at + day
      const walked: number[] = []
      for (let next = nextRunAt(schedule, at, state); next !== undefined && next <= to; ) {
        walked.push(next)
        if (walked.length === 300) break
        next = nextRunAt(schedule, next, state)
      }
      expect(firingsBetween(schedule, at, to, 300, state)).toEqual(walked)
      const end = walked.length === 300 ? (walked.at(-1) ?? to) : to
      expect(countBetween(schedule, at, end, undefined, state)).toEqual({
        count: walked.length,
        atLeast: false,
      })
    })
  })

  it('counts add up', () => {
    check(({ schedule, at, state }) => {
      const count = (from: number, to: number): number =>
        countBetween(schedule, from, to, Infinity, state).count
      const [first, second, third] = [at - 400 * day, at, at + 300 * day]
      expect(count(first, second) + count(second, third)).toBe(count(first, third))
    })
  })
})
