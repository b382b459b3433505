import type { NextFiring, PausedSpan, SkippedTimes } from '@dureq/types'
import { MAX_PAUSED_SPANS, MAX_SKIP_RECORDS } from '@dureq/types'

/** When a schedule fires, and what it has passed over; the schedule itself is among the facts of its job. */
export interface SchedulePlan {
  readonly anchorAt: number
  readonly next?: NextFiring
  readonly lastFiredAt?: number
  readonly pausedSpans: readonly PausedSpan[]
  readonly skips: readonly SkippedTimes[]
  readonly skippedTimes: number
  /** It will not fire any more; how the job ends with its last firing. */
  readonly over?: PlannedEnd
}

/** How a recurring job will end. */
export interface PlannedEnd {
  readonly status: 'completed' | 'cancelled'
  readonly error?: string
}

/** Whether the schedule is paused. */
export function isPaused({ over, pausedSpans }: SchedulePlan): boolean {
  const span = pausedSpans.at(-1)
  return over === undefined && span !== undefined && span.to === undefined
}

/** When it is to be fired next; null while nothing is. */
export function dueAtOf(plan: SchedulePlan): number | null {
  return isPaused(plan) ? null : (plan.next?.dueAt ?? null)
}

/** Begins a pause. */
export function beginPause(plan: SchedulePlan, now: number): SchedulePlan {
  const { pausedSpans } = plan
  const newest = pausedSpans.at(-1)
  if (newest === undefined || pausedSpans.length < MAX_PAUSED_SPANS) {
    return { ...plan, pausedSpans: [...pausedSpans, { from: now }] }
  }
  return { ...plan, pausedSpans: [...pausedSpans.slice(0, -1), { from: newest.from }] }
}

/** Ends a pause. */
export function endPause(plan: SchedulePlan, now: number): SchedulePlan {
  const { pausedSpans } = plan
  const ended = pausedSpans.slice(-1).map(({ from }) => ({ from, to: now }))
  return { ...plan, pausedSpans: [...pausedSpans.slice(0, -1), ...ended] }
}

/** Records times that are passed over. */
export function recordSkips(plan: SchedulePlan, skips: readonly SkippedTimes[]): SchedulePlan {
  if (skips.length === 0) return plan
  return {
    ...plan,
    skips: [...plan.skips, ...skips].slice(-MAX_SKIP_RECORDS),
    skippedTimes: skips.reduce((sum, { count }) => sum + count, plan.skippedTimes),
  }
}

/** Moves on: everything up to `lastFiredAt` lies behind, and so do the pauses that ended before. */
export function moveOnTo(
  plan: SchedulePlan,
  lastFiredAt: number,
  next: NextFiring | undefined,
): SchedulePlan {
  const { next: _, ...rest } = plan
  const pausedSpans = plan.pausedSpans.filter(({ to }) => to === undefined || to > lastFiredAt)
  return { ...rest, lastFiredAt, pausedSpans, ...(next !== undefined && { next }) }
}

/** The schedule is over: a pause is over with it. */
export function planEnd(plan: SchedulePlan, over: PlannedEnd): SchedulePlan {
  const { next: _, ...rest } = plan
  return { ...rest, over }
}
