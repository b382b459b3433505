import type { AtTime, RecurringSchedule, ResolvedSchedule } from '@dureq/types'
import { inOrder } from '../marks/listed.ts'
import { describeCron } from './describe-cron.ts'
import { clockTime, everyFew, join, length, moment, ordinal, runs, weekdayNames } from './words.ts'

/**
 * A schedule in plain English: `every 2 weeks on Monday and Friday at 09:00 in Asia/Tokyo`.
 *
 * For people to read: the words may change with any version.
 *
 * @throws InvalidScheduleError when the cron expression is none.
 */
export function describe(schedule: ResolvedSchedule): string {
  if (schedule.type === 'IMMEDIATE') return 'once, at once'
  if (schedule.type === 'ONE_TIME') return `once, on ${moment(schedule.runAt)}`
  return describeTimes(schedule) + describeBounds(schedule)
}

type Recurring = RecurringSchedule<number, number>

function describeTimes(schedule: Recurring): string {
  switch (schedule.type) {
    case 'DURATION':
      return `every ${length(schedule.interval)}`
    case 'CRON':
      return describeCron(schedule.cronExpr, schedule.timezone)
    case 'DAILY':
      return `${everyFew(schedule.regularInterval, 'day')} ${atTimes(schedule)}`
    case 'WEEKLY':
      return `${everyFew(schedule.regularInterval, 'week')} on ${weekdays(schedule.includedDays)} ${atTimes(schedule)}`
    case 'MONTHLY':
      return `${everyFew(schedule.regularInterval, 'month')} on the ${dates(schedule.includedDays)} ${atTimes(schedule)}`
  }
}

function atTimes({
  atTimes: times,
  timezone = 'UTC',
}: {
  readonly atTimes: readonly AtTime[]
  readonly timezone?: string
}): string {
  const sorted = inOrder(times.map(({ hour, minute, second = 0 }) => (hour * 60 + minute) * 60 + second))
  const names = sorted.map((at) => clockTime(Math.floor(at / 3_600), Math.floor(at / 60) % 60, at % 60))
  return `at ${join(names)} in ${timezone}`
}

function weekdays(days: readonly number[]): string {
  return join(runs(inOrder(days), (day) => weekdayNames[day] ?? ''))
}

function dates(days: readonly number[]): string {
  return join(runs(inOrder(days), ordinal))
}

function describeBounds({ startsAt, endsAt, jitter = 0 }: Recurring): string {
  const start = startsAt === undefined ? '' : `, from ${moment(startsAt)}`
  const end = endsAt === undefined ? '' : `, until ${moment(endsAt)}`
  const late = jitter === 0 ? '' : `, each up to ${length(jitter)} later`
  return start + end + late
}
