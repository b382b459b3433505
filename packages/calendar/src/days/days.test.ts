import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder } from '../marks/listed.ts'
import { monthlyDays } from './monthly-days.ts'
import { weeklyDays } from './weekly-days.ts'

const msPerDay = 86_400_000
const dayOf = (date: string): number => Date.parse(date) / msPerDay
const dateOf = (day: number | undefined): string =>
  day === undefined ? 'none' : new Date(day * msPerDay).toISOString().slice(0, 10)

/** The days after `from` and up to `to`, one after the other. */
function walk(next: (at: number) => number | undefined, from: number, to: number): number[] {
  const found: number[] = []
  for (let at = next(from); at !== undefined && at < to; at = next(at + 1)) found.push(at)
  return found
}

describe('weekly', () => {
  it('begins its weeks on Sunday', () => {
    const days = weeklyDays([0, 6], { anchor: dayOf('2026-01-07'), every: 2 }) // a Wednesday
    const found = walk(days.onOrAfter, dayOf('2026-01-01'), dayOf('2026-02-01'))
    expect(found.map(dateOf)).toEqual(['2026-01-04', '2026-01-10', '2026-01-18', '2026-01-24'])
  })
})

describe('monthly', () => {
  it('passes over months without the day', () => {
    const days = monthlyDays([30], { anchor: dayOf('2026-01-15'), every: 1 })
    expect(dateOf(days.onOrAfter(dayOf('2026-01-31')))).toBe('2026-03-30')
    expect(dateOf(days.onOrBefore(dayOf('2026-03-29')))).toBe('2026-01-30')
  })

  it('waits for leap years', () => {
    const days = monthlyDays([29], { anchor: dayOf('2096-02-01'), every: 12 })
    expect(dateOf(days.onOrAfter(dayOf('2096-03-01')))).toBe('2104-02-29')
    expect(dateOf(days.onOrBefore(dayOf('2104-02-28')))).toBe('2096-02-29')
  })

  it('knows when there is no such day at all', () => {
    const days = monthlyDays([31], { anchor: dayOf('2026-02-01'), every: 12 })
    expect(days.onOrAfter(dayOf('2026-02-01'))).toBeUndefined()
    expect(days.onOrBefore(dayOf('2026-02-01'))).toBeUndefined()
  })

  it('counts as many as it finds, also in 2100', () => {
    const months = { min: dayOf('2090-01-01'), max: dayOf('2110-12-31') }
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 4 }),
        fc.integer(months),
        fc.integer({ min: 1, max: 60 }),
        fc.tuple(fc.integer(months), fc.integer(months)).map(inOrder),
        (daysOfMonth, anchor, every, [from = 0, to = from]) => {
          const days = monthlyDays(daysOfMonth, { anchor, every })
          expect(days.count(from, to)).toBe(walk(days.onOrAfter, from, to).length)
        },
      ),
    )
  })

  it('finds the same days backwards', () => {
    const days = monthlyDays([1, 29, 31], { anchor: dayOf('2024-02-10'), every: 5 })
    const forwards = walk(days.onOrAfter, dayOf('2020-01-01'), dayOf('2040-01-01'))
    const backwards: number[] = []
    for (let at = days.onOrBefore(dayOf('2040-01-01') - 1); at !== undefined; at = days.onOrBefore(at - 1)) {
      if (at < dayOf('2020-01-01')) break
      backwards.push(at)
    }
    expect(backwards.toReversed()).toEqual(forwards)
  })
})
