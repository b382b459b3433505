import type { ResolvedSchedule } from '@dureq/types'
import { momentsOf } from './moments/moments.ts'
import type { ScheduleState } from './schedule-state.ts'

/**
 * The times of a schedule after `from` and up to `to`, oldest first: (from, to], in epoch milliseconds. So ranges can
 * follow each other: what was fired last, or looked at last, is the `from` of the next one.
 *
 * @param limit the most that are returned, the oldest ones.
 * @param state as for `nextRunAt`.
 * @throws InvalidScheduleError as `nextRunAt`.
 */
export function firingsBetween(
  schedule: ResolvedSchedule,
  from: number,
  to: number,
  limit: number,
  state: ScheduleState = {},
): readonly number[] {
  const moments = momentsOf(schedule, state)
  const found: number[] = []
  let at = moments.onOrAfter(Math.floor(from) + 1)
  while (at !== undefined && at <= to && found.length < limit) {
    found.push(at)
    at = moments.onOrAfter(at + 1)
  }
  return found
}
