import { firingsBetween, nextRunAt } from '@dureq/calendar'
import type { FireRequest, PausedSpan, RecurringSchedule, StoredSchedule } from '@dureq/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextFiring } from './due-at.ts'
import { planFirings } from './plan-firings.ts'

const START = Date.UTC(2030, 0, 1)
const at = (seconds: number): number => START + seconds * 1_000
const everySecond = { type: 'DURATION', interval: 1_000 } as const

function entryOf(
  schedule: RecurringSchedule<number, number>,
  more: Partial<StoredSchedule> = {},
): StoredSchedule {
  const first = nextRunAt(schedule, START, { anchorAt: START }) as number
  return {
    jobId: 'j',
    taskType: 't',
    schedule,
    anchorAt: START,
    version: 1,
    next: nextFiring({ jobId: 'j', schedule }, first),
    createdAt: START,
    status: 'scheduled',
    pausedSpans: [],
    unfinished: [],
    skips: [],
    skippedTimes: 0,
    ...more,
  }
}

function plan(entry: StoredSchedule, now: number): FireRequest {
  return planFirings(entry, now) as FireRequest
}

const secondsOf = ({ times }: FireRequest): number[] => times.map((time) => (time.at - START) / 1_000)

describe('planFirings', () => {
  it('plans nothing before it is time, and then one firing', () => {
    const entry = entryOf(everySecond)
    expect(planFirings(entry, at(1) - 1)).toBeUndefined()
    expect(planFirings(entry, at(1))).toEqual({
      jobId: 'j',
      version: 1,
      times: [{ at: at(1) }],
      skips: [],
      lastFiredAt: at(1),
      next: { nextRunAt: at(2), dueAt: at(2) },
    })
  })

  it('fires the latest missed time once, late, where there is no window', () => {
    const missed = plan(entryOf(everySecond), at(100) + 500)
    expect(missed.times).toEqual([{ at: at(100) }])
    expect(missed.skips).toEqual([{ from: at(1), to: at(99), count: 99, reason: 'missed' }])
    expect(missed.next?.nextRunAt).toBe(at(101))
    const hourly = entryOf({ type: 'DURATION', interval: 3_600_000 })
    expect(plan(hourly, at(5_000)).times).toEqual([{ at: at(3_600), late: true }])
  })

  it('catches up with what is not older than the window, oldest first, so many a round', () => {
    const entry = entryOf({ ...everySecond, catchupWindow: 25_000, maxBackfillPerTick: 10 })
    const first = plan(entry, at(100))
    expect(secondsOf(first)).toEqual([75, 76, 77, 78, 79, 80, 81, 82, 83, 84])
    expect(first.times.every(({ late }) => late === true)).toBe(true)
    expect(first.skips).toEqual([{ from: at(1), to: at(74), count: 74, reason: 'missed' }])
    expect(first).toMatchObject({ lastFiredAt: at(84), next: { nextRunAt: at(85), dueAt: at(101) } })

    const second = plan({ ...entry, next: { nextRunAt: at(85), dueAt: at(101) } }, at(101))
    expect(secondsOf(second)).toEqual([85, 86, 87, 88, 89, 90, 91, 92, 93, 94])
    const third = plan({ ...entry, next: { nextRunAt: at(95), dueAt: at(102) } }, at(102))
    expect(secondsOf(third)).toEqual([95, 96, 97, 98, 99, 100, 101, 102])
    expect(third.times.at(-1)).toEqual({ at: at(102) })
    expect(third.next).toEqual({ nextRunAt: at(103), dueAt: at(103) })
  })

  it('counts what is a little late as on time, however short the window', () => {
    const entry = entryOf({ ...everySecond, catchupWindow: 1 })
    expect(plan(entry, at(1) + 900).times).toEqual([{ at: at(1) }])
  })

  it('skips the times of a pause as one record, and goes on after it', () => {
    const pausedSpans = [{ from: at(2) - 1, to: at(7) }]
    const missed = plan(entryOf(everySecond, { pausedSpans }), at(9))
    expect(secondsOf(missed)).toEqual([9])
    expect(missed.skips).toEqual([
      { from: at(1), to: at(1), count: 1, reason: 'missed' },
      { from: at(2), to: at(7), count: 6, reason: 'paused' },
      { from: at(8), to: at(8), count: 1, reason: 'missed' },
    ])
    const caughtUp = plan(entryOf({ ...everySecond, catchupWindow: 60_000 }, { pausedSpans }), at(9))
    expect(secondsOf(caughtUp)).toEqual([1, 8, 9])
    expect(caughtUp.skips).toEqual([{ from: at(2), to: at(7), count: 6, reason: 'paused' }])
  })

  it('plans nothing while it is paused', () => {
    expect(planFirings(entryOf(everySecond, { pausedSpans: [{ from: at(0) }] }), at(9))).toBeUndefined()
  })

  it('ends after the last time, also when that was paused', () => {
    const schedule = { ...everySecond, endsAt: at(3) } as const
    const last = plan(entryOf(schedule), at(50))
    expect(secondsOf(last)).toEqual([3])
    expect(last.next).toBeUndefined()
    const paused = plan(entryOf(schedule, { pausedSpans: [{ from: at(0), to: at(40) }] }), at(50))
    expect(paused).toMatchObject({ times: [], lastFiredAt: at(3) })
    expect(paused.next).toBeUndefined()
  })

  it('is late by the jitter, the same for everybody, and never moves the phase', () => {
    const schedule = { type: 'DURATION', interval: 60_000, jitter: 30_000 } as const
    const entry = entryOf(schedule)
    const dueAt = entry.next?.dueAt ?? 0
    expect(dueAt).toBeGreaterThan(at(60))
    expect(dueAt).toBeLessThan(at(90))
    expect(planFirings(entry, dueAt - 1)).toBeUndefined()
    const fired = plan(entry, dueAt)
    expect(fired.times).toEqual([{ at: at(60) }])
    expect(fired.next?.nextRunAt).toBe(at(120))
    expect(nextFiring({ jobId: 'j', schedule }, at(60))).toEqual(entry.next)
    expect(nextFiring({ jobId: 'k', schedule }, at(60))).not.toEqual(entry.next)
  })

  it('plans a century that was missed as fast as a second', () => {
    const entry = entryOf({ type: 'CRON', cronExpr: '* * * * * *' })
    const now = Date.UTC(2130, 0, 1)
    const begun = performance.now()
    const missed = plan(entry, now)
    expect(performance.now() - begun).toBeLessThan(500)
    expect(missed.skips[0]?.count).toBe((now - START) / 1_000 - 1)
  })
})

