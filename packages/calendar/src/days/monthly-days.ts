import { firstDayOf, lengthOf, monthOf } from '../civil.ts'
import { horizonMonths } from '../horizon.ts'
import { inOrder } from '../marks/listed.ts'
import type { Marks } from '../marks/marks.ts'
import { stride } from '../marks/stride.ts'
import type { Cycle } from './cycle.ts'
import { countMonthDays } from './month-day-count.ts'

/** The days with these numbers (1-31) in every so many months. A month that has no such day is passed over. */
export function monthlyDays(daysOfMonth: readonly number[], { anchor, every }: Cycle): Marks {
  const days = inOrder(daysOfMonth)
  const anchorMonth = monthOf(anchor)
  const months = stride(anchorMonth, every)

  const firstIn = (month: number, from: number): number | undefined => {
    const day = days.find((each) => each >= from)
    return day !== undefined && day <= lengthOf(month) ? firstDayOf(month) + day - 1 : undefined
  }
  const lastIn = (month: number, upTo: number): number | undefined => {
    const limit = Math.min(upTo, lengthOf(month))
    const day = days.findLast((each) => each <= limit)
    return day === undefined ? undefined : firstDayOf(month) + day - 1
  }
  return {
    onOrAfter(at) {
      const start = monthOf(at)
      let month = months.onOrAfter(start)
      while (month !== undefined && month <= horizonMonths.last) {
        const day = firstIn(month, month === start ? at - firstDayOf(start) + 1 : 1)
        if (day !== undefined) return day
        month = months.onOrAfter(month + 1)
      }
      return undefined
    },
    onOrBefore(at) {
      const start = monthOf(at)
      let month = months.onOrBefore(start)
      while (month !== undefined && month >= horizonMonths.first) {
        const day = lastIn(month, month === start ? at - firstDayOf(start) + 1 : 31)
        if (day !== undefined) return day
        month = months.onOrBefore(month - 1)
      }
      return undefined
    },
    count: (from, to) => countMonthDays({ days, anchorMonth, every }, from, to),
  }
}
