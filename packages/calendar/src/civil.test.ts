import { expect, it } from 'vitest'
import { firstDayOf, lengthOf, monthOf, monthOfYear, weekdayOf } from './civil.ts'

const dayOf = (date: string): number => Date.parse(date) / 86_400_000

it.each([
  ['1970-01-01', 0, 4],
  ['1969-12-31', -1, 3],
  ['1999-12-31', 359, 5],
  ['2000-02-29', 361, 2],
  ['2026-03-10', 674, 2],
  ['2199-12-31', 2759, 2],
])('knows month and weekday of %s', (date, month, weekday) => {
  expect(monthOf(dayOf(date))).toBe(month)
  expect(weekdayOf(dayOf(date))).toBe(weekday)
})

it.each([
  ['2024-02-01', 29],
  ['2026-02-01', 28],
  ['2100-02-01', 28],
  ['1969-12-01', 31],
  ['2026-04-01', 30],
])('knows the length of the month that begins on %s', (date, length) => {
  const month = monthOf(dayOf(date))
  expect(firstDayOf(month)).toBe(dayOf(date))
  expect(lengthOf(month)).toBe(length)
})

it('knows the month of the year before 1970 too', () => {
  expect([-1, 0, 11, 12].map(monthOfYear)).toEqual([11, 0, 11, 0])
})
