import { countBetween, firingsBetween, nextRunAt, previousRunAt } from '@dureq/calendar'
import type { SkippedTimes, SkipReason, StoredSchedule } from '@dureq/types'

/** A range of time, both ends inclusive. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The times of one stored schedule. No function of it takes longer for a longer range, but for what it returns. */
export interface Times {
  /** The first one after `at`; undefined when nothing is left. */
  after(at: number): number | undefined
  /** The last one of a range. */
  lastIn(range: Range): number | undefined
  /** The first ones of a range, at most `limit`. */
  firstIn(range: Range, limit: number): readonly number[]
  /** The times of a range as one record; undefined when it has none. */
  skip(range: Range, reason: SkipReason): SkippedTimes | undefined
}

/** The times of a schedule. @throws InvalidScheduleError, by its functions, when it cannot be computed here. */
export function timesOf({ schedule, anchorAt }: Pick<StoredSchedule, 'schedule' | 'anchorAt'>): Times {
  const state = { anchorAt }
  const after = (at: number): number | undefined => nextRunAt(schedule, at, state)
  const lastIn = ({ from, to }: Range): number | undefined => {
    const last = previousRunAt(schedule, to + 1, state)
    return last === undefined || last < from ? undefined : last
  }
  return {
    after,
    lastIn,
    firstIn: ({ from, to }, limit) => firingsBetween(schedule, from - 1, to, limit, state),
    skip({ from, to }, reason) {
      const first = after(from - 1)
      const last = lastIn({ from, to })
      if (first === undefined || last === undefined) return undefined
      const { count } = countBetween(schedule, first - 1, last, Number.POSITIVE_INFINITY, state)
      return { from: first, to: last, count, reason }
    },
  }
}
