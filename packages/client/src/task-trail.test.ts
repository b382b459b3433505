import type { JobRecord, RunRecord } from '@dureq/types'
import { expect, it } from 'vitest'
import { trailOf } from './task-trail.ts'

const job = (overrides: Partial<JobRecord>): JobRecord => ({
  id: 'j',
  taskType: 't',
  payload: 'null',
  schedule: { type: 'IMMEDIATE' },
  status: 'pending',
  attempt: 0,
  consecutiveErrors: 0,
  tags: [],
  headers: {},
  priority: 5,
  createdAt: 10,
  updatedAt: 10,
  ...overrides,
})

const run = (n: number, overrides: Partial<RunRecord>): RunRecord => ({
  id: `j-${n}`,
  jobId: 'j',
  nodeId: 'node',
  status: 'running',
  attempt: n,
  startedAt: n * 100,
  ...overrides,
})

const short = (job: JobRecord, runs: readonly RunRecord[] = []): unknown[][] =>
  trailOf('a', job, runs).map(({ status, timestamp, error }) => [
    status,
    timestamp,
    ...(error ? [error] : []),
  ])

it('begins with the job and names task and job everywhere', () => {
  expect(trailOf('a', job({}), [])).toEqual([
    { taskName: 'a', jobId: 'j', id: 'j-created', status: 'pending', timestamp: 10 },
  ])
})

it('tells each run and how the job stands', () => {
  const failed = run(1, { status: 'failed', finishedAt: 150, error: 'boom' })
  const done = run(2, { status: 'succeeded', finishedAt: 250 })
  expect(
    short(job({ status: 'completed', updatedAt: 250, result: { status: 'completed' } }), [done, failed]),
  ).toEqual([
    ['pending', 10],
    ['running', 100],
    ['failed', 150, 'boom'],
    ['running', 200],
    ['succeeded', 250],
    ['completed', 250],
  ])
})

it('tells what waits, what runs, and why', () => {
  const failed = run(1, { status: 'failed', finishedAt: 150, error: 'boom' })
  expect(short(job({ status: 'retrying', updatedAt: 150, lastError: 'boom' }), [failed]).at(-1)).toEqual([
    'retrying',
    150,
    'boom',
  ])
  expect(short(job({ status: 'running', updatedAt: 100 }), [run(1, {})])).toEqual([
    ['pending', 10],
    ['running', 100],
  ])
  const cancelled = job({
    status: 'cancelled',
    updatedAt: 20,
    result: { status: 'cancelled', error: 'enough' },
  })
  expect(short(cancelled)).toEqual([
    ['pending', 10],
    ['cancelled', 20, 'enough'],
  ])
})

it('gives every entry an id of its own', () => {
  const runs = [run(2, {}), run(1, { status: 'failed', finishedAt: 150 })]
  const ids = trailOf('a', job({ status: 'paused' }), runs).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
