import { expect, test } from 'vitest'
import { draft, ID, T0 } from '../../test/firings.ts'
import type { NewJob } from '../store/jobs.ts'
import { defineJob, enqueueFiring } from './enqueue.ts'
import { jobRecordOf } from './job-record.ts'

const immediate = { type: 'IMMEDIATE' } as const
const oneTime = (runAt: number) => ({ type: 'ONE_TIME', runAt }) as const

test.each<[string, Partial<NewJob>, object]>([
  ['nothing', {}, { schedule: immediate, status: 'pending' }],
  ['a delay of 0', { delayMs: 0 }, { schedule: immediate, status: 'pending' }],
  ['a delay', { delayMs: 7 }, { schedule: oneTime(T0 + 7), status: 'scheduled', nextRunAt: T0 + 7 }],
  ['a runAt ahead', { runAt: T0 + 1 }, { schedule: oneTime(T0 + 1), status: 'scheduled', nextRunAt: T0 + 1 }],
  ['a runAt that is now', { runAt: T0 }, { schedule: oneTime(T0), status: 'pending' }],
  ['a runAt in the past', { runAt: T0 - 1 }, { schedule: oneTime(T0 - 1), status: 'pending' }],
])('with %s', (_, given, expected) => {
  const definition = defineJob(draft(given), ID, T0)
  const { firing, events } = enqueueFiring(definition, T0)
  expect(jobRecordOf(definition, firing)).toStrictEqual({
    id: ID,
    taskType: 'mail',
    payload: '{}',
    priority: 5,
    tags: [],
    headers: {},
    attempt: 0,
    consecutiveErrors: 0,
    createdAt: T0,
    updatedAt: T0,
    ...expected,
  })
  const type = firing.status === 'pending' ? 'job.enqueued' : 'job.scheduled'
  expect(events).toStrictEqual([{ type, timestamp: T0, jobId: ID, taskType: 'mail', attempt: 0 }])
})

test('what a draft states stays, under the id of the store, and what it does not state stays out', () => {
  const stated = {
    retryPolicy: undefined,
    uniqueKey: 'u',
    requestId: 'r',
    dlqAfter: 2,
    version: '7',
    timeoutMs: 1,
    scheduleToStartTimeoutMs: 2,
    heartbeatTimeoutMs: 3,
    retainMs: 0,
    tags: ['a'],
    headers: { b: 'c' },
  }
  const { retryPolicy: _, ...kept } = stated
  const {
    schedule: _schedule,
    createdAt: _createdAt,
    ...job
  } = defineJob(draft(stated as object), 'other', T0)
  expect(job).toStrictEqual({ id: 'other', taskType: 'mail', payload: '{}', priority: 5, ...kept })
})
