import { defaultSettings, type JobRecord, type LeasedRun } from '@dureq/types'
import { expect, it } from 'vitest'
import { freshRecord } from '../fixtures/expected.ts'
import { expectExhausted, expectFlowInvariants, type FlowSnapshot } from './flow-invariants.ts'
import { FlowModel } from './flow-model.ts'

const keys = [{ key: 'k', maxConcurrency: 1 }]
const waiting = freshRecord('w', 0, { concurrencyKeys: keys })
const running: JobRecord = { ...freshRecord('r', 0, { concurrencyKeys: keys }), status: 'running' }
const holder = { runId: 'r-1', firingId: 'r', nodeId: 'n1' }
const usage = { key: 'k', limit: 1, running: 1, holders: [holder], waiting: 1 }

/** A job that runs and one that waits for its key. */
const sound: FlowSnapshot = {
  records: [waiting, running],
  keys: [usage],
  queues: {
    tiers: [{ name: 'normal', weight: 5, paused: false, waiting: 1, running: 1, maxRunning: 9 }],
    taskTypes: [{ taskType: 'plain', paused: false, waiting: 1, running: 1 }],
    unserved: [],
  },
}

function lease(id: string): LeasedRun {
  const { taskType, priority, payload, headers, createdAt, consecutiveErrors } = running
  return {
    runId: `${id}-1`,
    firingId: id,
    jobId: id,
    token: `token of ${id}`,
    taskType,
    priority,
    payload,
    headers,
    createdAt,
    consecutiveErrors,
    attempt: 1,
    maxAttempts: 3,
    leaseMs: 1_000,
    claimableAt: 0,
    claimedAt: 0,
    concurrencyKeys: keys,
  }
}

function modelOf(...ids: readonly string[]): FlowModel {
  const model = new FlowModel(0, defaultSettings, (n) => n)
  model.stated(keys, false)
  for (const id of ids) model.claim(lease(id), true)
  return model
}

it('lets sound snapshots pass', () => {
  expectFlowInvariants(sound, modelOf('r'))
  expectExhausted(sound.records, modelOf('r'))
})

it.each<[string, Partial<FlowSnapshot>]>([
  ['slots of k', { keys: [{ ...usage, running: 0, holders: [] }] }],
  ['slots of k', { keys: [{ ...usage, running: 2, holders: [holder, holder] }] }],
  ['holders of k', { keys: [{ ...usage, holders: [{ ...holder, runId: 'w-1' }] }] }],
  ['waiting for k', { keys: [{ ...usage, waiting: 2 }] }],
  ['limit of k', { keys: [{ ...usage, limit: 2 }] }],
  ['live leases', { records: [waiting, { ...running, status: 'pending' }] }],
  [
    'running of type plain',
    {
      queues: { ...sound.queues, taskTypes: [{ taskType: 'plain', paused: false, waiting: 1, running: 0 }] },
    },
  ],
  [
    'waiting of tier normal',
    { queues: { ...sound.queues, tiers: [{ name: 'normal', weight: 5, paused: false, waiting: 0 }] } },
  ],
])('finds a fault in the %s', (what, broken) => {
  expect(() => expectFlowInvariants({ ...sound, ...broken }, modelOf('r'))).toThrow(what)
})

it('finds a slot whose lease has ended, and a line that waits for nothing', () => {
  const model = modelOf('r')
  model.end('r')
  expect(() => expectFlowInvariants(sound, model)).toThrow('live leases')
  expect(() => expectExhausted([waiting], model)).toThrow('waits for nothing')
})
