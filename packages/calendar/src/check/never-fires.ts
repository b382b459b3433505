import type { Fault, RecurringSchedule } from '@dureq/types'
import { nextRunAt } from '../next-run.ts'
import type { ScheduleState } from '../schedule-state.ts'

type Recurring = RecurringSchedule<number, number>

/** What keeps a schedule from ever firing from `now` on; undefined when it will fire. `field` is a member's name. */
export function whyNeverFires(schedule: Recurring, now: number, state: ScheduleState): Fault | undefined {
  if (nextRunAt(schedule, now - 1, state) !== undefined) return undefined
  const { endsAt, ...endless } = schedule
  const first = endsAt === undefined ? undefined : nextRunAt(endless, now - 1, state)
  if (first !== undefined)
    return {
      field: 'endsAt',
      problem: `must not be before the first firing, ${new Date(first).toISOString()}`,
    }
  return blame(schedule)
}

function blame({ type }: Recurring): Fault {
  switch (type) {
    case 'MONTHLY':
      return { field: 'includedDays', problem: 'must name a day that a month of the interval has' }
    case 'CRON':
      return { field: 'cronExpr', problem: 'must name a day that exists: it would never fire' }
    case 'DURATION':
    case 'DAILY':
    case 'WEEKLY':
      return { field: 'startsAt', problem: 'must leave time for a firing before the year 2200' }
  }
}
