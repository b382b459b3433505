import { expect, test } from 'vitest'
import { bring, claim, ID, T0 } from '../../test/firings.ts'
import { claimFiring } from './claim.ts'

const now = T0 + 9_000

test('a claim begins the next run and fixes its terms', () => {
  const { firing, events } = claimFiring(bring('retrying, in line'), claim(), now)
  const run = { id: `${ID}-2`, jobId: ID, nodeId: 'n1', status: 'running', attempt: 2, startedAt: now }
  expect(firing).toMatchObject({
    status: 'running',
    executions: 2,
    attempt: 1,
    consecutiveErrors: 1,
    updatedAt: now,
  })
  expect(firing.place).toStrictEqual({
    kind: 'leased',
    lease: {
      token: 't',
      nodeId: 'n1',
      until: now + 30_000,
      claimedAt: now,
      claimableAt: T0 + 2_000,
      maxAttempts: 3,
      run,
      cancel: undefined,
    },
  })
  const told = { jobId: ID, taskType: 'mail', attempt: 2, runId: run.id, nodeId: 'n1' }
  expect(events).toStrictEqual([{ type: 'job.started', timestamp: now, ...told }])
})

test('a heartbeat timeout of the job is the length of its leases', () => {
  const { firing } = claimFiring(bring('pending', { heartbeatTimeoutMs: 1_000 }), claim(), now)
  expect(firing.place).toMatchObject({ lease: { until: now + 1_000 } })
})
