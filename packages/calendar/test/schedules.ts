import type { ResolvedSchedule } from '@dureq/types'
import fc from 'fast-check'
import type { CalendarCase } from './calendar-reference.ts'
import { cronExpressions } from './cron-expressions.ts'
import { dstPolicies } from './dst-policies.ts'

const day = 86_400_000

/** Mostly the hours in which clocks are changed. */
const atTime = fc.record({
  hour: fc.oneof(fc.constantFrom(0, 1, 2, 3, 23), fc.integer({ min: 0, max: 23 })),
  minute: fc.constantFrom(0, 15, 30, 45, 59),
  second: fc.constantFrom(0, 1, 59),
})

const atTimes = fc.array(atTime, { minLength: 1, maxLength: 3 })
const regularInterval = fc.constantFrom(1, 1, 2, 3, 5)
const days = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: max === 6 ? 5 : 16 })

const included = fc.oneof(
  fc.record({ type: fc.constant('DAILY' as const), includedDays: fc.constant([]) }),
  fc.record({ type: fc.constant('WEEKLY' as const), includedDays: days(0, 6) }),
  fc.record({ type: fc.constant('MONTHLY' as const), includedDays: days(1, 31) }),
)

/** A window, or half of one, about a moment. */
const windows = (about: number): fc.Arbitrary<{ startsAt?: number; endsAt?: number }> =>
  fc.record(
    {
      startsAt: fc.integer({ min: about - 40 * day, max: about + day }),
      endsAt: fc.integer({ min: about + day, max: about + 4 * day }),
    },
    { requiredKeys: [] },
  )

/** DAILY, WEEKLY and MONTHLY schedules in a zone, whose windows are about a moment. */
export const calendarSchedules = (timezone: string, about: number): fc.Arbitrary<CalendarCase> =>
  fc
    .tuple(included, windows(about), fc.record({ regularInterval, atTimes, dstPolicy: dstPolicies }))
    .map(([kind, window, rest]) => ({ ...kind, ...window, ...rest, timezone }))

/** Schedules of every recurring type. */
export const recurringSchedules = (timezone: string, about: number): fc.Arbitrary<ResolvedSchedule> => {
  const options = fc.tuple(windows(about), dstPolicies)
  const interval = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1_000, max: 10 * day }))
  const cronExpr = fc.oneof(
    cronExpressions,
    fc.constantFrom('@hourly', '@every 90s', '@daily', '*/7 0 */2 * * *'),
  )
  return fc.oneof(
    calendarSchedules(timezone, about),
    fc.tuple(interval, options).map(([each, [window, dstPolicy]]) => ({
      type: 'DURATION' as const,
      interval: each,
      ...window,
      dstPolicy,
      timezone,
    })),
    fc.tuple(cronExpr, options).map(([each, [window, dstPolicy]]) => ({
      type: 'CRON' as const,
      cronExpr: each,
      ...window,
      dstPolicy,
      timezone,
    })),
  )
}
