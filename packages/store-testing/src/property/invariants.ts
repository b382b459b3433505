import { isTerminalJobStatus, isTerminalRunStatus, type JobRecord, type Store } from '@dureq/types'
import { expect } from 'vitest'
import { sorted } from '../fixtures/sorted.ts'
import type { Snapshot } from './comparison.ts'

/** Where an accepted firing may be, and the one field of its record that says so. */
const places = ['line', 'due', 'leased', 'paused', 'ended'] as const

const statuses = [
  'pending',
  'scheduled',
  'running',
  'retrying',
  'paused',
  'completed',
  'dead',
  'cancelled',
] as const

/** I1, I2, I3 and I6, as the store itself tells of its jobs. */
export function expectInvariants({ records, runs, counts, holders }: Snapshot): void {
  const jobs = records.filter((record) => record !== undefined)
  for (const job of jobs) {
    const open = runs.filter((run) => run.jobId === job.id && !isTerminalRunStatus(run.status))
    expect(open.length, `I2: leases of ${job.id}`).toBe(job.status === 'running' ? 1 : 0)
    expect(placesOf(job), `I1: places of ${job.id}`).toHaveLength(1)
  }
  expect(
    Object.values(counts).every((count) => count > 0),
    'I3: only counts above 0',
  ).toBe(true)
  expect(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    'I3: the counts add up',
  ).toBe(jobs.length)
  for (const holder of holders) {
    const job = jobs.find(({ id }) => id === holder)
    expect(holder === undefined || (job && !isTerminalJobStatus(job.status)), `I6: ${holder}`).toBe(true)
  }
}

function placesOf(job: JobRecord): string[] {
  const due = job.nextRunAt !== undefined
  const stands: Record<(typeof places)[number], boolean> = {
    line: job.status === 'pending' || (job.status === 'retrying' && !due),
    due: due && (job.status === 'scheduled' || job.status === 'retrying'),
    leased: job.status === 'running',
    paused: job.status === 'paused' && job.pausedAt !== undefined,
    ended: isTerminalJobStatus(job.status) && job.result?.status === job.status,
  }
  return places.filter((place) => stands[place])
}

/** I1 and I3 by the listings: every job is listed once, under its status, and the totals say how many. */
export async function expectListed(store: Store, records: readonly (JobRecord | undefined)[]): Promise<void> {
  const jobs = records.filter((record) => record !== undefined)
  const all = await store.inspector.listJobs({}, { limit: 100 })
  expect(all.total).toBe(jobs.length)
  if (jobs.length > 100) return
  expect(idsOf(all.rows)).toStrictEqual(idsOf(jobs))
  for (const status of statuses) {
    const listed = await store.inspector.listJobs({ status }, { limit: 100 })
    const expected = jobs.filter((job) => job.status === status)
    expect(idsOf(listed.rows), `listed as ${status}`).toStrictEqual(idsOf(expected))
    expect(listed.total).toBe(expected.length)
  }
}

function idsOf(records: readonly JobRecord[]): string[] {
  return sorted(records.map((record) => record.id))
}
