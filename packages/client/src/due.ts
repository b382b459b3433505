import { checkSchedule } from '@dureq/calendar'
import { type Faults, isRecurring, type RecurringSchedule, readDuration, readMoment } from '@dureq/types'
import type { EnqueueOptions } from './enqueue-options.ts'

/** When a new job may be claimed: at once, after a delay, at a moment, or again and again. */
export interface Due {
  readonly delayMs?: number | undefined
  readonly runAt?: number | undefined
  readonly recurring?: RecurringSchedule<number, number> | undefined
}

const ways = ['delay', 'runAt', 'schedule'] as const

/**
 * Reads the options that say when; only one of them may.
 *
 * @param now of a recurring schedule the store's time, else the caller's: then only for the bound of ten years.
 */
export function readDue(options: EnqueueOptions, now: number, faults: Faults): Due {
  const given = ways.filter((name) => options[name] !== undefined)
  for (const extra of given.slice(1)) faults.add(extra, `must not be given together with ${given[0]}`)
  const { delay, runAt, schedule } = options
  const delayMs = readDuration(delay, 'delay', faults)
  const moment = runAt === undefined ? undefined : readMoment(runAt, 'runAt', now, faults)
  const scheduled = schedule === undefined ? undefined : checkSchedule(schedule, { now }, faults)
  if (scheduled === undefined || scheduled.type === 'IMMEDIATE') return { delayMs, runAt: moment }
  if (scheduled.type === 'ONE_TIME') return { delayMs, runAt: moment ?? scheduled.runAt }
  return { recurring: scheduled }
}

/** Whether options make a recurring job, as far as can be told before they are checked. */
export function recurs(options: EnqueueOptions | undefined): boolean {
  const type = options?.schedule?.type
  return type !== undefined && isRecurring(type)
}
