import { jitterOf } from '@dureq/calendar'
import type { NextFiring, StoredSchedule } from '@dureq/types'

/** What the jitter of a firing depends on. */
export type Jittered = Pick<StoredSchedule, 'jobId' | 'schedule'>

/** When a firing time is to be fired: late by its jitter, which is the same for whoever computes it. */
export function dueAtOf({ jobId, schedule }: Jittered, at: number): number {
  return at + jitterOf(schedule, `${jobId}:${at}`)
}

/** The next firing at a time, not to be fired before `notBefore`. */
export function nextFiring(entry: Jittered, at: number, notBefore = 0): NextFiring {
  return { nextRunAt: at, dueAt: Math.max(dueAtOf(entry, at), notBefore) }
}
