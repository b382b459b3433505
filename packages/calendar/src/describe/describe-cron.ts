import type { CronExpression, CronFields, DaysOfMonth, Weekdays } from '../cron/expression.ts'
import { readStoredCron } from '../cron/read-stored.ts'
import { cronTimes } from './cron-times.ts'
import { join, length, monthNames, ordinal, runs, weekdayNames } from './words.ts'

/**
 * The times of a cron expression in plain English: `at 09:00 on Monday to Friday in Asia/Tokyo`.
 *
 * @throws InvalidScheduleError when it is none.
 */
export function describeCron(cronExpr: string, timezone: string | undefined): string {
  const cron = readStoredCron(cronExpr)
  if (cron.kind === 'every') return `every ${length(cron.everyMs)}`
  return `${cronWords(cron)} in ${timezone ?? cron.zone ?? 'UTC'}`
}

function cronWords(cron: Exclude<CronExpression, { readonly kind: 'every' }>): string {
  if (cron.kind === 'hourly') return 'every hour'
  return [cronTimes(cron), ...days(cron), ...months(cron)].join(' ')
}

function days({ daysOfMonth, weekdays }: CronFields): readonly string[] {
  const words = [
    ...(daysOfMonth.isOpen ? [] : [`the ${join(dates(daysOfMonth))} of the month`]),
    ...(weekdays.isOpen ? [] : [join(namesOf(weekdays))]),
  ]
  return words.length === 0 ? [] : [`on ${words.join(' or on ')}`]
}

function dates({ days: listed, hasLast }: DaysOfMonth): readonly string[] {
  return [...runs(listed, ordinal), ...(hasLast ? ['last day'] : [])]
}

function namesOf({ days: listed, last, nth }: Weekdays): readonly string[] {
  const nameOf = (day: number): string => weekdayNames[day] ?? ''
  return [
    ...runs(listed, nameOf),
    ...nth.map(({ weekday, nth: n }) => `the ${ordinal(n)} ${nameOf(weekday)} of the month`),
    ...last.map((day) => `the last ${nameOf(day)} of the month`),
  ]
}

function months({ months: listed }: CronFields): readonly string[] {
  const isEvery = listed.length === 12
  return isEvery ? [] : [`in ${join(runs(listed, (month) => monthNames[month] ?? ''))}`]
}
