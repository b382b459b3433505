import { expect, test } from 'vitest'
import { bring, failed, ID, T0 } from '../../test/firings.ts'
import type { RunOutcome } from '../store/runs.ts'
import type { Firing } from './firing.ts'
import type { Move } from './move.ts'
import { settleFiring } from './settle.ts'

const now = T0 + 4_000

const lease = { firingId: ID, token: 't' } as const

const run = {
  id: `${ID}-1`,
  jobId: ID,
  nodeId: 'n1',
  attempt: 1,
  startedAt: T0 + 1_000,
  finishedAt: now,
  durationMs: 3_000,
} as const

const told = { timestamp: now, jobId: ID, taskType: 'mail', runId: run.id, nodeId: 'n1' }

const ended = { firingId: ID, jobId: ID, taskType: 'mail', runId: run.id }

test('succeeded', () => {
  const before = { ...bring('running'), attempt: 1, consecutiveErrors: 1, lastError: 'boom' }
  expect(settle({ ...lease, kind: 'succeeded', output: '{"a":1}' }, before)).toStrictEqual({
    kind: 'moved',
    firing: {
      ...before,
      status: 'completed',
      place: { kind: 'ended', endedAt: now, result: { status: 'completed', output: '{"a":1}' } },
      attempt: 2,
      consecutiveErrors: 0,
      lastError: undefined,
      lastRunAt: now,
      completedAt: now,
      updatedAt: now,
    },
    events: [{ type: 'job.completed', attempt: 2, ...told }],
    finishedRun: { ...run, status: 'succeeded' },
    ended: { ...ended, status: 'completed', attempt: 2 },
  })
})

test.each([
  ['', 'skip'],
  ['no mail today', 'skip: no mail today'],
])('skipped, reason %j', (skipped, error) => {
  const { firing, events } = settle({ ...lease, kind: 'succeeded', skipped })
  expect(firing.place).toMatchObject({ result: { status: 'completed' } })
  expect(events).toStrictEqual([{ type: 'job.completed', attempt: 1, ...told, error }])
})

const afterFailure = { attempt: 1, consecutiveErrors: 1, lastError: 'boom', lastRunAt: now, updatedAt: now }

test('failed, to be tried again later', () => {
  const move = settle(failed({ do: 'retry', delayMs: 5 }))
  expect(move.firing).toMatchObject({
    status: 'retrying',
    place: { kind: 'due', dueAt: now + 5 },
    ...afterFailure,
  })
  expect(move.events).toStrictEqual([
    { type: 'job.failed', attempt: 1, ...told, error: 'boom' },
    { type: 'job.retrying', attempt: 1, ...told },
  ])
  expect(move.finishedRun).toStrictEqual({ ...run, status: 'failed', error: 'boom' })
  expect(move.ended).toBeUndefined()
})

test('timed out, for good', () => {
  const outcome = { ...failed({ do: 'die' }), status: 'timed_out' } as RunOutcome
  const move = settle(outcome)
  const result = { status: 'dead', error: 'boom' }
  expect(move.firing).toMatchObject({
    status: 'dead',
    place: { kind: 'ended', endedAt: now, result },
    ...afterFailure,
  })
  expect(move.finishedRun).toStrictEqual({ ...run, status: 'timed_out', error: 'boom' })
  expect(move.ended).toStrictEqual({ ...ended, ...result, attempt: 1 })
})

test('failed, and paused by the policy', () => {
  const move = settle(failed({ do: 'pause', resumeAfterMs: 50 }))
  const place = { kind: 'paused', pausedAt: now, resumeAt: now + 50 }
  expect(move.firing).toMatchObject({ status: 'paused', place, ...afterFailure })
})

test('repeated: the run succeeded, and no attempt is used', () => {
  const move = settle({ ...lease, kind: 'repeated', delayMs: 20 })
  const place = { kind: 'due', dueAt: now + 20 }
  expect(move.firing).toMatchObject({ status: 'scheduled', place, attempt: 0, lastRunAt: now })
  expect(move.finishedRun).toStrictEqual({ ...run, status: 'succeeded' })
})

test.each([
  ['without a reason', undefined, 'pause', undefined],
  ['with one', 'wait for it', 'pause: wait for it', 'wait for it'],
])('paused by the handler %s', (_, reason, error, lastError) => {
  const move = settle({ ...lease, kind: 'paused', ...(reason !== undefined && { reason }) })
  const place = { kind: 'paused', pausedAt: now, resumeAt: undefined }
  expect(move.firing).toMatchObject({ status: 'paused', place, attempt: 0, lastError, lastRunAt: now })
  expect(move.finishedRun).toStrictEqual({ ...run, status: 'failed', error })
  expect(move.events).toStrictEqual([{ type: 'job.paused', attempt: 0, ...told, error }])
})

test.each<[string, RunOutcome, Firing, string]>([
  ['with the reason of its run', { ...lease, kind: 'cancelled', reason: 'why' }, bring('running'), 'why'],
  ['without a reason', { ...lease, kind: 'cancelled' }, bring('running'), 'cancelled'],
  ['as it was asked to', { ...lease, kind: 'succeeded' }, bring('running, cancel asked'), 'enough'],
])('cancelled, %s', (_, outcome, firing, error) => {
  const move = settle(outcome, firing)
  const result = { status: 'cancelled', error }
  const place = { kind: 'ended', endedAt: now, result }
  expect(move.firing).toMatchObject({
    status: 'cancelled',
    place,
    attempt: 1,
    lastError: undefined,
    lastRunAt: now,
  })
  expect(move.finishedRun).toStrictEqual({ ...run, ...result })
  expect(move.events).toStrictEqual([{ type: 'job.cancelled', attempt: 1, ...told, error }])
  expect(move.ended).toStrictEqual({ ...ended, ...result, attempt: 1 })
})

test('an old token is lost', () => {
  expect(settleFiring(bring('running'), { ...lease, token: 'old', kind: 'succeeded' }, now)).toStrictEqual({
    kind: 'lost',
  })
})

function settle(outcome: RunOutcome, firing: Firing = bring('running')): Move {
  const move = settleFiring(firing, outcome, now)
  if (move.kind === 'lost') throw new Error('it was lost')
  return move
}
