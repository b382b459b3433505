import { daysSinceSunday } from '../civil.ts'
import { inOrder, listed } from '../marks/listed.ts'
import type { Marks } from '../marks/marks.ts'
import { nested } from '../marks/nested.ts'
import { shifted } from '../marks/shifted.ts'
import { stride } from '../marks/stride.ts'
import type { Cycle } from './cycle.ts'

/** The days with these numbers (0 is Sunday) in every so many weeks. A week begins on Sunday. */
export function weeklyDays(weekdays: readonly number[], { anchor, every }: Cycle): Marks {
  const anchorWeek = Math.floor((anchor + daysSinceSunday) / 7)
  return shifted(nested(stride(anchorWeek, every), 7, listed(inOrder(weekdays))), -daysSinceSunday)
}
