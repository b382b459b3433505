import {
  DuplicateJobError,
  IllegalMoveError,
  InvalidJobStatusError,
  InvalidScheduleError,
  JobNotFoundError,
  OwnedJobError,
  ScheduleNotFoundError,
  ServerStoppedError,
  SizeLimitError,
  StoreFullError,
  StoreUnavailableError,
  ValidationError,
} from '@dureq/types'
import { expect, it } from 'vitest'
import { answerTo } from './error-answer.ts'

const fastifyError = (code: string, statusCode: number): Error =>
  Object.assign(new Error('why'), { code, statusCode })

it.each<[unknown, number, object]>([
  [new ValidationError([{ field: 'a', problem: 'is wrong' }]), 400, { code: 'validation' }],
  [
    new SizeLimitError('payload', 2, 1),
    413,
    { code: 'size-limit', fields: [{ field: 'payload', limit: 1 }] },
  ],
  [new JobNotFoundError('x'), 404, { code: 'job-not-found', error: 'job not found: x' }],
  [new ScheduleNotFoundError('x'), 404, { code: 'schedule-not-found' }],
  [new InvalidScheduleError('no such zone'), 409, { code: 'invalid-schedule' }],
  [new InvalidJobStatusError('x', 'completed', 'trigger'), 409, { code: 'invalid-job-status' }],
  [new InvalidJobStatusError('x', 'dead', 'cancel'), 400, { error: 'job is already in terminal state' }],
  [new InvalidJobStatusError('x', 'running', 'pause'), 400, { code: 'invalid-job-status' }],
  [
    new InvalidJobStatusError('x', 'completed', 'retry'),
    409,
    { error: 'cannot retry: job is completed (only failed/dead/cancelled)' },
  ],
  [
    new InvalidJobStatusError('x', 'running', 'delete'),
    409,
    { error: 'cannot delete: job is running (cancel it first)' },
  ],
  [
    new InvalidJobStatusError('x', 'running', 'updatePayload'),
    400,
    { error: 'can only update payload of pending or scheduled jobs' },
  ],
  [new DuplicateJobError('y'), 409, { code: 'duplicate-job', existing_job_id: 'y' }],
  [new OwnedJobError('w'), 409, { code: 'owned-job', owner_id: 'w' }],
  [new StoreUnavailableError(true), 503, { code: 'store-unavailable', may_have_happened: true }],
  [new StoreFullError(), 503, { code: 'store-full' }],
  [new ServerStoppedError(), 503, { code: 'server-stopped' }],
  [fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, { code: 'size-limit', error: 'why' }],
  [fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 415, { code: 'unsupported-media-type' }],
  [fastifyError('FST_ERR_BAD_URL', 400), 400, { code: 'bad-request' }],
])('%s is answered with %i', (error, status, body) => {
  const answer = answerTo(error)
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ error: expect.any(String), ...body })
})

it('tells nothing of what it does not know', () => {
  for (const error of [
    new Error('secret'),
    new IllegalMoveError('job', 'a', 'b'),
    'text',
    fastifyError('X', 500),
  ]) {
    expect(answerTo(error)).toEqual({ status: 500, body: { error: 'internal error', code: 'internal' } })
  }
})
