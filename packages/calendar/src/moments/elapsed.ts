import type { RecurringSchedule } from '@dureq/types'
import type { Marks } from '../marks/marks.ts'
import { stride } from '../marks/stride.ts'
import { within } from '../marks/within.ts'
import type { ScheduleState } from '../schedule-state.ts'
import type { Zone } from '../zone/zone.ts'
import { anchorOf } from './anchor.ts'

type Recurring = RecurringSchedule<number, number>

/**
 * The same elapsed time again and again, whatever the clocks do: first at `startsAt`, or one interval after the
 * creation.
 *
 * @throws InvalidScheduleError when neither is known.
 */
export function elapsedMoments(schedule: Recurring, everyMs: number, state: ScheduleState): Marks {
  const anchor = anchorOf(schedule, state)
  const first = schedule.startsAt === undefined ? anchor + everyMs : anchor
  return within(stride(anchor, everyMs), first, Infinity)
}

const msPerHour = 3_600_000

/** Whose full hours count where nothing says when the schedule began: an arbitrary moment, but always the same. */
const someMoment = Date.UTC(2020, 0, 1)

/**
 * The full hours, by elapsed time. The clocks of the zone say when an hour is full as they were when the schedule
 * began: where changes of the clocks are not whole hours (Lord Howe Island), later hours may begin at half past.
 */
export function hourlyMoments(schedule: Recurring, zone: Zone, state: ScheduleState): Marks {
  const began = schedule.startsAt ?? state.anchorAt ?? someMoment
  const { offset } = zone.periodAt(Math.floor(began / 1_000))
  return stride(-offset * 1_000, msPerHour)
}
