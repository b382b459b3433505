import { type CronSchedule, type DstPolicy, recurringDefaults } from '@dureq/types'
import { secondsPerDay } from '../civil.ts'
import { cronDays } from '../cron/cron-days.ts'
import type { CronExpression, CronFields } from '../cron/expression.ts'
import { readStoredCron } from '../cron/read-stored.ts'
import { listed } from '../marks/listed.ts'
import type { Marks } from '../marks/marks.ts'
import { nested } from '../marks/nested.ts'
import type { ScheduleState } from '../schedule-state.ts'
import { zoned } from '../zone/zoned.ts'
import { elapsedMoments, hourlyMoments } from './elapsed.ts'
import { zoneOf } from './zone-of.ts'

/** @throws InvalidScheduleError when the expression or the zone is none, or `@every` has no anchor. */
export function cronMoments(schedule: CronSchedule<number, number>, state: ScheduleState): Marks {
  const { cron, wall } = readOnce(schedule.cronExpr)
  if (cron.kind === 'every') return elapsedMoments(schedule, cron.everyMs, state)
  const zone = zoneOf(schedule.timezone ?? cron.zone)
  if (cron.kind === 'hourly') return hourlyMoments(schedule, zone, state)
  const policy = cron.hasFixedHours ? { ...recurringDefaults.dstPolicy, ...schedule.dstPolicy } : everyMatch
  return zoned(wall, zone, policy)
}

/** Where the hours are no times of day, every moment counts at which the clocks show a time that matches. */
const everyMatch: Required<DstPolicy> = { gap: 'skip', overlap: 'both' }

interface Reading {
  readonly cron: CronExpression
  /** The wall-clock times of its fields; none for a descriptor that goes by elapsed time. */
  readonly wall: Marks
}

/** Reading an expression takes longer than using it, and many schedules share few: the latest ones are kept. */
const readings = new Map<string, Reading>()
const maxReadings = 1_000

function readOnce(cronExpr: string): Reading {
  const kept = readings.get(cronExpr)
  if (kept !== undefined) return kept
  const cron = readStoredCron(cronExpr)
  const reading = { cron, wall: cron.kind === 'fields' ? wallTimes(cron) : listed([]) }
  const [oldest] = readings.keys()
  if (readings.size >= maxReadings && oldest !== undefined) readings.delete(oldest)
  readings.set(cronExpr, reading)
  return reading
}

function wallTimes(cron: CronFields): Marks {
  const minutes = nested(listed(cron.minutes), 60, listed(cron.seconds))
  const times = nested(listed(cron.hours), 3_600, minutes)
  return nested(cronDays(cron), secondsPerDay, times)
}
