import { expect, it } from 'vitest'
import { dailyCountsOf, utcDay, utcDayStart } from './utc-day.ts'

it('a day begins at midnight in UTC', () => {
  const day = utcDay(Date.UTC(2026, 10, 24))
  expect(utcDay(Date.UTC(2026, 10, 24) - 1)).toBe(day - 1)
  expect(utcDay(Date.UTC(2026, 10, 25) - 1)).toBe(day)
  expect(utcDayStart(day)).toBe(Date.UTC(2026, 10, 24))
})

it('shows days without anything, today last', () => {
  const now = Date.UTC(2024, 2, 1, 12)
  const counted = new Map([[utcDay(now) - 1, { processed: 3, failed: 1, reclaimed: 2 }]])
  expect(dailyCountsOf(now, 3, counted)).toEqual([
    { date: '2024-02-28', processed: 0, failed: 0, reclaimed: 0 },
    { date: '2024-02-29', processed: 3, failed: 1, reclaimed: 2 },
    { date: '2024-03-01', processed: 0, failed: 0, reclaimed: 0 },
  ])
  expect(dailyCountsOf(now, 1_000, counted)).toHaveLength(91)
  expect(dailyCountsOf(now, 0, counted)).toHaveLength(1)
})
