import { DAILY_COUNTS_KEPT, type DailyCount } from './history.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What was executed on a day without anything. */
export const nothingCounted: Omit<DailyCount, 'date'> = { processed: 0, failed: 0, reclaimed: 0 }

/** The number of the UTC day an instant is in: 0 is the first of January 1970. */
export function utcDay(instant: number): number {
  return Math.floor(instant / DAY_MS)
}

/** When a UTC day begins, epoch ms. */
export function utcDayStart(day: number): number {
  return day * DAY_MS
}

/** The newest `days` days (1-91), the one of `now` last, each with what was counted on it. */
export function dailyCountsOf(
  now: number,
  days: number,
  counted: ReadonlyMap<number, Omit<DailyCount, 'date'>>,
): readonly DailyCount[] {
  const shown = Math.min(Math.max(1, days), DAILY_COUNTS_KEPT)
  const first = utcDay(now) - shown + 1
  return Array.from({ length: shown }, (_, i) => {
    const date = new Date(utcDayStart(first + i)).toISOString().slice(0, 10)
    return { date, ...(counted.get(first + i) ?? nothingCounted) }
  })
}
