import type { ResolvedSchedule } from '@dureq/types'
import { momentsOf } from './moments/moments.ts'
import type { ScheduleState } from './schedule-state.ts'

/**
 * When a schedule fired last: the last of its times strictly before `before`. Both are epoch milliseconds. Undefined
 * when there is none: before `startsAt`, for DURATION before its first time, and before 1970.
 *
 * Without `startsAt` cron and calendar schedules have times before their creation as well: what they would have been.
 *
 * @param state as for `nextRunAt`.
 * @throws InvalidScheduleError as `nextRunAt`.
 */
export function previousRunAt(
  schedule: ResolvedSchedule,
  before: number,
  state: ScheduleState = {},
): number | undefined {
  return momentsOf(schedule, state).onOrBefore(Math.ceil(before) - 1)
}
