import {
  checkKnown,
  type DailySchedule,
  type Duration,
  type Faults,
  isPlainObject,
  parseDuration,
  type ResolvedSchedule,
  readMoment,
  type ScheduleType,
  scheduleTypes,
} from '@dureq/types'
import { readAtTimes, readIncludedDays, readRegularInterval } from './calendar-options.ts'
import type { Checking } from './checking.ts'
import { readCronExpr } from './cron-expr.ts'
import { whyNeverFires } from './never-fires.ts'
import { readOneOf } from './one-of.ts'
import { readRecurringOptions, recurringOptionNames } from './recurring-options.ts'

/** How a schedule is checked. */
export interface ScheduleCheckOptions {
  /** The time of the check, in epoch milliseconds: what lies before it will not fire. */
  readonly now: number
  /** As in `ScheduleState`: what intervals are counted from. Default: `now`, as for a new schedule. */
  readonly anchorAt?: number
  /** How faults name the schedule. Default: `schedule`. */
  readonly field?: string
}

/** The members of all types of schedule. */
const names: readonly string[] = [
  'type',
  'runAt',
  'interval',
  'cronExpr',
  'regularInterval',
  'atTimes',
  'includedDays',
  'timezone',
  ...recurringOptionNames,
]

/**
 * Checks a schedule a user gave, adding a fault for everything wrong; for callers that collect faults.
 *
 * Members of another type of schedule are ignored; those that none has are faults. So are the options of recurring
 * schedules where nothing recurs, and a recurring schedule that would never fire. A ONE_TIME in the past is none: it
 * is due.
 *
 * @returns the schedule as it is stored, with the members of its type only; undefined when a fault was added.
 */
export function checkSchedule(
  schedule: unknown,
  options: ScheduleCheckOptions,
  faults: Faults,
): ResolvedSchedule | undefined {
  const { now, anchorAt = now, field = 'schedule' } = options
  const before = faults.found.length
  if (!isPlainObject(schedule)) {
    faults.add(field, 'must be an object with a type')
    return undefined
  }
  const checking: Checking = { given: schedule, prefix: `${field}.`, now, faults }
  const type = readType(checking)
  checkKnown(schedule, names, checking.prefix, faults)
  if (type === undefined) return undefined
  const read = readAs(type, checking)
  if (faults.found.length > before) return undefined
  if (read.type === 'IMMEDIATE' || read.type === 'ONE_TIME') return read

  const fault = whyNeverFires(read, now, { anchorAt })
  if (fault === undefined) return read
  faults.add(checking.prefix + fault.field, fault.problem)
  return undefined
}

function readType({ given, prefix, faults }: Checking): ScheduleType | undefined {
  const type = given['type']
  if (type === undefined) faults.add(`${prefix}type`, `must be given: ${scheduleTypes.join(', ')}`)
  return readOneOf(type, scheduleTypes, `${prefix}type`, faults)
}

function readAs(type: ScheduleType, checking: Checking): ResolvedSchedule {
  switch (type) {
    case 'IMMEDIATE':
      refuseRecurring(type, checking)
      return { type }
    case 'ONE_TIME':
      refuseRecurring(type, checking)
      return { type, runAt: readRunAt(checking) }
    case 'DURATION':
      return { type, interval: readInterval(checking), ...readRecurringOptions(checking) }
    case 'CRON':
      return { type, cronExpr: readCronExpr(checking), ...readRecurringOptions(checking) }
    case 'DAILY':
      return { type, ...readCalendar(checking) }
    case 'WEEKLY':
      return { type, includedDays: readIncludedDays(checking, { min: 0, max: 6 }), ...readCalendar(checking) }
    case 'MONTHLY':
      return {
        type,
        includedDays: readIncludedDays(checking, { min: 1, max: 31 }),
        ...readCalendar(checking),
      }
  }
}

function refuseRecurring(type: ScheduleType, { given, prefix, faults }: Checking): void {
  for (const name of recurringOptionNames) {
    if (given[name] !== undefined) faults.add(prefix + name, `has no place in ${type}`)
  }
}

function readRunAt({ given, prefix, now, faults }: Checking): number {
  return readMoment(given['runAt'], `${prefix}runAt`, now, faults) ?? 0
}

function readInterval({ given, prefix, faults }: Checking): number {
  const field = `${prefix}interval`
  const interval = faults.attempt(() => parseDuration(given['interval'] as Duration, field))
  if (interval === 0) faults.add(field, 'must be at least 1 ms', 1)
  return interval ?? 0
}

function readCalendar(checking: Checking): Omit<DailySchedule<number, number>, 'type'> {
  return {
    regularInterval: readRegularInterval(checking),
    atTimes: readAtTimes(checking),
    ...readRecurringOptions(checking),
  }
}
