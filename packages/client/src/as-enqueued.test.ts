import { defineJob, enqueueFiring, jobRecordOf, type NewJob, parseJob } from '@dureq/types'
import { expect, it } from 'vitest'
import { asEnqueued } from './as-enqueued.ts'

const now = 1_700_000_000_000

const plain: NewJob = {
  id: '0abcdefgh00000000001',
  taskType: 'mail',
  payload: '{"a":[1,null]}',
  priority: 5,
}

const full: NewJob = {
  ...plain,
  retryPolicy: {
    maxAttempts: 3,
    initialDelayMs: 1,
    maxDelayMs: 10,
    multiplier: 2,
    jitter: 0,
    nonRetryableErrors: ['x'],
    pauseAfterErrCount: 0,
    pauseRetryDelayMs: 0,
  },
  tags: ['t'],
  headers: { h: '1' },
  uniqueKey: 'u',
  requestId: 'r',
  dlqAfter: 2,
  version: 'v',
  timeoutMs: 1,
  scheduleToStartTimeoutMs: 2,
  heartbeatTimeoutMs: 3,
  retainMs: 0,
}

it('a recurring job waits for its first firing', () => {
  const schedule = { type: 'DURATION', interval: 60_000 } as const
  const next = { nextRunAt: now + 60_000, dueAt: now + 60_500 }
  const job = asEnqueued({ ...full, recurrence: { schedule, anchorAt: now, next } }, 'id', now)
  expect(job).toMatchObject({
    schedule,
    status: 'scheduled',
    nextRunAt: next.nextRunAt,
    attempt: 0,
    uniqueKey: 'u',
  })
  expect(job).not.toHaveProperty('recurrence')
})

it.each<[string, NewJob]>([
  ['a plain one', plain],
  ['one with everything', full],
  ['one with a delay', { ...plain, delayMs: 50 }],
  ['one with a delay of 0', { ...plain, delayMs: 0 }],
  ['one with a time ahead', { ...full, runAt: now + 1 }],
  ['one with a time that is now', { ...plain, runAt: now }],
  ['one with a time in the past', { ...plain, runAt: now - 5 }],
])('a job is what the store makes of its draft: %s', (_, draft) => {
  const id = '0abcdefgh03000000001'
  const definition = defineJob(draft, id, now)
  const stored = parseJob(jobRecordOf(definition, enqueueFiring(definition, now).firing))
  expect(asEnqueued(draft, id, now)).toStrictEqual(stored)
})
