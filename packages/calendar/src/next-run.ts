import type { ResolvedSchedule } from '@dureq/types'
import { momentsOf } from './moments/moments.ts'
import type { ScheduleState } from './schedule-state.ts'

/**
 * When a schedule fires next: the first of its times strictly after `after`. Both are epoch milliseconds.
 *
 * It looks at no clock, and at no jitter: that delays a firing but never moves its time. Undefined when nothing is
 * left: after `endsAt`, for ONE_TIME after `runAt`, and after the year 2199. IMMEDIATE has one time, `anchorAt`.
 *
 * @param state needed for `anchorAt` by DURATION, `@every` and intervals above 1 without `startsAt`.
 * @throws InvalidScheduleError when the schedule cannot be computed: its zone is unknown on this machine, its cron
 *   expression is none, or `anchorAt` is needed and missing.
 */
export function nextRunAt(
  schedule: ResolvedSchedule,
  after: number,
  state: ScheduleState = {},
): number | undefined {
  return momentsOf(schedule, state).onOrAfter(Math.floor(after) + 1)
}
