import { type CronSchedule, InvalidScheduleError, type ResolvedSchedule } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { firingsBetween } from './firings-between.ts'
import { lastMoment } from './horizon.ts'
import { nextRunAt } from './next-run.ts'
import { previousRunAt } from './previous-run.ts'

const at = (time: string): number => Date.parse(time)
const iso = (moment: number | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString().replace('.000', '')

/** The first firings of a schedule after a moment. */
function firings(schedule: ResolvedSchedule, after: string, count: number, anchor?: string): unknown[] {
  const state = anchor === undefined ? {} : { anchorAt: at(anchor) }
  return firingsBetween(schedule, at(after), Infinity, count, state).map(iso)
}

const ten = [{ hour: 10, minute: 0 }]
const eight = [{ hour: 8, minute: 0 }]

describe('schedules in UTC', () => {
  it.each<[string, ResolvedSchedule, string, readonly string[]]>([
    [
      'DURATION begins one interval after its creation',
      { type: 'DURATION', interval: 600_000 },
      '2026-03-10T12:00:00Z',
      ['2026-03-10T12:10:00Z', '2026-03-10T12:20:00Z'],
    ],
    [
      'DURATION with jitter keeps its times',
      { type: 'DURATION', interval: 600_000, jitter: 30_000 },
      '2026-03-10T12:00:00Z',
      ['2026-03-10T12:10:00Z', '2026-03-10T12:20:00Z'],
    ],
    [
      'DAILY takes the next time of the same day',
      { type: 'DAILY', regularInterval: 1, atTimes: [{ hour: 14, minute: 0 }, ...ten] },
      '2026-03-10T09:00:00Z',
      ['2026-03-10T10:00:00Z', '2026-03-10T14:00:00Z', '2026-03-11T10:00:00Z'],
    ],
    [
      'DAILY goes on with the first time of the next day',
      { type: 'DAILY', regularInterval: 1, atTimes: ten },
      '2026-03-10T15:00:00Z',
      ['2026-03-11T10:00:00Z'],
    ],
    [
      'DAILY every 3 counts from startsAt',
      { type: 'DAILY', regularInterval: 3, atTimes: ten, startsAt: at('2026-01-01T00:00:00Z') },
      '2026-01-04T15:00:00Z',
      ['2026-01-07T10:00:00Z', '2026-01-10T10:00:00Z'],
    ],
    [
      'DAILY every 3 does not drift',
      { type: 'DAILY', regularInterval: 3, atTimes: ten, startsAt: at('2026-01-01T00:00:00Z') },
      '2026-01-05T02:00:00Z',
      ['2026-01-07T10:00:00Z'],
    ],
    [
      'DAILY every 2, each from the one before',
      { type: 'DAILY', regularInterval: 2, atTimes: eight, startsAt: at('2026-01-01T00:00:00Z') },
      '2025-12-31T23:00:00Z',
      [1, 3, 5, 7, 9].map((day) => `2026-01-0${day}T08:00:00Z`),
    ],
    [
      'WEEKLY takes the next day of the week',
      { type: 'WEEKLY', regularInterval: 1, includedDays: [3, 1], atTimes: ten },
      '2026-03-09T09:00:00Z',
      ['2026-03-09T10:00:00Z', '2026-03-11T10:00:00Z', '2026-03-16T10:00:00Z'],
    ],
    [
      'WEEKLY every 2 counts from startsAt',
      {
        type: 'WEEKLY',
        regularInterval: 2,
        includedDays: [1],
        atTimes: ten,
        startsAt: at('2026-01-05T00:00:00Z'),
      },
      '2026-01-12T09:00:00Z',
      ['2026-01-19T10:00:00Z', '2026-02-02T10:00:00Z'],
    ],
    [
      'MONTHLY takes the next day of the month',
      { type: 'MONTHLY', regularInterval: 1, includedDays: [15], atTimes: ten },
      '2026-03-10T00:00:00Z',
      ['2026-03-15T10:00:00Z', '2026-04-15T10:00:00Z'],
    ],
    [
      'MONTHLY every 3 counts from startsAt',
      {
        type: 'MONTHLY',
        regularInterval: 3,
        includedDays: [15],
        atTimes: ten,
        startsAt: at('2026-01-01T00:00:00Z'),
      },
      '2026-02-15T00:00:00Z',
      ['2026-04-15T10:00:00Z', '2026-07-15T10:00:00Z'],
    ],
    [
      'MONTHLY passes over months without the day',
      { type: 'MONTHLY', regularInterval: 1, includedDays: [31], atTimes: ten },
      '2026-02-01T00:00:00Z',
      ['2026-03-31T10:00:00Z', '2026-05-31T10:00:00Z'],
    ],
    [
      'CRON fires when either of two restricted days matches',
      { type: 'CRON', cronExpr: '0 0 13 * 5' },
      '2026-03-01T00:00:00Z',
      ['2026-03-06T00:00:00Z', '2026-03-13T00:00:00Z', '2026-03-20T00:00:00Z'],
    ],
    [
      'CRON may have seconds',
      { type: 'CRON', cronExpr: '*/20 59 23 31 12 *' },
      '2026-03-01T00:00:00Z',
      ['2026-12-31T23:59:00Z', '2026-12-31T23:59:20Z', '2026-12-31T23:59:40Z', '2027-12-31T23:59:00Z'],
    ],
    [
      'CRON waits eight years for a leap day where it must',
      { type: 'CRON', cronExpr: '0 12 29 2 *' },
      '2096-03-01T00:00:00Z',
      ['2104-02-29T12:00:00Z'],
    ],
    [
      '@every is DURATION',
      { type: 'CRON', cronExpr: '@every 90s' },
      '2026-03-10T12:00:00Z',
      ['2026-03-10T12:01:30Z', '2026-03-10T12:03:00Z'],
    ],
  ])('%s', (_, schedule, after, expected) => {
    expect(firings(schedule, after, expected.length, '2026-03-10T12:00:00Z')).toEqual(expected)
  })
})

describe('the anchor of intervals', () => {
  const everyTwoDays: ResolvedSchedule = { type: 'DAILY', regularInterval: 2, atTimes: ten }

  it('is the creation, however often the next time is asked for', () => {
    const created = '2026-03-10T12:00:00Z'
    expect(firings(everyTwoDays, created, 2, created)).toEqual([
      '2026-03-12T10:00:00Z',
      '2026-03-14T10:00:00Z',
    ])
    expect(firings(everyTwoDays, '2026-03-13T00:00:00Z', 1, created)).toEqual(['2026-03-14T10:00:00Z'])
  })

  it('is startsAt where there is one', () => {
    const schedule = { ...everyTwoDays, startsAt: at('2026-03-09T12:00:00Z') }
    expect(firings(schedule, '2026-03-10T12:00:00Z', 1, '2026-03-10T12:00:00Z')).toEqual([
      '2026-03-11T10:00:00Z',
    ])
  })

  it('is a day, week or month of the time zone of the schedule', () => {
    // 20:00 on 9 March in Los Angeles.
    const schedule = {
      ...everyTwoDays,
      timezone: 'America/Los_Angeles',
      startsAt: at('2026-03-10T03:00:00Z'),
    }
    expect(firings(schedule, '2026-03-10T00:00:00Z', 1)).toEqual(['2026-03-11T17:00:00Z'])
  })

  it('must be known', () => {
    const message = 'invalid schedule: the interval of DAILY needs startsAt, or anchorAt of its state'
    expect(() => nextRunAt(everyTwoDays, 0)).toThrow(message)
    expect(() => nextRunAt({ type: 'DURATION', interval: 1_000 }, 0)).toThrow(InvalidScheduleError)
    expect(() => nextRunAt({ type: 'CRON', cronExpr: '@every 1m' }, 0)).toThrow(InvalidScheduleError)
  })

  it('is no business of schedules that need none', () => {
    expect(firings({ type: 'CRON', cronExpr: '@daily' }, '2026-03-10T12:00:00Z', 1)).toEqual([
      '2026-03-11T00:00:00Z',
    ])
    expect(firings({ ...everyTwoDays, regularInterval: 1 }, '2026-03-10T12:00:00Z', 1)).toEqual([
      '2026-03-11T10:00:00Z',
    ])
  })
})

describe('the window', () => {
  const daily: ResolvedSchedule = { type: 'DAILY', regularInterval: 1, atTimes: ten }
  const tenOn10 = at('2026-03-10T10:00:00Z')

  it('includes both of its ends, to the millisecond', () => {
    expect(nextRunAt({ ...daily, startsAt: tenOn10 }, 0)).toBe(tenOn10)
    expect(iso(nextRunAt({ ...daily, startsAt: tenOn10 + 1 }, 0))).toBe('2026-03-11T10:00:00Z')
    expect(nextRunAt({ ...daily, endsAt: tenOn10 }, tenOn10 - 1)).toBe(tenOn10)
    expect(nextRunAt({ ...daily, endsAt: tenOn10 - 1 }, tenOn10 - 2)).toBeUndefined()
    expect(nextRunAt({ ...daily, startsAt: tenOn10, endsAt: tenOn10 }, 0)).toBe(tenOn10)
  })

  it('bounds times before as well', () => {
    expect(previousRunAt({ ...daily, startsAt: tenOn10 }, tenOn10 + 1)).toBe(tenOn10)
    expect(previousRunAt({ ...daily, startsAt: tenOn10 }, tenOn10)).toBeUndefined()
    expect(previousRunAt({ ...daily, endsAt: tenOn10 }, Infinity)).toBe(tenOn10)
  })

  it('has DURATION fire at its very beginning, and from there on', () => {
    const schedule: ResolvedSchedule = { type: 'DURATION', interval: 60_000, startsAt: tenOn10 + 7 }
    expect(firingsBetween(schedule, 0, Infinity, 2)).toEqual([tenOn10 + 7, tenOn10 + 60_007])
    expect(previousRunAt(schedule, tenOn10 + 7)).toBeUndefined()
  })

  it('has nothing fire at the creation itself', () => {
    const schedule: ResolvedSchedule = { type: 'DURATION', interval: 60_000 }
    const state = { anchorAt: tenOn10 }
    expect(nextRunAt(schedule, 0, state)).toBe(tenOn10 + 60_000)
    expect(previousRunAt(schedule, tenOn10 + 60_000, state)).toBeUndefined()
  })

  it('ends with the year 2199, and begins with 1970', () => {
    const last = '2199-12-31T10:00:00Z'
    expect(iso(previousRunAt(daily, Infinity))).toBe(last)
    expect(nextRunAt(daily, at(last))).toBeUndefined()
    expect(nextRunAt(daily, Infinity)).toBeUndefined()
    expect(nextRunAt({ type: 'DURATION', interval: 1, startsAt: 0 }, lastMoment)).toBeUndefined()
    expect(iso(nextRunAt(daily, -Infinity))).toBe('1970-01-01T10:00:00Z')
    expect(previousRunAt(daily, 0)).toBeUndefined()
    expect(nextRunAt(daily, Number.NaN)).toBeUndefined()
  })
})

describe('schedules that fire once', () => {
  it('have one time', () => {
    const schedule: ResolvedSchedule = { type: 'ONE_TIME', runAt: 5_000 }
    expect([nextRunAt(schedule, 4_999), nextRunAt(schedule, 5_000)]).toEqual([5_000, undefined])
    expect([previousRunAt(schedule, 5_000), previousRunAt(schedule, 5_001)]).toEqual([undefined, 5_000])
  })

  it('fire at their creation when they are immediate', () => {
    expect(nextRunAt({ type: 'IMMEDIATE' }, 0, { anchorAt: 7 })).toBe(7)
    expect(nextRunAt({ type: 'IMMEDIATE' }, 7, { anchorAt: 7 })).toBeUndefined()
    expect(nextRunAt({ type: 'IMMEDIATE' }, 0)).toBeUndefined()
  })
})

describe('the time zone', () => {
  it('decides what the clock shows, whatever zone startsAt was written in', () => {
    const schedule: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 1,
      atTimes: [{ hour: 20, minute: 0 }],
      timezone: 'America/Los_Angeles',
      startsAt: at('2026-01-10T02:00:00Z'),
    }
    expect(firings(schedule, '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-10T04:00:00Z']) // 9 January, 20:00
    const cron: ResolvedSchedule = {
      type: 'CRON',
      cronExpr: '0 20 * * *',
      timezone: 'America/Los_Angeles',
      startsAt: at('2026-01-10T02:00:00Z'),
    }
    expect(firings(cron, '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-10T04:00:00Z'])
  })

  it('may stand before a cron expression', () => {
    expect(firings({ type: 'CRON', cronExpr: 'TZ=Asia/Tokyo 0 9 * * *' }, '2026-03-10T00:00:00Z', 1)).toEqual(
      ['2026-03-11T00:00:00Z'],
    )
  })

  it('must be known here', () => {
    const message = "invalid schedule: time zone 'Mars/Olympus' is unknown on this machine"
    expect(() => nextRunAt({ type: 'CRON', cronExpr: '@daily', timezone: 'Mars/Olympus' }, 0)).toThrow(
      message,
    )
  })
})

