import { expect, test } from 'vitest'
import { bring, ID } from '../../test/firings.ts'
import { tell } from './tell.ts'

const firing = bring('pending')
const run = {
  id: `${ID}:60000-1`,
  jobId: ID,
  nodeId: 'n1',
  status: 'failed',
  attempt: 1,
  startedAt: firing.updatedAt,
} as const

test('a firing of a recurring job is named beside its job', () => {
  const ofRecurring = { ...firing, id: `${ID}:60000` }
  const event = {
    type: 'job.failed',
    timestamp: firing.updatedAt,
    jobId: ID,
    firingId: `${ID}:60000`,
    taskType: firing.job.taskType,
    attempt: 0,
  }
  expect(tell('job.failed', ofRecurring)).toStrictEqual(event)
  expect(tell('job.failed', ofRecurring, { run, error: 'no' })).toStrictEqual({
    ...event,
    runId: run.id,
    nodeId: 'n1',
    error: 'no',
  })
})

test('a one-shot job is named alone', () => {
  expect(tell('job.enqueued', firing)).not.toHaveProperty('firingId')
})
