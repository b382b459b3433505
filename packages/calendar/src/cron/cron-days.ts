import { firstDayOf, monthOf, monthOfYear } from '../civil.ts'
import { horizonMonths } from '../horizon.ts'
import type { Marks } from '../marks/marks.ts'
import type { CronFields } from './expression.ts'
import { daysUpTo, matchingDays } from './month-days.ts'

/** The days an expression matches, numbered from 1 January 1970. */
export function cronDays(cron: CronFields): Marks {
  const daysIn = (month: number): number =>
    cron.months.includes(monthOfYear(month)) ? matchingDays(cron, month) : 0
  return {
    onOrAfter(at) {
      const start = Math.max(monthOf(at), horizonMonths.first)
      let unseen = ~daysUpTo(at - firstDayOf(start))
      for (let month = start; month <= horizonMonths.last; month += 1) {
        const days = daysIn(month) & unseen
        if (days !== 0) return firstDayOf(month) + 31 - Math.clz32(days & -days)
        unseen = -1
      }
      return undefined
    },
    onOrBefore(at) {
      const start = Math.min(monthOf(at), horizonMonths.last)
      let unseen = daysUpTo(Math.min(at - firstDayOf(start) + 1, 31))
      for (let month = start; month >= horizonMonths.first; month -= 1) {
        const days = daysIn(month) & unseen
        if (days !== 0) return firstDayOf(month) + 31 - Math.clz32(days)
        unseen = -1
      }
      return undefined
    },
    count(from, to) {
      let total = 0
      const last = monthOf(to)
      for (let month = monthOf(from); month <= last; month += 1) {
        const first = firstDayOf(month)
        const within = daysUpTo(Math.min(to - first, 31)) & ~daysUpTo(from - first)
        total += countBits(daysIn(month) & within)
      }
      return total
    },
  }
}

function countBits(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1
  return count
}
