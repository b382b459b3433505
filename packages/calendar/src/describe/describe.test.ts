import type { ResolvedSchedule } from '@dureq/types'
import { expect, it, describe as suite } from 'vitest'
import { describe } from './describe.ts'

const nine = { hour: 9, minute: 0 }
const late = { hour: 17, minute: 30, second: 5 }

suite('schedules in plain English', () => {
  it.each<[ResolvedSchedule, string]>([
    [{ type: 'IMMEDIATE' }, 'once, at once'],
    [{ type: 'ONE_TIME', runAt: 1_773_187_200_000 }, 'once, on 2026-03-11 00:00 UTC'],
    [{ type: 'ONE_TIME', runAt: 1_773_187_200_123 }, 'once, on 2026-03-11 00:00:00.123 UTC'],
    [{ type: 'DURATION', interval: 5_400_000 }, 'every 1 hour 30 minutes'],
    [{ type: 'DURATION', interval: 1 }, 'every 1 millisecond'],
    [
      {
        type: 'DURATION',
        interval: 2 * 86_400_000,
        startsAt: 1_773_187_205_000,
        endsAt: 1_773_790_000_000,
        jitter: 30_000,
      },
      'every 2 days, from 2026-03-11 00:00:05 UTC, until 2026-03-17 23:26:40 UTC, each up to 30 seconds later',
    ],
    [{ type: 'DAILY', regularInterval: 1, atTimes: [late, nine] }, 'every day at 09:00 and 17:30:05 in UTC'],
    [
      { type: 'DAILY', regularInterval: 3, atTimes: [nine], timezone: 'Asia/Tokyo' },
      'every 3 days at 09:00 in Asia/Tokyo',
    ],
    [
      { type: 'WEEKLY', regularInterval: 1, atTimes: [nine], includedDays: [5, 1, 1] },
      'every week on Monday and Friday at 09:00 in UTC',
    ],
    [
      { type: 'WEEKLY', regularInterval: 2, atTimes: [nine], includedDays: [0, 2, 3, 4] },
      'every 2 weeks on Sunday and Tuesday to Thursday at 09:00 in UTC',
    ],
    [
      { type: 'MONTHLY', regularInterval: 1, atTimes: [nine], includedDays: [1, 2, 3, 11, 21, 22, 31] },
      'every month on the 1st to 3rd, 11th, 21st, 22nd and 31st at 09:00 in UTC',
    ],
    [
      { type: 'CRON', cronExpr: '0 9 * * *', timezone: 'Europe/Berlin', jitter: 1_000 },
      'at 09:00 in Europe/Berlin, each up to 1 second later',
    ],
  ])('%j: %s', (schedule, words) => {
    expect(describe(schedule)).toBe(words)
  })

  it.each([
    ['* * * * *', 'every minute'],
    ['* * * * * *', 'every second'],
    ['*/10 * * * * *', 'every 10 seconds'],
    ['30 * * * * *', 'at second 30 of every minute'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['5 * * * *', 'at minute 5 of every hour'],
    ['0-10,30 * * * *', 'at minutes 0 to 10 and 30 of every hour'],
    ['0 * * * *', 'every hour'],
    ['@hourly', 'every hour'],
    ['0 */2 * * *', 'every 2 hours'],
    ['5 */2 * * *', 'at minute 5 of every 2nd hour'],
    ['* 9-17 * * *', 'every minute of hours 9 to 17'],
    ['0 9-17 * * *', 'at minute 0 of hours 9 to 17'],
    ['*/30 9-17 * * *', 'every 30 minutes of hours 9 to 17'],
    ['* 5 * * * *', 'every second of minute 5 of every hour'],
    ['0,30 9,12 * * *', 'at 09:00, 09:30, 12:00 and 12:30'],
    ['15 0 9 * * *', 'at 09:00:15'],
    ['0 9 * * 1-5', 'at 09:00 on Monday to Friday'],
    ['0 9 1,15,L * *', 'at 09:00 on the 1st, 15th and last day of the month'],
    ['0 9 13 * fri', 'at 09:00 on the 13th of the month or on Friday'],
    ['0 9 * * mon#2,friL', 'at 09:00 on the 2nd Monday of the month and the last Friday of the month'],
    ['0 9 * jan,jun-aug *', 'at 09:00 in January and June to August'],
    ['@yearly', 'at 00:00 on the 1st of the month in January'],
  ])('%s: %s', (cronExpr, words) => {
    expect(describe({ type: 'CRON', cronExpr })).toBe(`${words} in UTC`)
  })

  it('takes the zone from the expression where it is there', () => {
    expect(describe({ type: 'CRON', cronExpr: 'TZ=Asia/Tokyo @daily' })).toBe('at 00:00 in Asia/Tokyo')
    expect(describe({ type: 'CRON', cronExpr: '@every 90s' })).toBe('every 1 minute 30 seconds')
  })
})
