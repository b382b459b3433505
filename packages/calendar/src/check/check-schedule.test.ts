import { Faults, maxDurationMs, type Schedule, ValidationError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { resolveSchedule, validateSchedule } from '../validate.ts'
import { checkSchedule } from './check-schedule.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const at = [{ hour: 10, minute: 0 }]
const day = 86_400_000

/** The faults of anything at all, as `field: problem`. */
function faults(schedule: unknown): readonly string[] {
  const found = validateSchedule(schedule as Schedule, { now })
  return found.map((fault) => `${fault.field}: ${fault.problem}`)
}

const daily = { type: 'DAILY', regularInterval: 1, atTimes: at }
const weekly = { type: 'WEEKLY', regularInterval: 1, atTimes: at, includedDays: [1] }
const monthly = { type: 'MONTHLY', regularInterval: 1, atTimes: at, includedDays: [1] }
const duration = { type: 'DURATION', interval: '1h' }
const cron = { type: 'CRON', cronExpr: '0 9 * * *' }

describe('good schedules', () => {
  it.each<[string, Schedule]>([
    ['IMMEDIATE', { type: 'IMMEDIATE' }],
    ['ONE_TIME', { type: 'ONE_TIME', runAt: '2026-03-11T09:00:00+09:00' }],
    ['ONE_TIME in the past: it is due', { type: 'ONE_TIME', runAt: 0 }],
    ['the shortest DURATION', { type: 'DURATION', interval: 1 }],
    ['the shortest @every', { type: 'CRON', cronExpr: '@every 1s' }],
    [
      'a window of one moment',
      { ...cron, type: 'CRON', startsAt: now + 21 * 3_600_000, endsAt: now + 21 * 3_600_000 },
    ],
    ['an end far ahead', { type: 'CRON', cronExpr: '@daily', endsAt: '9999-12-31T23:59:59Z' }],
    ['a firing this very moment', { type: 'DURATION', interval: '1h', startsAt: now, endsAt: now }],
    [
      'a day that only some months have',
      { type: 'MONTHLY', regularInterval: 1, atTimes: at, includedDays: [31] },
    ],
    ['a day that only leap years have', { type: 'CRON', cronExpr: '0 0 29 2 *' }],
    [
      'a zone in front that is the same',
      { type: 'CRON', cronExpr: 'TZ=Asia/Calcutta @daily', timezone: 'Asia/Kolkata' },
    ],
    ['no zone', { type: 'CRON', cronExpr: 'TZ=Asia/Tokyo @daily', timezone: '' }],
  ])('%s', (_, schedule) => {
    expect(validateSchedule(schedule, { now })).toEqual([])
  })

  it('are stored as milliseconds, without what is absent, empty or of another type', () => {
    const schedule = {
      ...cron,
      interval: 'nonsense',
      atTimes: 7,
      runAt: 'yesterday',
      startsAt: '2026-03-11T00:00:00+01:00',
      endsAt: new Date(now + 30 * day),
      timezone: '',
      overlapPolicy: 'BUFFER_ALL',
      bufferLimit: 10,
      catchupWindow: '1h30m',
      maxBackfillPerTick: 5,
      jitter: '250ms',
      dstPolicy: { gap: 'skip', overlap: undefined },
    }
    expect(resolveSchedule(schedule as unknown as Schedule, { now })).toStrictEqual({
      type: 'CRON',
      cronExpr: '0 9 * * *',
      startsAt: Date.parse('2026-03-10T23:00:00Z'),
      endsAt: now + 30 * day,
      overlapPolicy: 'BUFFER_ALL',
      bufferLimit: 10,
      catchupWindow: 5_400_000,
      maxBackfillPerTick: 5,
      jitter: 250,
      dstPolicy: { gap: 'skip' },
    })
  })

  it.each<[Schedule, object]>([
    [{ type: 'IMMEDIATE', cronExpr: '?' } as Schedule, { type: 'IMMEDIATE' }],
    [
      { type: 'ONE_TIME', runAt: '1970-01-01T00:00:05Z', timezone: 'Mars' } as Schedule,
      { type: 'ONE_TIME', runAt: 5_000 },
    ],
    [
      { type: 'DURATION', interval: '1m', includedDays: [] } as Schedule,
      { type: 'DURATION', interval: 60_000 },
    ],
    [
      { ...daily, includedDays: [99], timezone: 'Asia/Tokyo' } as unknown as Schedule,
      { ...daily, timezone: 'Asia/Tokyo' },
    ],
    [{ ...weekly, catchupWindow: 0 } as Schedule, { ...weekly, catchupWindow: 0 }],
    [
      { ...monthly, atTimes: [{ hour: 1, minute: 2, second: 3 }] } as Schedule,
      { ...monthly, atTimes: [{ hour: 1, minute: 2, second: 3 }] },
    ],
  ])('%j is stored as %j', (schedule, stored) => {
    expect(resolveSchedule(schedule, { now })).toStrictEqual(stored)
  })
})

describe('bad schedules', () => {
  it.each<[unknown, string]>([
    [undefined, 'schedule: must be an object with a type'],
    [null, 'schedule: must be an object with a type'],
    ['0 9 * * *', 'schedule: must be an object with a type'],
    [[], 'schedule: must be an object with a type'],
    [{}, 'schedule.type: must be given: IMMEDIATE, ONE_TIME, DURATION, CRON, DAILY, WEEKLY, MONTHLY'],
    [{ type: 'HOURLY' }, 'schedule.type: must be one of IMMEDIATE,'],
    [{ type: 'cron' }, 'schedule.type: must be one of IMMEDIATE,'],
    [{ ...cron, timeZone: 'Asia/Tokyo' }, 'schedule.timeZone: is unknown; there are type, runAt,'],

    [{ type: 'ONE_TIME' }, 'schedule.runAt: must be epoch milliseconds, a Date or a timestamp'],
    [{ type: 'ONE_TIME', runAt: '2026-03-11' }, 'schedule.runAt: must be a timestamp with an offset'],
    [{ type: 'ONE_TIME', runAt: '2026-02-30T00:00:00Z' }, 'schedule.runAt: must be a timestamp'],
    [{ type: 'ONE_TIME', runAt: -1 }, 'schedule.runAt: must not be before 1970'],
    [
      { type: 'ONE_TIME', runAt: now + maxDurationMs + 1 },
      'schedule.runAt: must not be more than ten years ahead',
    ],
    [{ type: 'ONE_TIME', runAt: 0, startsAt: 0 }, 'schedule.startsAt: has no place in ONE_TIME'],
    [{ type: 'ONE_TIME', runAt: 0, endsAt: now }, 'schedule.endsAt: has no place in ONE_TIME'],
    [{ type: 'ONE_TIME', runAt: 0, jitter: 5 }, 'schedule.jitter: has no place in ONE_TIME'],
    [{ type: 'IMMEDIATE', overlapPolicy: 'SKIP' }, 'schedule.overlapPolicy: has no place in IMMEDIATE'],
    [{ type: 'IMMEDIATE', catchupWindow: '1h' }, 'schedule.catchupWindow: has no place in IMMEDIATE'],
    [{ type: 'IMMEDIATE', maxBackfillPerTick: 1 }, 'schedule.maxBackfillPerTick: has no place in IMMEDIATE'],
    [{ type: 'IMMEDIATE', dstPolicy: {} }, 'schedule.dstPolicy: has no place in IMMEDIATE'],

    [{ type: 'DURATION' }, "schedule.interval: must be milliseconds or a text such as '1h30m'"],
    [{ ...duration, interval: 0 }, 'schedule.interval: must be at least 1 ms'],
    [{ ...duration, interval: '0s' }, 'schedule.interval: must be at least 1 ms'],
    [{ ...duration, interval: -5 }, 'schedule.interval: must not be negative'],
    [{ ...duration, interval: '11 years' }, 'schedule.interval: must be milliseconds or a text'],
    [{ ...duration, interval: maxDurationMs + 1 }, 'schedule.interval: must not be longer than ten years'],
    [{ ...duration, interval: Number.NaN }, 'schedule.interval: must be a finite number'],

    [{ type: 'CRON' }, 'schedule.cronExpr: must be a cron expression'],
    [{ type: 'CRON', cronExpr: 5 }, 'schedule.cronExpr: must be a cron expression'],
    [{ type: 'CRON', cronExpr: '' }, 'schedule.cronExpr: must have 5 fields'],
    [{ type: 'CRON', cronExpr: '0 9 * *' }, 'schedule.cronExpr: must have 5 fields'],
    [
      { type: 'CRON', cronExpr: `${'0,'.repeat(500)}0 * * * *` },
      'schedule.cronExpr: must not be longer than 1000',
    ],
    [{ type: 'CRON', cronExpr: '61 * * * *' }, "schedule.cronExpr: minute '61' must be 0-59"],
    [{ type: 'CRON', cronExpr: '0 0 31 2 *' }, 'schedule.cronExpr: must name a day that exists'],
    [{ type: 'CRON', cronExpr: '0 0 30 feb *' }, 'schedule.cronExpr: must name a day that exists'],
    [{ type: 'CRON', cronExpr: '0 0 31 4,6,9,11 ?' }, 'schedule.cronExpr: must name a day that exists'],
    [
      { type: 'CRON', cronExpr: 'TZ=Asia/Tokyo 0 9 * * *', timezone: 'Asia/Seoul' },
      "schedule.cronExpr: names the time zone 'Asia/Tokyo', but timezone is 'Asia/Seoul'",
    ],

    [
      { ...daily, regularInterval: undefined },
      'schedule.regularInterval: must be a whole number from 1 to 1000',
    ],
    [{ ...daily, regularInterval: 0 }, 'schedule.regularInterval: must be a whole number from 1'],
    [{ ...daily, regularInterval: 1.5 }, 'schedule.regularInterval: must be a whole number'],
    [{ ...daily, regularInterval: 1_001 }, 'schedule.regularInterval: must be a whole number'],
    [{ ...daily, atTimes: undefined }, 'schedule.atTimes: must be a list with one entry at least'],
    [{ ...daily, atTimes: [] }, 'schedule.atTimes: must be a list with one entry at least'],
    [{ ...daily, atTimes: { hour: 1 } }, 'schedule.atTimes: must be a list'],
    [{ ...daily, atTimes: ['10:00'] }, 'schedule.atTimes[0]: must be an object with hour and minute'],
    [
      { ...daily, atTimes: [...at, { hour: 24, minute: 0 }] },
      'schedule.atTimes[1].hour: must be a whole number from 0 to 23',
    ],
    [{ ...daily, atTimes: [{ hour: 0, minute: 60 }] }, 'schedule.atTimes[0].minute: must be'],
    [{ ...daily, atTimes: [{ hour: 0 }] }, 'schedule.atTimes[0].minute: must be'],
    [{ ...daily, atTimes: [{ hour: 0, minute: 0, second: 60 }] }, 'schedule.atTimes[0].second: must be'],
    [{ ...daily, atTimes: [{ hour: 0, minute: 0, seconds: 5 }] }, 'schedule.atTimes[0].seconds: is unknown'],
    [
      { ...daily, atTimes: Array.from({ length: 1_441 }, () => at[0]) },
      'schedule.atTimes: must not have more than 1440',
    ],
    [{ ...weekly, includedDays: undefined }, 'schedule.includedDays: must be a list with one entry'],
    [{ ...weekly, includedDays: [] }, 'schedule.includedDays: must be a list with one entry'],
    [{ ...weekly, includedDays: [1, 7] }, 'schedule.includedDays[1]: must be a whole number from 0 to 6'],
    [
      { ...weekly, includedDays: [0, 1, 2, 3, 4, 5, 6, 0] },
      'schedule.includedDays: must not have more than 7',
    ],
    [{ ...monthly, includedDays: [0] }, 'schedule.includedDays[0]: must be a whole number from 1 to 31'],
    [{ ...monthly, includedDays: [32] }, 'schedule.includedDays[0]: must be a whole number from 1 to 31'],
    [{ ...monthly, includedDays: ['1'] }, 'schedule.includedDays[0]: must be a whole number'],
    [
      { ...monthly, includedDays: [31], regularInterval: 12, startsAt: '2027-02-01T00:00:00Z' },
      'schedule.includedDays: must name a day that a month of the interval has',
    ],

    [{ ...cron, startsAt: 'soon' }, 'schedule.startsAt: must be a timestamp'],
    [{ ...cron, startsAt: -1 }, 'schedule.startsAt: must not be before 1970'],
    [
      { ...cron, startsAt: now + maxDurationMs + 1 },
      'schedule.startsAt: must not be more than ten years ahead',
    ],
    [{ ...cron, endsAt: '2026-12-31' }, 'schedule.endsAt: must be a timestamp'],
    [{ ...cron, endsAt: now - 1 }, 'schedule.endsAt: must not be in the past'],
    [
      { ...cron, startsAt: now + 2 * day, endsAt: now + 2 * day - 1 },
      'schedule.endsAt: must not be before startsAt',
    ],
    [
      { ...cron, endsAt: now },
      'schedule.endsAt: must not be before the first firing, 2026-03-11T09:00:00.000Z',
    ],
    [{ ...duration, endsAt: now + 3_599_999 }, 'schedule.endsAt: must not be before the first firing'],
    [{ ...cron, timezone: 'Mars/Olympus' }, 'schedule.timezone: must be the IANA name of a time zone'],
    [{ ...cron, timezone: '+09:00' }, 'schedule.timezone: must be the IANA name'],
    [{ ...cron, timezone: 9 }, 'schedule.timezone: must be the IANA name'],
    [
      { ...cron, overlapPolicy: 'QUEUE' },
      'schedule.overlapPolicy: must be one of ALLOW_ALL, SKIP, BUFFER_ONE',
    ],
    [{ ...cron, bufferLimit: 0 }, 'schedule.bufferLimit: must be a whole number from 1 to 10000'],
    [{ ...cron, catchupWindow: -1 }, 'schedule.catchupWindow: must not be negative'],
    [{ ...cron, catchupWindow: 'P1D' }, 'schedule.catchupWindow: must be milliseconds or a text'],
    [
      { ...cron, maxBackfillPerTick: 0 },
      'schedule.maxBackfillPerTick: must be a whole number from 1 to 1000',
    ],
    [{ ...cron, jitter: -1 }, 'schedule.jitter: must not be negative'],
    [{ ...cron, dstPolicy: 'skip' }, 'schedule.dstPolicy: must be an object'],
    [{ ...cron, dstPolicy: { gap: 'earlier' } }, 'schedule.dstPolicy.gap: must be one of shift, skip'],
    [
      { ...cron, dstPolicy: { overlap: 'none' } },
      'schedule.dstPolicy.overlap: must be one of first, second, both',
    ],
    [{ ...cron, dstPolicy: { gaps: 'skip' } }, 'schedule.dstPolicy.gaps: is unknown; there are gap, overlap'],
  ])('%j', (schedule, expected) => {
    expect(faults(schedule)).toEqual([expect.stringContaining(expected)])
  })

  it('have every fault named', () => {
    const schedule = {
      type: 'WEEKLY',
      regularInterval: 0,
      atTimes: [{ hour: 25, minute: 61 }],
      includedDays: [9],
      timezone: 'nowhere',
      jitter: -1,
      endsAt: 5,
      extra: true,
    }
    expect(faults(schedule).map((fault) => fault.split(':')[0])).toEqual([
      'schedule.extra',
      'schedule.includedDays[0]',
      'schedule.regularInterval',
      'schedule.atTimes[0].hour',
      'schedule.atTimes[0].minute',
      'schedule.endsAt',
      'schedule.timezone',
      'schedule.jitter',
    ])
  })

  it('carry the limit where there is one', () => {
    expect(validateSchedule({ type: 'DURATION', interval: 0 }, { now })).toEqual([
      { field: 'schedule.interval', problem: 'must be at least 1 ms', limit: 1 },
    ])
  })

  it('throw one error with all faults when they are to be resolved', () => {
    const resolve = (): unknown => resolveSchedule({ type: 'CRON', cronExpr: '' }, { now, field: 'entry' })
    expect(resolve).toThrow(ValidationError)
    expect(resolve).toThrow('entry.cronExpr: must have 5 fields')
  })
})

describe('the anchor of a schedule that is there already', () => {
  const leapYears = { type: 'MONTHLY', regularInterval: 48, atTimes: at, includedDays: [29] } as const

  it('decides whether it ever fires', () => {
    const check = (anchor: string): readonly unknown[] =>
      validateSchedule(leapYears, { now, anchorAt: Date.parse(anchor) })
    expect(check('2024-02-01T00:00:00Z')).toEqual([])
    expect(check('2026-02-01T00:00:00Z')).toHaveLength(1)
  })

  it('is now for a new one', () => {
    expect(validateSchedule(leapYears, { now: Date.parse('2028-02-29T09:00:00Z') })).toEqual([])
    expect(validateSchedule(leapYears, { now: Date.parse('2026-02-28T09:00:00Z') })).toHaveLength(1)
  })
})

it('adds to the faults of others, and says whether it added any', () => {
  const all = new Faults()
  all.add('payload', 'must be JSON')
  expect(checkSchedule(duration, { now }, all)).toEqual({ type: 'DURATION', interval: 3_600_000 })
  expect(checkSchedule({ ...duration, jitter: -1 }, { now }, all)).toBeUndefined()
  expect(all.found.map((fault) => fault.field)).toEqual(['payload', 'schedule.jitter'])
})
