import type { Faults } from '@dureq/types'
import type { EnqueueOptions } from './enqueue-options.ts'
import { checkKnown, isPlainObject, readDuration, readMoment } from './option-checks.ts'

/** When a new job may first be claimed: at once, after a delay, or at a moment. */
export interface Due {
  readonly delayMs?: number | undefined
  readonly runAt?: number | undefined
}

const ways = ['delay', 'runAt', 'schedule'] as const

/** Reads the options that say when; only one of them may. `now` is the caller's time, for the ten-year bound. */
export function readDue(options: EnqueueOptions, now: number, faults: Faults): Due {
  const given = ways.filter((name) => options[name] !== undefined)
  for (const extra of given.slice(1)) faults.add(extra, `must not be given together with ${given[0]}`)
  const { delay, runAt, schedule } = options
  const delayMs = readDuration(delay, { field: 'delay' }, faults)
  const moment = runAt === undefined ? undefined : readMoment(runAt, 'runAt', now, faults)
  const scheduled = schedule === undefined ? undefined : readSchedule(schedule, now, faults)
  return { delayMs, runAt: moment ?? scheduled }
}

/** The moment a schedule names; undefined for at once. */
function readSchedule(schedule: unknown, now: number, faults: Faults): number | undefined {
  if (!isPlainObject(schedule)) {
    faults.add('schedule', 'must be an object with a type')
    return undefined
  }
  switch (schedule.type) {
    case 'IMMEDIATE':
      checkKnown(schedule, ['type'], 'schedule.', faults)
      return undefined
    case 'ONE_TIME':
      checkKnown(schedule, ['type', 'runAt'], 'schedule.', faults)
      return readMoment(schedule.runAt, 'schedule.runAt', now, faults)
    default:
      faults.add('schedule.type', problemOfType(schedule.type))
      return undefined
  }
}

function problemOfType(type: unknown): string {
  const recurring = ['DURATION', 'CRON', 'DAILY', 'WEEKLY', 'MONTHLY'].includes(String(type))
  return recurring
    ? 'must be IMMEDIATE or ONE_TIME: recurring schedules need the scheduler, which this version does not have'
    : 'must be IMMEDIATE or ONE_TIME'
}