const schedules = fc.record(
  {
    catchupWindow: fc.integer({ min: 0, max: 30_000 }),
    maxBackfillPerTick: fc.integer({ min: 1, max: 5 }),
    jitter: fc.integer({ min: 0, max: 5_000 }),
    endsAt: fc.integer({ min: at(5), max: at(120) }),
  },
  { requiredKeys: [] },
)
const kinds = fc.constantFrom<RecurringSchedule<number, number>>(
  { type: 'DURATION', interval: 1_700 },
  { type: 'DURATION', interval: 11_000 },
  { type: 'CRON', cronExpr: '*/3 * * * * *' },
  { type: 'CRON', cronExpr: '10,11,50 * * * * *' },
)
const acts = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 20_000 }),
    act: fc.constantFrom('tick', 'tick', 'tick', 'pause', 'resume'),
  }),
  { minLength: 1, maxLength: 40 },
)

/** What a store does with a plan. */
function carryOut(entry: StoredSchedule, { lastFiredAt, next }: FireRequest): StoredSchedule {
  const { next: _, ...rest } = entry
  const pausedSpans = entry.pausedSpans.filter(({ to }) => to === undefined || to > lastFiredAt)
  return {
    ...rest,
    lastFiredAt,
    pausedSpans,
    version: entry.version + 1,
    ...(next !== undefined && { next }),
  }
}

describe('every time', () => {
  it('is fired or skipped exactly once, in order, whatever the ticks and pauses', () => {
    fc.assert(
      fc.property(kinds, schedules, acts, (kind, options, steps) => {
        const schedule = { ...kind, ...options }
        if (nextRunAt(schedule, START, { anchorAt: START }) === undefined) return
        let entry = entryOf(schedule)
        let now = START
        const spans: PausedSpan[] = []
        const seen: { readonly at: number; readonly how: string; readonly now: number }[] = []
        for (const { afterMs, act } of steps) {
          now += afterMs
          const isPaused = entry.pausedSpans.at(-1)?.to === undefined && entry.pausedSpans.length > 0
          if (act === 'pause' && !isPaused) {
            entry = { ...entry, pausedSpans: [...entry.pausedSpans, { from: now }] }
          } else if (act === 'resume' && isPaused) {
            const span = { from: entry.pausedSpans.at(-1)?.from ?? 0, to: now }
            spans.push(span)
            entry = { ...entry, pausedSpans: [...entry.pausedSpans.slice(0, -1), span] }
          } else if (act === 'tick') {
            for (let planned = planFirings(entry, now); planned; planned = planFirings(entry, now)) {
              expect(planned.times.length).toBeLessThanOrEqual(schedule.maxBackfillPerTick ?? 10)
              expect(planned.lastFiredAt).toBeGreaterThan(entry.lastFiredAt ?? 0)
              const fired = planned.times.map((time) => ({ at: time.at, how: 'fired', now }))
              const skipped = planned.skips.flatMap(({ from, to, count, reason }) => {
                const times = firingsBetween(schedule, from - 1, to, 1e6, { anchorAt: START })
                expect([times.length, times[0], times.at(-1)]).toEqual([count, from, to])
                return times.map((time) => ({ at: time, how: reason, now }))
              })
              seen.push(...[...fired, ...skipped].sort((a, b) => a.at - b.at))
              entry = carryOut(entry, planned)
            }
          }
        }
        const upTo = entry.lastFiredAt ?? START
        expect(seen.map((each) => each.at)).toEqual(
          firingsBetween(schedule, START, upTo, 1e6, { anchorAt: START }),
        )
        for (const each of seen) {
          const inPause = spans.some(({ from, to }) => from <= each.at && each.at <= (to ?? 0))
          expect(each.how === 'paused').toBe(inPause)
          const oldest = each.now - Math.max(schedule.catchupWindow ?? 0, 1_000) - (schedule.jitter ?? 0)
          if (each.how === 'fired' && (schedule.catchupWindow ?? 0) > 0)
            expect(each.at).toBeGreaterThanOrEqual(oldest)
        }
      }),
      { numRuns: 300 },
    )
  })
})
