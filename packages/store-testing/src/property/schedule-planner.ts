import type { FireRequest, NextFiring, SkippedTimes, SkipReason, StoredSchedule } from '@dureq/types'

/** Most times one plan of a schedule with a catch-up window fires. */
const MOST_CAUGHT_UP = 3

/** What a scheduler would plan for a schedule of the type DURATION at this time; undefined when it is not due. */
export function planDuration(entry: StoredSchedule, now: number): FireRequest | undefined {
  const { jobId, version, next } = entry
  if (next === undefined || next.dueAt > now) return undefined
  const interval = intervalOf(entry)
  const due = timesBetween(next.nextRunAt, now, interval)
  const open = due.filter((at) => !isPaused(entry, at))
  const catchesUp = entry.schedule.catchupWindow !== undefined
  const fired = catchesUp ? open.slice(0, MOST_CAUGHT_UP) : open.slice(-1)
  const [left] = catchesUp ? open.slice(MOST_CAUGHT_UP) : []
  const looked = left === undefined ? due : due.filter((at) => at < left)
  const lastFiredAt = looked.at(-1) ?? next.nextRunAt
  return {
    jobId,
    version,
    times: fired.map((at) => (at < now - interval ? { at, late: true } : { at })),
    skips: skipsOf(looked, fired, (at) => (isPaused(entry, at) ? 'paused' : 'missed')),
    lastFiredAt,
    next: nextAfter(lastFiredAt, interval),
  }
}

/** The times of a schedule from its next one up to a moment, as one skip; none when there is no such time. */
export function skipUpTo(entry: StoredSchedule, until: number): readonly SkippedTimes[] {
  const from = entry.next?.nextRunAt ?? until + 1
  return skipsOf(timesBetween(from, until, intervalOf(entry)), [], () => 'changed')
}

/** The firing after this time of the schedule. */
export function nextAfter(at: number, interval: number): NextFiring {
  return { nextRunAt: at + interval, dueAt: at + interval }
}

/** The times from the first one on, up to a moment. */
export function timesBetween(first: number, until: number, interval: number): readonly number[] {
  const count = Math.max(0, Math.floor((until - first) / interval) + 1)
  return Array.from({ length: count }, (_, i) => first + i * interval)
}

function intervalOf({ schedule }: StoredSchedule): number {
  if (schedule.type !== 'DURATION') throw new Error(`a ${schedule.type} schedule is not planned here`)
  return schedule.interval
}

function isPaused({ pausedSpans }: StoredSchedule, at: number): boolean {
  return pausedSpans.some(({ from, to = Number.POSITIVE_INFINITY }) => from <= at && at <= to)
}

/** Ranges of times in a row that are not fired, for one reason each. */
function skipsOf(
  times: readonly number[],
  fired: readonly number[],
  reasonOf: (at: number) => SkipReason,
): readonly SkippedTimes[] {
  const skips: SkippedTimes[] = []
  let open = false
  for (const at of times) {
    if (fired.includes(at)) {
      open = false
      continue
    }
    const reason = reasonOf(at)
    const last = open ? skips.at(-1) : undefined
    if (last?.reason === reason) skips[skips.length - 1] = { ...last, to: at, count: last.count + 1 }
    else skips.push({ from: at, to: at, count: 1, reason })
    open = true
  }
  return skips
}
