import type { ResolvedSchedule } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { countBetween } from './count-between.ts'
import { firingsBetween } from './firings-between.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const year = 365 * 86_400_000
const everySecond: ResolvedSchedule = { type: 'CRON', cronExpr: '* * * * * *' }
const nine = [{ hour: 9, minute: 0 }]

describe('counting', () => {
  it('begins after the first moment and ends with the last', () => {
    const schedule: ResolvedSchedule = { type: 'DURATION', interval: 1_000, startsAt: start }
    expect(countBetween(schedule, start, start + 5_000)).toEqual({ count: 5, atLeast: false })
    expect(countBetween(schedule, start - 1, start + 4_999)).toEqual({ count: 5, atLeast: false })
    expect(countBetween(schedule, start, start)).toEqual({ count: 0, atLeast: false })
    expect(countBetween(schedule, start + 5, start)).toEqual({ count: 0, atLeast: false })
    expect(firingsBetween(schedule, start, start + 2_000, 10)).toEqual([start + 1_000, start + 2_000])
    expect(firingsBetween(schedule, start, start + 9_000, 1)).toEqual([start + 1_000])
    expect(firingsBetween(schedule, start, start + 9_000, 0)).toEqual([])
  })

  it('stops at the cap for CRON, and says so', () => {
    expect(countBetween(everySecond, start, start + 10_000_000)).toEqual({ count: 10_000, atLeast: false })
    expect(countBetween(everySecond, start, start + 10_001_000)).toEqual({ count: 10_000, atLeast: true })
    expect(countBetween(everySecond, start, start + 10_000, 7)).toEqual({ count: 7, atLeast: true })
  })

  it.each<[string, ResolvedSchedule, number]>([
    ['DURATION', { type: 'DURATION', interval: 1, startsAt: 0 }, 50 * year],
    [
      'DAILY',
      { type: 'DAILY', regularInterval: 2, atTimes: nine, timezone: 'Asia/Tokyo', startsAt: start },
      9_125,
    ],
    [
      'WEEKLY',
      {
        type: 'WEEKLY',
        regularInterval: 1,
        includedDays: [0, 1, 2, 3, 4, 5, 6],
        atTimes: nine,
        timezone: 'America/New_York',
      },
      50 * 365,
    ],
    ['MONTHLY', { type: 'MONTHLY', regularInterval: 1, includedDays: [1, 15], atTimes: nine }, 1_200],
  ])('is exact for %s, however many there are', (_, schedule, count) => {
    expect(countBetween(schedule, start, start + 50 * year)).toEqual({ count, atLeast: false })
  })

  it('is bounded by the window and the years that are computed', () => {
    const schedule: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 1,
      atTimes: nine,
      startsAt: start,
      endsAt: start + year,
    }
    expect(countBetween(schedule, -Infinity, Infinity).count).toBe(365)
    const endless: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 1,
      atTimes: nine,
      timezone: 'Europe/Paris',
    }
    expect(countBetween(endless, -Infinity, Infinity).count).toBe(84_006) // the days of 230 years
  })
})
