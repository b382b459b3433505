import { firstDayOf, lengthOf, weekdayOf } from '../civil.ts'
import type { CronFields, DaysOfMonth, Weekdays } from './expression.ts'

/** The days of a month that an expression matches, whatever month it is: bit 0 is the first. */
export function matchingDays({ daysOfMonth, weekdays }: CronFields, month: number): number {
  const length = lengthOf(month)
  const all = daysUpTo(length)
  if (daysOfMonth.isOpen && weekdays.isOpen) return all
  if (weekdays.isOpen) return byDate(daysOfMonth, length)
  const byDay = byWeekday(weekdays, weekdayOf(firstDayOf(month)), length)
  return daysOfMonth.isOpen ? byDay : byDate(daysOfMonth, length) | byDay
}

/** The first so many days of a month, 0 to 31. */
export function daysUpTo(day: number): number {
  return day <= 0 ? 0 : all31 >>> (31 - day)
}

const all31 = 0x7fff_ffff

function byDate({ days, hasLast }: DaysOfMonth, length: number): number {
  const listed = days.reduce((mask, day) => mask | bit(day), 0)
  return (listed | (hasLast ? bit(length) : 0)) & daysUpTo(length)
}

function byWeekday({ days, last, nth }: Weekdays, weekdayOfFirst: number, length: number): number {
  const all = daysUpTo(length)
  const lastWeek = all & ~daysUpTo(length - 7)
  let mask = 0
  for (const day of days) mask |= everyWeek(day, weekdayOfFirst) & all
  for (const day of last) mask |= everyWeek(day, weekdayOfFirst) & lastWeek
  for (const { weekday, nth: n } of nth) mask |= bit(dateOf(weekday, weekdayOfFirst) + 7 * (n - 1)) & all
  return mask
}

function everyWeek(weekday: number, weekdayOfFirst: number): number {
  return 0b10000001000000100000010000001 << (dateOf(weekday, weekdayOfFirst) - 1)
}

/** The day of the month, 1-7, on which a weekday comes first. */
function dateOf(weekday: number, weekdayOfFirst: number): number {
  return 1 + ((weekday - weekdayOfFirst + 7) % 7)
}

/** Nothing for a day that no month has: shifts begin anew at 32. */
function bit(day: number): number {
  return day > 31 ? 0 : 1 << (day - 1)
}
