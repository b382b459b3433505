import type { ResolvedSchedule } from '@dureq/types'
import { momentsOf } from './moments/moments.ts'
import type { ScheduleState } from './schedule-state.ts'

/** How many times a schedule fires in a range. */
export interface FiringCount {
  readonly count: number
  /** Whether there are more: a CRON schedule is not counted beyond the cap. */
  readonly atLeast: boolean
}

/** How far CRON schedules are counted. */
export const defaultCountCap = 10_000

/**
 * How many times a schedule has after `from` and up to `to`: the length of `firingsBetween`, by arithmetic. It takes
 * the same time for a day as for years, but for a little per change of the clocks.
 *
 * @param cap what CRON schedules are counted to at most; the counts of all others are exact. Default: 10,000.
 * @param state as for `nextRunAt`.
 * @throws InvalidScheduleError as `nextRunAt`.
 */
export function countBetween(
  schedule: ResolvedSchedule,
  from: number,
  to: number,
  cap: number = defaultCountCap,
  state: ScheduleState = {},
): FiringCount {
  const first = Math.floor(from) + 1
  const past = Math.floor(to) + 1
  const count = first < past ? momentsOf(schedule, state).count(first, past) : 0
  const isCapped = schedule.type === 'CRON' && count > cap
  return isCapped ? { count: cap, atLeast: true } : { count, atLeast: false }
}
