import type { DstPolicy } from '@dureq/types'
import { firstMoment, lastMoment } from '../horizon.ts'
import { isMark, type Marks } from '../marks/marks.ts'
import type { Period, Zone } from './zone.ts'

/** What happens to wall-clock times that a change of the clocks removes or repeats. */
type Policy = Required<DstPolicy>

/**
 * The moments, in epoch milliseconds, at which the clocks of a zone show the given wall-clock times. Those are whole
 * seconds counted from 1 January 1970 00:00 on the clock on the wall.
 *
 * A time that a change of the clocks removes becomes the moment of the change (`shift`: several such times are one
 * moment, and a day that is missing whole shifts to its end), or nothing (`skip`). Of a time that a change repeats,
 * the `first`, the `second` or `both` moments count.
 *
 * Between two changes wall clock and time run alike, so time is walked through period by period, and the policy is
 * a matter of where a period begins and ends.
 */
export function zoned(wall: Marks, zone: Zone, policy: Policy): Marks {
  const walk: Walk = { wall, zone, policy }
  return {
    onOrAfter: (at) => inMs(firstFrom(walk, Math.ceil(at / 1_000))),
    onOrBefore: (at) => inMs(lastUpTo(walk, Math.floor(at / 1_000))),
    count: (from, to) => countIn(walk, Math.ceil(from / 1_000), Math.ceil(to / 1_000)),
  }
}

interface Walk {
  readonly wall: Marks
  readonly zone: Zone
  readonly policy: Policy
}

/** More than any zone is ahead of UTC or behind it. */
const longestOffset = 86_400

const firstSecond = firstMoment / 1_000
const lastSecond = Math.floor(lastMoment / 1_000)

function firstFrom({ wall, zone, policy }: Walk, start: number): number | undefined {
  let at = start
  while (at <= lastSecond) {
    const period = zone.periodAt(at)
    if (at === period.from && receivesShifted(wall, period, policy)) return at

    const { begin, end } = countedTimes(period, policy)
    const mark = wall.onOrAfter(Math.max(at + period.offset, begin))
    if (mark !== undefined && mark < end) return mark - period.offset

    // The next period may show times again that have been passed here; otherwise nothing comes before the mark.
    const repeats = period.offsetAfter < period.offset
    if (mark === undefined && !repeats) return undefined
    at = repeats ? period.until : Math.max(period.until, (mark ?? 0) - longestOffset)
  }
  return undefined
}

function lastUpTo({ wall, zone, policy }: Walk, start: number): number | undefined {
  let at = start
  while (at >= firstSecond) {
    const period = zone.periodAt(at)
    const { begin, end } = countedTimes(period, policy)
    const mark = wall.onOrBefore(Math.min(at + period.offset, end - 1))
    if (mark !== undefined && mark >= begin) return mark - period.offset
    if (receivesShifted(wall, period, policy)) return period.from

    const repeated = period.offsetBefore > period.offset
    if (mark === undefined && !repeated) return undefined
    at = repeated ? period.from - 1 : Math.min(period.from - 1, (mark ?? 0) + longestOffset)
  }
  return undefined
}

function countIn({ wall, zone, policy }: Walk, from: number, to: number): number {
  let total = 0
  let at = from
  while (at < to) {
    const period = zone.periodAt(at)
    const { begin, end } = countedTimes(period, policy)
    const first = Math.max(at + period.offset, begin)
    const past = Math.min(Math.min(to, period.until) + period.offset, end)
    if (first < past) total += wall.count(first, past)

    if (at === period.from && receivesShifted(wall, period, policy)) {
      // A time of its own at that moment and those moved there are one.
      const isCounted = begin < past && isMark(wall, begin)
      if (!isCounted) total += 1
    }
    at = period.until
  }
  return total
}

/** The wall-clock times of a period that count: those its neighbours show as well may be theirs. */
function countedTimes(
  { from, until, offset, offsetBefore, offsetAfter }: Period,
  { overlap }: Policy,
): { readonly begin: number; readonly end: number } {
  return {
    begin: from + (overlap === 'first' ? Math.max(offset, offsetBefore) : offset),
    end: until + (overlap === 'second' ? Math.min(offset, offsetAfter) : offset),
  }
}

/** Whether a wall-clock time that the change at the beginning of the period has removed is moved to it. */
function receivesShifted(wall: Marks, { from, offset, offsetBefore }: Period, { gap }: Policy): boolean {
  if (gap === 'skip' || offsetBefore >= offset) return false
  const removed = wall.onOrAfter(from + offsetBefore)
  return removed !== undefined && removed < from + offset
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000
}
