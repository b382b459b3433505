import { jitterOf, nextRunAt } from '@dureq/calendar'
import type { NextFiring, Recurrence } from '@dureq/types'

/** What the next firing of a schedule depends on. */
export interface FiringBasis extends Omit<Recurrence, 'next'> {
  readonly jobId: string
}

/** The first firing after a moment, late by its jitter; undefined when nothing is left. */
export function firstFiring(
  { schedule, anchorAt, jobId }: FiringBasis,
  after: number,
): NextFiring | undefined {
  const at = nextRunAt(schedule, after, { anchorAt })
  return at === undefined ? undefined : { nextRunAt: at, dueAt: at + jitterOf(schedule, `${jobId}:${at}`) }
}
