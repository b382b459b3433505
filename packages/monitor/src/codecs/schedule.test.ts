import { checkJsonSchema, type JobSchedule } from '@dureq/types'
import { expect, it } from 'vitest'
import { scheduleRequest, scheduleSchema } from '../schemas/schedule.ts'
import { decodeSchedule, encodeSchedule, type ScheduleWire } from './schedule.ts'

const T = Date.UTC(2026, 2, 11, 10)

const options = {
  startsAt: T,
  endsAt: T + 1_500,
  timezone: 'Asia/Tokyo',
  overlapPolicy: 'BUFFER_ALL',
  bufferLimit: 7,
  catchupWindow: 3_600_000,
  maxBackfillPerTick: 5,
  jitter: 1_500,
  dstPolicy: { gap: 'skip', overlap: 'both' },
} as const

const optionsWire = {
  starts_at: '2026-03-11T10:00:00Z',
  ends_at: '2026-03-11T10:00:01.5Z',
  timezone: 'Asia/Tokyo',
  overlap_policy: 'BUFFER_ALL',
  buffer_limit: 7,
  catchup_window: '1h0m0s',
  max_backfill_per_tick: 5,
  jitter: '1.5s',
  dst_policy: { gap: 'skip', overlap: 'both' },
} as const

const atTimes = [
  { hour: 9, minute: 30, second: 15 },
  { hour: 18, minute: 0 },
]
const atTimesWire = [
  { hour: 9, minute: 30, second: 15 },
  { hour: 18, minute: 0, second: 0 },
]

const pairs: readonly (readonly [JobSchedule, ScheduleWire])[] = [
  [{ type: 'IMMEDIATE' }, { type: 'IMMEDIATE' }],
  [
    { type: 'ONE_TIME', runAt: T },
    { type: 'ONE_TIME', run_at: '2026-03-11T10:00:00Z' },
  ],
  [
    { type: 'DURATION', interval: 90_000 },
    { type: 'DURATION', interval: '1m30s' },
  ],
  [
    { type: 'CRON', cronExpr: '0 9 * * 1-5', ...options },
    { type: 'CRON', cron_expr: '0 9 * * 1-5', ...optionsWire },
  ],
  [
    { type: 'DAILY', regularInterval: 2, atTimes },
    { type: 'DAILY', regular_interval: 2, at_times: atTimesWire },
  ],
  [
    { type: 'WEEKLY', regularInterval: 1, atTimes, includedDays: [0, 6] },
    { type: 'WEEKLY', regular_interval: 1, at_times: atTimesWire, included_days: [0, 6] },
  ],
  [
    { type: 'MONTHLY', regularInterval: 3, atTimes, includedDays: [31], ...options },
    { type: 'MONTHLY', regular_interval: 3, at_times: atTimesWire, included_days: [31], ...optionsWire },
  ],
]

it.each(pairs)('%j has the names and encodings of the Go implementation', (schedule, wire) => {
  const overTheWire: unknown = JSON.parse(JSON.stringify(encodeSchedule(schedule)))
  expect(overTheWire).toStrictEqual(wire)
  for (const schema of [scheduleSchema, scheduleRequest]) checkJsonSchema(schema, overTheWire, 'schedule')
})

it('is read by the same names; what is unknown stays, for the client to refuse', () => {
  expect(
    decodeSchedule({ type: 'CRON', cron_expr: '@daily', dst_policy: { gap: 'skip' }, is_odd: 1 }),
  ).toEqual({
    type: 'CRON',
    cronExpr: '@daily',
    dstPolicy: { gap: 'skip' },
    isOdd: 1,
  })
  expect(decodeSchedule(optionsWire)).toEqual({
    ...options,
    startsAt: optionsWire.starts_at,
    endsAt: optionsWire.ends_at,
    catchupWindow: '1h0m0s',
    jitter: '1.5s',
  })
})
