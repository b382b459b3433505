import type { FireRequest, SkippedTimes, StoredSchedule } from '@dureq/types'
import { recurringDefaults } from '@dureq/types'
import { dueAtOf, nextFiring } from './due-at.ts'
import { type Stretch, stretchesOf } from './stretches.ts'
import { type Range, type Times, timesOf } from './times.ts'

/** Rounds of catching up with one schedule are this far apart. */
const ROUND_MS = 1_000

/** A firing that is later than this was missed: it says so in its headers, and a catch-up window may leave it out. */
const ON_TIME_MS = 1_000

/** Times that jitter may or may not have made due are looked at one by one, so many in a plan. */
const MOST_JITTERED = 100

/**
 * What to fire and what to pass over of a schedule that is due; undefined when it is not. Pure: two schedulers that
 * plan the same at the same time plan the same.
 *
 * Times are taken in order, up to the last that is due. Those of paused spans are skipped. Of the others
 *
 * - with a catch-up window, all that are not older fire, oldest first, at most `maxBackfillPerTick` of them; the rest
 *   follows a second later;
 * - without one, only the latest fires.
 *
 * Every time up to the new `lastFiredAt` is fired or lies in a skip, once. It takes no longer for a year that was missed
 * than for a day.
 *
 * @throws InvalidScheduleError when the schedule cannot be computed on this machine.
 */
export function planFirings(entry: StoredSchedule, now: number): FireRequest | undefined {
  const { next, pausedSpans, jobId, version } = entry
  const isPaused = pausedSpans.at(-1)?.to === undefined && pausedSpans.length > 0
  if (next === undefined || next.dueAt > now || isPaused) return undefined
  const times = timesOf(entry)
  const due = { from: next.nextRunAt, to: lastDue(entry, times, now) }
  const { fired, skips, hasMore } = planOf(entry, { times, due, now })
  const lastFiredAt = Math.max(fired.at(-1) ?? 0, skips.at(-1)?.to ?? 0)
  const nextAt = times.after(lastFiredAt)
  return {
    jobId,
    version,
    times: fired.map((at) => (isLate(entry, at, { due, now }) ? { at, late: true } : { at })),
    skips,
    lastFiredAt,
    ...(nextAt !== undefined && { next: nextFiring(entry, nextAt, hasMore ? now + ROUND_MS : 0) }),
  }
}

/** The last time that is due now. The first one is, or the schedule would not be. */
function lastDue(entry: StoredSchedule, times: Times, now: number): number {
  const first = entry.next?.nextRunAt ?? now
  const jitter = entry.schedule.jitter ?? 0
  let last = times.lastIn({ from: first, to: now - jitter }) ?? first
  if (jitter === 0) return last
  for (const at of times.firstIn({ from: last + 1, to: now }, MOST_JITTERED)) {
    if (dueAtOf(entry, at) > now) break
    last = at
  }
  return last
}

function isLate(entry: StoredSchedule, at: number, { due, now }: { due: Range; now: number }): boolean {
  return at < due.to || dueAtOf(entry, at) < now - ON_TIME_MS
}

/** What a plan is made from. */
interface Situation {
  readonly times: Times
  readonly due: Range
  readonly now: number
}

/** A plan: times to fire, ranges to skip, both oldest first, and whether more of the due ones are left. */
interface Plan {
  readonly fired: readonly number[]
  readonly skips: readonly SkippedTimes[]
  readonly hasMore: boolean
}

function planOf({ schedule, pausedSpans }: StoredSchedule, { times, due, now }: Situation): Plan {
  const stretches = stretchesOf(due, pausedSpans)
  const { catchupWindow = 0, jitter = 0, maxBackfillPerTick } = { ...recurringDefaults, ...schedule }
  if (catchupWindow === 0) return planLatest(times, stretches)
  // The age of a firing counts from when its jitter could last have made it due.
  const oldest = now - Math.max(catchupWindow, ON_TIME_MS) - jitter
  return planCatchUp(times, stretches, { oldest, most: maxBackfillPerTick })
}

function planLatest(times: Times, stretches: readonly Stretch[]): Plan {
  const latest = latestOf(times, stretches)
  const skips = stretches.map(({ from, to, paused }) => {
    if (paused) return times.skip({ from, to }, 'paused')
    const isLast = latest !== undefined && from <= latest && latest <= to
    return times.skip({ from, to: isLast ? latest - 1 : to }, 'missed')
  })
  return { fired: latest === undefined ? [] : [latest], skips: skips.filter(isSome), hasMore: false }
}

function latestOf(times: Times, stretches: readonly Stretch[]): number | undefined {
  for (const stretch of stretches.toReversed()) {
    const last = stretch.paused ? undefined : times.lastIn(stretch)
    if (last !== undefined) return last
  }
  return undefined
}

function planCatchUp(
  times: Times,
  stretches: readonly Stretch[],
  { oldest, most }: { readonly oldest: number; readonly most: number },
): Plan {
  const fired: number[] = []
  const skips: (SkippedTimes | undefined)[] = []
  for (const { from, to, paused } of stretches) {
    if (paused) {
      skips.push(times.skip({ from, to }, 'paused'))
      continue
    }
    skips.push(times.skip({ from, to: Math.min(to, oldest - 1) }, 'missed'))
    const room = most - fired.length
    const found = times.firstIn({ from: Math.max(from, oldest), to }, room + 1)
    fired.push(...found.slice(0, room))
    if (found.length > room) return { fired, skips: skips.filter(isSome), hasMore: true }
  }
  return { fired, skips: skips.filter(isSome), hasMore: false }
}

function isSome<T>(value: T | undefined): value is T {
  return value !== undefined
}
