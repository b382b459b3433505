import { expect, test } from 'vitest'
import { bring, claim, ID, T0 } from '../../test/firings.ts'
import { claimFiring } from './claim.ts'
import { expireLease } from './expire-lease.ts'

const now = T0 + 40_000
const error = 'node n1 crashed or became unresponsive'

test('a started run is a failed attempt', () => {
  expect(expireLease(bring('running'), now)).toMatchObject({
    firing: { attempt: 1, consecutiveErrors: 1, lastError: error, lastRunAt: undefined, updatedAt: now },
    finishedRun: { id: `${ID}-1`, status: 'failed', error, finishedAt: now },
    events: [
      { type: 'job.failed', error, runId: `${ID}-1`, nodeId: 'n1' },
      { type: 'job.auto_recovered', runId: `${ID}-1`, nodeId: 'n1' },
    ],
  })
})

test('the last attempt allowed is the end', () => {
  const { firing } = claimFiring(bring('pending'), claim({ maxAttempts: 1 }), T0 + 1_000)
  expect(expireLease(firing, now)).toMatchObject({
    firing: { status: 'dead', attempt: 1, place: { result: { status: 'dead', error } } },
    events: [{ type: 'job.failed' }, { type: 'job.dead', error }],
    ended: { status: 'dead', attempt: 1, runId: `${ID}-1`, error },
  })
})

test('a run still claimed does not count, and leaves no record', () => {
  const move = expireLease(bring('claimed'), now)
  expect(move.firing).toMatchObject({ attempt: 0, consecutiveErrors: 0, executions: 1 })
  expect(move).not.toHaveProperty('finishedRun')
})
