import {
  type Faults,
  isPlainObject,
  isRecurring,
  readDuration,
  readMoment,
  scheduleTypes,
} from '@dureq/types'
import type { EnqueueOptions } from './enqueue-options.ts'

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
  const delayMs = readDuration(delay, 'delay', faults)
  const moment = runAt === undefined ? undefined : readMoment(runAt, 'runAt', now, faults)
  const scheduled = schedule === undefined ? undefined : readSchedule(schedule, now, faults)
  return { delayMs, runAt: moment ?? scheduled }
}

/** What only says how a schedule recurs: ignored where nothing recurs. */
const otherTypes = ['interval', 'cronExpr', 'regularInterval', 'atTimes', 'includedDays', 'timezone']

/** The moment a schedule names; undefined for at once. */
function readSchedule(schedule: unknown, now: number, faults: Faults): number | undefined {
  if (!isPlainObject(schedule)) {
    faults.add('schedule', 'must be an object with a type')
    return undefined
  }
  const { type, runAt } = schedule
  if (type !== 'IMMEDIATE' && type !== 'ONE_TIME') {
    faults.add('schedule.type', problemOfType(type))
    return undefined
  }
  for (const [name, value] of Object.entries(schedule)) {
    const fits = value === undefined || ['type', 'runAt', ...otherTypes].includes(name)
    if (!fits) faults.add(`schedule.${name}`, `has no place in ${type}`)
  }
  return type === 'IMMEDIATE' ? undefined : readMoment(runAt, 'schedule.runAt', now, faults)
}

function problemOfType(type: unknown): string {
  const recurs = scheduleTypes.some((each) => each === type && isRecurring(each))
  const reason = recurs ? ': recurring schedules need the scheduler, which this version does not have' : ''
  return `must be IMMEDIATE or ONE_TIME${reason}`
}
