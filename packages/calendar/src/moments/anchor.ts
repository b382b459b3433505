import { InvalidScheduleError, type RecurringSchedule } from '@dureq/types'
import type { ScheduleState } from '../schedule-state.ts'

/**
 * The moment intervals are counted from: `startsAt`, else the creation.
 *
 * @throws InvalidScheduleError when neither is known.
 */
export function anchorOf(schedule: RecurringSchedule<number, number>, state: ScheduleState): number {
  const anchor = schedule.startsAt ?? state.anchorAt
  if (anchor === undefined)
    throw new InvalidScheduleError(
      `the interval of ${schedule.type} needs startsAt, or anchorAt of its state`,
    )
  return anchor
}
