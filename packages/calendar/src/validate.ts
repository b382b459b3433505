import { type Fault, Faults, type ResolvedSchedule, type Schedule } from '@dureq/types'
import { checkSchedule, type ScheduleCheckOptions } from './check/check-schedule.ts'

/**
 * Everything that is wrong with a schedule a user gave, each with its field, such as `schedule.atTimes[0].hour`; an
 * empty list when nothing is. `checkSchedule` says what is checked.
 */
export function validateSchedule(schedule: Schedule, options: ScheduleCheckOptions): readonly Fault[] {
  const faults = new Faults()
  checkSchedule(schedule, options, faults)
  return faults.found
}

/**
 * A schedule a user gave as it is stored: moments and lengths of time are whole milliseconds, members of other types
 * are gone, and what was absent still is.
 *
 * @throws ValidationError naming every fault.
 */
export function resolveSchedule(schedule: Schedule, options: ScheduleCheckOptions): ResolvedSchedule {
  const faults = new Faults()
  const resolved = checkSchedule(schedule, options, faults)
  faults.throwIfAny()
  return resolved as ResolvedSchedule // there is one where there are no faults
}
