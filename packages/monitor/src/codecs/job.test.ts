import { checkJsonSchema, type Job } from '@dureq/types'
import { expect, it } from 'vitest'
import { jobSchema } from '../schemas/job.ts'
import { encodeJob } from './job.ts'

const T = Date.UTC(2026, 2, 11, 10)

const least: Job = {
  id: '0123456789abcdefghij',
  taskType: 'email.send',
  payload: null,
  schedule: { type: 'IMMEDIATE' },
  status: 'pending',
  attempt: 0,
  consecutiveErrors: 0,
  tags: [],
  headers: {},
  priority: 5,
  createdAt: T,
  updatedAt: T,
}

const most: Job = {
  ...least,
  payload: { userName: 'Ann', nested: { to_keep: [1] } },
  schedule: { type: 'ONE_TIME', runAt: T + 1_500 },
  retryPolicy: {
    maxAttempts: 5,
    initialDelayMs: 1_500,
    maxDelayMs: 86_400_000 * 365,
    multiplier: 2.5,
    jitter: 0.1,
    nonRetryableErrors: ['bad card'],
    pauseAfterErrCount: 3,
    pauseRetryDelayMs: 1,
  },
  status: 'dead',
  attempt: 2,
  consecutiveErrors: 2,
  lastError: 'boom',
  lastRunAt: T,
  nextRunAt: T,
  completedAt: T,
  pausedAt: T,
  resumeAt: T,
  tags: ['a'],
  headers: { 'X-Trace': '1' },
  uniqueKey: 'u',
  requestId: 'r',
  dlqAfter: 2,
  version: 'v',
  timeoutMs: 90_000,
  scheduleToStartTimeoutMs: 3_600_000,
  heartbeatTimeoutMs: 1_500,
  retainMs: 0,
  workflowId: 'w',
  workflowTask: 'charge',
  result: { status: 'dead', error: 'boom', output: { fileName: 'x' } },
}

const overTheWire = (job: Job): unknown => JSON.parse(JSON.stringify(encodeJob(job)))

it('leaves out what is empty', () => {
  expect(overTheWire(least)).toStrictEqual({
    id: '0123456789abcdefghij',
    task_type: 'email.send',
    payload: null,
    schedule: { type: 'IMMEDIATE' },
    status: 'pending',
    attempt: 0,
    priority: 5,
    created_at: '2026-03-11T10:00:00Z',
    updated_at: '2026-03-11T10:00:00Z',
  })
})

it('has the names and encodings of the Go implementation, and leaves what users named alone', () => {
  expect(overTheWire(most)).toStrictEqual({
    id: '0123456789abcdefghij',
    task_type: 'email.send',
    payload: { userName: 'Ann', nested: { to_keep: [1] } },
    schedule: { type: 'ONE_TIME', run_at: '2026-03-11T10:00:01.5Z' },
    retry_policy: {
      max_attempts: 5,
      initial_delay: 1_500_000_000,
      max_delay: 31_536_000_000_000_000,
      multiplier: 2.5,
      jitter: 0.1,
      non_retryable_errors: ['bad card'],
      pause_after_err_count: 3,
      pause_retry_delay: 1_000_000,
    },
    status: 'dead',
    attempt: 2,
    consecutive_errors: 2,
    last_error: 'boom',
    last_run_at: '2026-03-11T10:00:00Z',
    next_run_at: '2026-03-11T10:00:00Z',
    completed_at: '2026-03-11T10:00:00Z',
    paused_at: '2026-03-11T10:00:00Z',
    resume_at: '2026-03-11T10:00:00Z',
    tags: ['a'],
    headers: { 'X-Trace': '1' },
    unique_key: 'u',
    request_id: 'r',
    dlq_after: 2,
    priority: 5,
    version: 'v',
    timeout: '1m30s',
    schedule_to_start_timeout: '1h0m0s',
    heartbeat_timeout: '1.5s',
    retain: '0s',
    workflow_id: 'w',
    workflow_task: 'charge',
    created_at: '2026-03-11T10:00:00Z',
    updated_at: '2026-03-11T10:00:00Z',
    result: { status: 'dead', error: 'boom', output: { fileName: 'x' } },
  })
})

it('fits its schema, which takes nothing else', () => {
  for (const job of [least, most]) checkJsonSchema(jobSchema, overTheWire(job), 'job')
  expect(() =>
    checkJsonSchema(jobSchema, { ...(overTheWire(least) as object), taskType: 'x' }, 'job'),
  ).toThrow()
})
