import type { AtTime, DstPolicy } from '@dureq/types'
import { wallOf } from './wall-clock.ts'

/** A DAILY, WEEKLY or MONTHLY schedule, whole. */
export interface CalendarCase {
  readonly type: 'DAILY' | 'WEEKLY' | 'MONTHLY'
  readonly regularInterval: number
  readonly atTimes: readonly AtTime[]
  readonly includedDays: readonly number[]
  readonly timezone: string
  readonly dstPolicy: Required<DstPolicy>
  readonly startsAt?: number
  readonly endsAt?: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The firings after `from` and up to `to`, found the slow way: every day of the range is asked whether it counts, and
 * every time of it is looked for on the clocks.
 */
export function calendarFirings(
  schedule: CalendarCase,
  from: number,
  to: number,
  anchorAt: number,
): number[] {
  const { timezone, atTimes, startsAt = -Infinity, endsAt = Infinity } = schedule
  const anchor = midnight(wallOf(timezone, schedule.startsAt ?? anchorAt))
  const found = new Set<number>()
  for (let date = midnight(from) - 3 * day; date <= to + 3 * day; date += day) {
    if (!counts(schedule, date, anchor)) continue
    for (const time of atTimes) {
      const wall = date + time.hour * hour + time.minute * minute + (time.second ?? 0) * 1_000
      for (const at of momentsShowing(wall, schedule)) found.add(at)
    }
  }
  const inside = (at: number): boolean => at > from && at <= to && at >= startsAt && at <= endsAt
  return [...found].filter(inside).sort((a, b) => a - b)
}

function counts(
  { type, regularInterval, includedDays }: CalendarCase,
  date: number,
  anchor: number,
): boolean {
  const [now, then] = [new Date(date), new Date(anchor)]
  switch (type) {
    case 'DAILY':
      return isMultiple((date - anchor) / day, regularInterval)
    case 'WEEKLY': {
      const weeks = (sunday(date) - sunday(anchor)) / (7 * day)
      return includedDays.includes(now.getUTCDay()) && isMultiple(weeks, regularInterval)
    }
    case 'MONTHLY': {
      const years = now.getUTCFullYear() - then.getUTCFullYear()
      const months = years * 12 + now.getUTCMonth() - then.getUTCMonth()
      return includedDays.includes(now.getUTCDate()) && isMultiple(months, regularInterval)
    }
  }
}

function isMultiple(number: number, of: number): boolean {
  return Math.abs(number % of) === 0
}

function midnight(at: number): number {
  return Math.floor(at / day) * day
}

function sunday(date: number): number {
  return date - new Date(date).getUTCDay() * day
}

/** The moments at which the clocks show a time, or what the policy puts in their place. */
function momentsShowing(wall: number, { timezone, dstPolicy }: CalendarCase): readonly number[] {
  const offsets = new Set<number>()
  for (let at = wall - 30 * hour; at <= wall + 30 * hour; at += 3 * hour)
    offsets.add(wallOf(timezone, at) - at)
  const shown = [...offsets]
    .map((offset) => wall - offset)
    .filter((at) => wallOf(timezone, at) === wall)
    .sort((a, b) => a - b)
  if (shown.length === 0) return dstPolicy.gap === 'skip' ? [] : [firstShowingLater(wall, timezone)]
  if (dstPolicy.overlap === 'both') return shown
  return dstPolicy.overlap === 'first' ? shown.slice(0, 1) : shown.slice(-1)
}

function firstShowingLater(wall: number, timezone: string): number {
  let at = Math.floor(wall / minute) * minute - 16 * hour
  while (wallOf(timezone, at) <= wall) at += minute
  return at
}