describe('changes of the clocks', () => {
  const zone = 'America/New_York' // forward on 8 March 2026 at 02:00, back on 1 November at 02:00

  it('do not shift intervals of days or weeks', () => {
    const days: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 2,
      atTimes: [{ hour: 9, minute: 0 }],
      timezone: zone,
      startsAt: at('2026-03-01T05:00:00Z'),
    }
    expect(firings(days, '2026-03-09T16:00:00Z', 2)).toEqual(['2026-03-11T13:00:00Z', '2026-03-13T13:00:00Z'])
    expect(firings(days, '2026-11-01T00:00:00Z', 2)).toEqual(['2026-11-02T14:00:00Z', '2026-11-04T14:00:00Z'])

    const weeks: ResolvedSchedule = { ...days, type: 'WEEKLY', includedDays: [1] }
    expect(firings(weeks, '2026-03-02T15:00:00Z', 2)).toEqual([
      '2026-03-16T13:00:00Z',
      '2026-03-30T13:00:00Z',
    ])
    expect(firings(weeks, '2026-03-16T13:00:00Z', 1)).toEqual(['2026-03-30T13:00:00Z'])
  })

  it('do not make a week that begins on Sunday at midnight vanish', () => {
    const weekly: ResolvedSchedule = {
      type: 'WEEKLY',
      regularInterval: 1,
      includedDays: [0, 3],
      atTimes: [{ hour: 0, minute: 0 }],
      timezone: zone,
      startsAt: at('2026-03-01T05:00:00Z'),
    }
    expect(firings(weekly, '2026-02-01T00:00:00Z', 3)).toEqual([
      '2026-03-01T05:00:00Z',
      '2026-03-04T05:00:00Z',
      '2026-03-08T05:00:00Z',
    ])
    expect(firings({ ...weekly, regularInterval: 2 }, '2026-02-01T00:00:00Z', 3)).toEqual([
      '2026-03-01T05:00:00Z',
      '2026-03-04T05:00:00Z',
      '2026-03-15T04:00:00Z',
    ])
  })

  const nightly = (cronExpr: string): CronSchedule<number, number> => ({
    type: 'CRON',
    cronExpr,
    timezone: zone,
  })

  it('are governed by the policy where a cron expression has fixed hours', () => {
    expect(firings(nightly('30 2 * * *'), '2026-03-07T12:00:00Z', 2)).toEqual([
      '2026-03-08T07:00:00Z',
      '2026-03-09T06:30:00Z',
    ])
    const skipping: ResolvedSchedule = { ...nightly('30 2 * * *'), dstPolicy: { gap: 'skip' } }
    expect(firings(skipping, '2026-03-07T12:00:00Z', 1)).toEqual(['2026-03-09T06:30:00Z'])

    const half = nightly('30 1 * * *')
    expect(firings(half, '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'])
    expect(firings({ ...half, dstPolicy: { overlap: 'second' } }, '2026-10-31T12:00:00Z', 1)).toEqual([
      '2026-11-01T06:30:00Z',
    ])
    expect(firings({ ...half, dstPolicy: { overlap: 'both' } }, '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00Z',
      '2026-11-01T06:30:00Z',
    ])
  })

  it.each(['*', '*/1', '0/1'])('are nothing to other hours: %s', (hours) => {
    expect(firings(nightly(`30 ${hours} * * *`), '2026-03-08T06:00:00Z', 3)).toEqual([
      '2026-03-08T06:30:00Z',
      '2026-03-08T07:30:00Z',
      '2026-03-08T08:30:00Z',
    ])
    expect(firings(nightly(`30 ${hours} * * *`), '2026-11-01T05:00:00Z', 3)).toEqual([
      '2026-11-01T05:30:00Z',
      '2026-11-01T06:30:00Z',
      '2026-11-01T07:30:00Z',
    ])
  })

  it('are nothing to @hourly, which goes by elapsed time even where they are half hours', () => {
    const island: ResolvedSchedule = { type: 'CRON', cronExpr: '@hourly', timezone: 'Australia/Lord_Howe' }
    const state = { anchorAt: at('2026-09-01T00:12:00Z') } // half an hour past in UTC is a full hour there
    const found = firingsBetween(island, at('2026-10-03T12:00:00Z'), Infinity, 10, state)
    expect(found.map((each) => each - at('2026-10-03T12:30:00Z'))).toEqual(found.map((_, i) => i * 3_600_000))
    expect(iso(nextRunAt({ ...island, timezone: 'Asia/Kolkata' }, at('2026-03-10T12:00:00Z')))).toBe(
      '2026-03-10T12:30:00Z',
    )
  })

  it('move a day that is missing whole to its end', () => {
    const daily: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 1,
      atTimes: ten,
      timezone: 'Pacific/Apia',
    }
    expect(firings(daily, '2011-12-29T00:00:00Z', 3)).toEqual([
      '2011-12-29T20:00:00Z',
      '2011-12-30T10:00:00Z', // 30 December, 10:00, was not; 31 December began
      '2011-12-30T20:00:00Z',
    ])
    const everySecond = { ...daily, regularInterval: 2, startsAt: at('2011-12-28T10:00:00Z') }
    expect(firings(everySecond, '2011-12-29T00:00:00Z', 3)).toEqual([
      '2011-12-30T10:00:00Z',
      '2011-12-31T20:00:00Z',
      '2012-01-02T20:00:00Z',
    ])
  })

  it('may move a time out of the window', () => {
    const daily: ResolvedSchedule = {
      type: 'DAILY',
      regularInterval: 1,
      atTimes: [{ hour: 2, minute: 30 }],
      timezone: zone,
      endsAt: at('2026-03-08T06:59:59Z'),
    }
    expect(firings(daily, '2026-03-07T12:00:00Z', 1)).toEqual([])
  })
})
