import { type AtTime, type RecurringSchedule, recurringDefaults } from '@dureq/types'
import { secondsPerDay } from '../civil.ts'
import type { Cycle } from '../days/cycle.ts'
import { monthlyDays } from '../days/monthly-days.ts'
import { weeklyDays } from '../days/weekly-days.ts'
import { inOrder, listed } from '../marks/listed.ts'
import type { Marks } from '../marks/marks.ts'
import { nested } from '../marks/nested.ts'
import { stride } from '../marks/stride.ts'
import type { ScheduleState } from '../schedule-state.ts'
import type { Zone } from '../zone/zone.ts'
import { zoned } from '../zone/zoned.ts'
import { anchorOf } from './anchor.ts'
import { zoneOf } from './zone-of.ts'

/** A schedule of times of day on days that a calendar says. */
type CalendarSchedule = Extract<RecurringSchedule<number, number>, { readonly atTimes: readonly AtTime[] }>

/** @throws InvalidScheduleError when the zone is unknown, or an interval above 1 has no anchor. */
export function calendarMoments(schedule: CalendarSchedule, state: ScheduleState): Marks {
  const zone = zoneOf(schedule.timezone)
  const days = daysOf(schedule, { anchor: anchorDay(schedule, zone, state), every: schedule.regularInterval })
  const times = listed(inOrder(schedule.atTimes.map(secondOfDay)))
  const policy = { ...recurringDefaults.dstPolicy, ...schedule.dstPolicy }
  return zoned(nested(days, secondsPerDay, times), zone, policy)
}

function daysOf(schedule: CalendarSchedule, cycle: Cycle): Marks {
  switch (schedule.type) {
    case 'DAILY':
      return stride(cycle.anchor, cycle.every)
    case 'WEEKLY':
      return weeklyDays(schedule.includedDays, cycle)
    case 'MONTHLY':
      return monthlyDays(schedule.includedDays, cycle)
  }
}

/** The day of the anchor on the calendar of the zone. Where every day, week or month counts, any day will do. */
function anchorDay(schedule: CalendarSchedule, zone: Zone, state: ScheduleState): number {
  if (schedule.regularInterval === 1) return 0
  const at = Math.floor(anchorOf(schedule, state) / 1_000)
  return Math.floor((at + zone.periodAt(at).offset) / secondsPerDay)
}

function secondOfDay({ hour, minute, second = 0 }: AtTime): number {
  return (hour * 60 + minute) * 60 + second
}
