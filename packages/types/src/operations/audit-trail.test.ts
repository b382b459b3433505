import { expect, it } from 'vitest'
import type { JobRecord } from '../job.ts'
import type { RunRecord } from '../run.ts'
import { auditTrail } from './audit-trail.ts'

const job: JobRecord = {
  id: 'j',
  taskType: 't',
  payload: 'null',
  schedule: { type: 'IMMEDIATE' },
  status: 'cancelled',
  attempt: 1,
  consecutiveErrors: 1,
  lastError: 'boom',
  tags: [],
  headers: {},
  priority: 5,
  createdAt: 10,
  updatedAt: 300,
  result: { status: 'cancelled', error: 'enough' },
}

const run = (n: number, over: Partial<RunRecord>): RunRecord => ({
  id: `j-${n}`,
  jobId: 'j',
  nodeId: 'n',
  status: 'running',
  attempt: n,
  startedAt: n * 100,
  ...over,
})

it('tells in the order of time what record, runs and acts say', () => {
  const runs = [run(2, {}), run(1, { status: 'failed', error: 'boom', finishedAt: 150 })]
  const acts = [
    { at: 20, verb: 'updatePayload', who: 'ann' },
    { at: 300, verb: 'cancel', who: 'bob', from: '10.0.0.1', why: 'wrong' },
  ]
  expect(auditTrail(job, runs, acts)).toEqual([
    { id: 'j-created', status: 'pending', timestamp: 10 },
    { id: 'j-act-20-0', act: 'updatePayload', timestamp: 20, who: 'ann' },
    { id: 'j-1-started', status: 'running', timestamp: 100, runId: 'j-1' },
    { id: 'j-1', status: 'failed', error: 'boom', timestamp: 150, runId: 'j-1' },
    { id: 'j-2-started', status: 'running', timestamp: 200, runId: 'j-2' },
    { id: 'j-act-300-1', act: 'cancel', timestamp: 300, who: 'bob', from: '10.0.0.1', why: 'wrong' },
    { id: 'j', status: 'cancelled', error: 'enough', timestamp: 300 },
  ])
})

it('has nothing but the creation of a job that nothing has happened to', () => {
  const { result: _, ...fresh } = job
  expect(auditTrail({ ...fresh, status: 'pending' }, [], [])).toHaveLength(1)
})

it('tells acts of one moment apart', () => {
  const twice = [
    { at: 20, verb: 'pause' },
    { at: 20, verb: 'resume' },
  ]
  const ids = auditTrail(job, [], twice).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
