import {
  isTerminalJobStatus,
  type JobRecord,
  type JobStatus,
  type Store,
  type StoredSchedule,
  type UnfinishedState,
} from '@dureq/types'
import { expect } from 'vitest'
import { firingsOf, scheduleOf } from '../fixtures/schedules.ts'
import { timesBetween } from './schedule-planner.ts'
import type { Era, PlayedJob } from './schedule-play.ts'

/** What must hold of every recurring job after every step. */
export async function expectScheduleInvariants(store: Store, jobs: readonly PlayedJob[]): Promise<void> {
  for (const job of jobs) {
    const entry = await scheduleOf(store, job.id)
    const firings = await firingsOf(store, job.id)
    expectUnfinished(entry, firings)
    expectHeld(entry)
    expectFiredOnce(job, entry, firings)
    await expectDerived(store, entry)
  }
  const counts = await store.inspector.countJobs()
  expect(
    counts.reduce((sum, { count }) => sum + count, 0),
    'I3: a recurring job is counted once',
  ).toBe(jobs.length)
}

/** I1: what the schedule calls unfinished is what has not ended. */
function expectUnfinished({ unfinished, jobId }: StoredSchedule, firings: readonly JobRecord[]): void {
  const open = firings.filter(({ status }) => !isTerminalJobStatus(status))
  expect(
    unfinished.map(({ firingId }) => firingId).toSorted(),
    `I1: unfinished firings of ${jobId}`,
  ).toStrictEqual(open.map(({ id }) => id).toSorted())
  for (const { id, status } of open) {
    const state = unfinished.find(({ firingId }) => firingId === id)?.state as UnfinishedState
    expect(statusesOf[state], `I1: ${id} is ${state}`).toContain(status)
  }
}

const statusesOf: Readonly<Record<UnfinishedState, readonly JobStatus[]>> = {
  waiting: ['pending'],
  delayed: ['scheduled'],
  leased: ['running'],
  retrying: ['retrying'],
  paused: ['paused'],
  held: ['pending'],
}

/** Something is held only while something else is unfinished, and no more than the policy allows. */
function expectHeld({ unfinished, schedule, jobId }: StoredSchedule): void {
  const held = unfinished.filter(({ state }) => state === 'held').length
  if (held > 0) expect(unfinished.length, `${jobId} holds firings for others`).toBeGreaterThan(held)
  const { overlapPolicy = 'ALLOW_ALL', bufferLimit = 1_000 } = schedule
  const most = { ALLOW_ALL: 0, SKIP: 0, BUFFER_ONE: 1, BUFFER_ALL: bufferLimit, REPLACE: 1 }[overlapPolicy]
  expect(held, `${jobId} holds by ${overlapPolicy}`).toBeLessThanOrEqual(most)
}

/** I5: every time up to the last one fired is a firing or lies in one skip, and no other time is either. */
function expectFiredOnce(
  { eras, id }: PlayedJob,
  entry: StoredSchedule,
  firings: readonly JobRecord[],
): void {
  const { lastFiredAt = 0, skips } = entry
  const times = eras.flatMap((era) => timesOf(era, lastFiredAt))
  const fired = firings.map((firing) => firing.id.slice(id.length + 1)).filter((at) => !at.endsWith('t'))
  const covered = times.map((at) => [
    at,
    fired.filter((text) => text === String(at)).length,
    skips.filter(({ from, to }) => from <= at && at <= to).length,
  ])
  expect(
    covered.filter(([, asFiring = 0, asSkip = 0]) => asFiring + asSkip !== 1),
    `I5: times of ${id} that are not fired or skipped once`,
  ).toStrictEqual([])
  expect(
    fired.filter((at) => !times.includes(Number(at))),
    `I5: firings of ${id} at no time of its schedule`,
  ).toStrictEqual([])
  expect(
    skips.reduce((sum, { count }) => sum + count, 0),
    `I5: what the skips of ${id} count`,
  ).toBe(times.length - fired.length)
  expect(entry.skippedTimes).toBe(times.length - fired.length)
}

function timesOf({ from, interval, until }: Era, lastFiredAt: number): readonly number[] {
  return timesBetween(from + interval, Math.min(until, lastFiredAt), interval)
}

/** The status of the job is that of its schedule and its firings, wherever it is told. */
async function expectDerived(store: Store, entry: StoredSchedule): Promise<void> {
  const [record] = await store.jobs.get([entry.jobId])
  expect(record?.status, `the status of ${entry.jobId}`).toBe(derivedStatus(entry))
  expect(entry.status).toBe(derivedStatus(entry))
}

function derivedStatus({ pausedSpans, unfinished }: StoredSchedule): JobStatus {
  const last = pausedSpans.at(-1)
  if (last !== undefined && last.to === undefined) return 'paused'
  const states = new Set(unfinished.map(({ state }) => state))
  if (states.has('leased')) return 'running'
  if (states.has('retrying')) return 'retrying'
  return states.size > 0 ? 'pending' : 'scheduled'
}
