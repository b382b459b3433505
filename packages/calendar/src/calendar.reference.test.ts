import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarFirings } from '../test/calendar-reference.ts'
import { clockChanges } from '../test/clock-changes.ts'
import { calendarSchedules } from '../test/schedules.ts'
import { zones } from '../test/zones.ts'
import { countBetween } from './count-between.ts'
import { firingsBetween } from './firings-between.ts'

const day = 86_400_000

/** The changes of a zone; some moment of it where there are none. */
function moments(zone: string): readonly number[] {
  const changes = clockChanges(zone).map((change) => change.at)
  return changes.length > 0 ? changes : [Date.UTC(2026, 2, 10)]
}

describe('looking at every day and every clock around each change finds the same firings', () => {
  it.each(zones)('in %s', (timezone) => {
    for (const about of moments(timezone)) {
      const [from, to, anchorAt] = [about - 3 * day, about + 3 * day, about - 21.4 * day]
      fc.assert(
        fc.property(calendarSchedules(timezone, about), (schedule) => {
          const expected = calendarFirings(schedule, from, to, anchorAt)
          expect(firingsBetween(schedule, from, to, 1_000, { anchorAt })).toEqual(expected)
          expect(countBetween(schedule, from, to, undefined, { anchorAt }).count).toBe(expected.length)
        }),
        { numRuns: 4 },
      )
    }
  })
})
