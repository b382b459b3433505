import { countBetween, previousRunAt, resolveSchedule } from '@dureq/calendar'
import {
  InvalidScheduleError,
  isRecurring,
  type RecurringSchedule,
  type ScheduleChange,
  type SkippedTimes,
  type StoredSchedule,
  ValidationError,
} from '@dureq/types'
import { firstFiring } from './first-firing.ts'

/**
 * A recurring schedule a user gave, as it is stored.
 *
 * @throws ValidationError naming every fault, also of a schedule that does not recur.
 */
export function resolveRecurring(
  given: RecurringSchedule,
  options: { readonly now: number; readonly anchorAt?: number },
): RecurringSchedule<number, number> {
  const schedule = resolveSchedule(given, options)
  if (isRecurring(schedule.type)) return schedule as RecurringSchedule<number, number>
  throw new ValidationError([{ field: 'schedule.type', problem: 'must recur' }])
}

/**
 * The order that gives a schedule another shape at `now`, good as long as nobody else changes it.
 *
 * @throws ValidationError naming every fault of the new schedule.
 */
export function planUpdate(entry: StoredSchedule, given: RecurringSchedule, now: number): ScheduleChange {
  const { jobId, version, anchorAt, lastFiredAt: before = 0 } = entry
  const schedule = resolveRecurring(given, { now, anchorAt })
  const lastFiredAt = Math.max(now, before)
  const next = firstFiring({ schedule, anchorAt, jobId }, lastFiredAt)
  return {
    verb: 'update',
    jobId,
    version,
    recurrence: { schedule, anchorAt, ...(next !== undefined && { next }) },
    skips: overdueTimes(entry, now),
    lastFiredAt,
  }
}

/** The times that are due and have not been fired: the new schedule does not know them. */
function overdueTimes(entry: StoredSchedule, now: number): readonly SkippedTimes[] {
  const { schedule, anchorAt, next } = entry
  if (next === undefined || next.nextRunAt > now) return []
  const from = next.nextRunAt
  const known = { from, to: from, count: 1, reason: 'changed' } as const
  try {
    const to = previousRunAt(schedule, now + 1, { anchorAt }) ?? from
    const { count } = countBetween(schedule, from - 1, to, Number.POSITIVE_INFINITY, { anchorAt })
    return [{ ...known, to, count }]
  } catch (error) {
    // A schedule that cannot be computed here can still be mended; of its times only this one is known.
    if (InvalidScheduleError.is(error)) return [known]
    throw error
  }
}
