import { expect, it } from 'vitest'
import type { Firing } from './firing.ts'
import { purgeFiring, purgeRun } from './purge.ts'
import { reassignFiring } from './reassign.ts'

const waiting: Firing = {
  id: 'j',
  job: { id: 'j', taskType: 't', priority: 5, schedule: { type: 'IMMEDIATE' }, version: 'v1' },
  status: 'pending',
  place: { kind: 'line', end: 'front', claimableAt: 3 },
  executions: 1,
  attempt: 1,
  consecutiveErrors: 1,
  lastError: 'secret',
  lastRunAt: 2,
  completedAt: undefined,
  updatedAt: 3,
}

const dead: Firing = {
  ...waiting,
  status: 'dead',
  place: { kind: 'ended', endedAt: 4, result: { status: 'dead', error: 'secret' } },
}

it('purges what a firing was told and gave, and leaves how it ended', () => {
  expect(purgeFiring(dead)).toStrictEqual({
    kind: 'moved',
    events: [],
    firing: {
      ...dead,
      lastError: undefined,
      place: { kind: 'ended', endedAt: 4, result: { status: 'dead' } },
    },
  })
  expect(purgeFiring(waiting)).toStrictEqual({ kind: 'refused', status: 'pending' })
})

it('purges runs of their errors and progress', () => {
  const run = { id: 'j-1', jobId: 'j', nodeId: 'n', status: 'failed', attempt: 1, startedAt: 1 } as const
  expect(purgeRun({ ...run, error: 'secret', progress: '1' })).toStrictEqual(run)
})

it('joins the end of the line of another version', () => {
  expect(reassignFiring(waiting, 'v2', 9)).toMatchObject({
    firing: { job: { version: 'v2' }, place: { end: 'back', claimableAt: 3 }, updatedAt: 9 },
  })
  const move = reassignFiring(waiting, undefined, 9)
  expect(move.kind === 'moved' && 'version' in move.firing.job).toBe(false)
})

it('leaves who stands in no line where it is, and what runs or has ended alone', () => {
  const due: Firing = { ...waiting, status: 'retrying', place: { kind: 'due', dueAt: 20 } }
  expect(reassignFiring(due, 'v2', 9)).toMatchObject({ firing: { place: due.place, job: { version: 'v2' } } })
  expect(reassignFiring(dead, 'v2', 9)).toStrictEqual({ kind: 'refused', status: 'dead' })
})
