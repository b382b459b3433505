import type { RecurringSchedule, ResolvedSchedule } from '@dureq/types'
import { firstMoment, lastMoment } from '../horizon.ts'
import { listed } from '../marks/listed.ts'
import type { Marks } from '../marks/marks.ts'
import { within } from '../marks/within.ts'
import type { ScheduleState } from '../schedule-state.ts'
import { calendarMoments } from './calendar.ts'
import { cronMoments } from './cron.ts'
import { elapsedMoments } from './elapsed.ts'

/**
 * The moments a schedule fires at, in epoch milliseconds. IMMEDIATE fires at its creation, where that is known.
 *
 * @throws InvalidScheduleError when the zone is unknown on this machine, the expression is none, or what the schedule
 *   counts from is not known.
 */
export function momentsOf(schedule: ResolvedSchedule, state: ScheduleState): Marks {
  switch (schedule.type) {
    case 'IMMEDIATE':
      return listed(state.anchorAt === undefined ? [] : [state.anchorAt])
    case 'ONE_TIME':
      return listed([schedule.runAt])
    case 'DURATION':
    case 'CRON':
    case 'DAILY':
    case 'WEEKLY':
    case 'MONTHLY':
      return within(recurringMoments(schedule, state), firstOf(schedule), lastOf(schedule))
  }
}

type Recurring = RecurringSchedule<number, number>

function recurringMoments(schedule: Recurring, state: ScheduleState): Marks {
  switch (schedule.type) {
    case 'DURATION':
      return elapsedMoments(schedule, schedule.interval, state)
    case 'CRON':
      return cronMoments(schedule, state)
    case 'DAILY':
    case 'WEEKLY':
    case 'MONTHLY':
      return calendarMoments(schedule, state)
  }
}

function firstOf({ startsAt = firstMoment }: Recurring): number {
  return Math.max(startsAt, firstMoment)
}

function lastOf({ endsAt = lastMoment }: Recurring): number {
  return Math.min(endsAt, lastMoment)
}
