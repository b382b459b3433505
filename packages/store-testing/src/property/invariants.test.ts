import type { JobRecord } from '@dureq/types'
import { expect, it } from 'vitest'
import { freshRecord } from '../fixtures/expected.ts'
import type { Snapshot } from './comparison.ts'
import { expectInvariants } from './invariants.ts'

const pending = freshRecord('a', 0)
const done: JobRecord = { ...pending, status: 'completed', result: { status: 'completed' } }
const run = { id: 'a-1', jobId: 'a', nodeId: 'n1', status: 'running', attempt: 1, startedAt: 0 } as const

function snapshot(record: JobRecord, changes: Partial<Snapshot> = {}): Snapshot {
  const counts = { [`plain ${record.status}`]: 1 }
  return { records: [record, undefined], runs: [], counts, holders: [undefined], events: {}, ...changes }
}

it('lets sound snapshots pass', () => {
  expectInvariants(snapshot(pending, { holders: ['a'] }))
  expectInvariants(snapshot(done))
  expectInvariants(snapshot({ ...pending, status: 'running' }, { runs: [run] }))
  expectInvariants(snapshot({ ...pending, status: 'retrying', nextRunAt: 5 }))
})

it.each([
  ['I1', 'in no place', snapshot({ ...pending, status: 'scheduled' })],
  ['I1', 'ended without a result', snapshot({ ...pending, status: 'dead' })],
  [
    'I2',
    'two live leases',
    snapshot({ ...pending, status: 'running' }, { runs: [run, { ...run, id: 'a-2' }] }),
  ],
  ['I2', 'a live lease of a job that waits', snapshot(pending, { runs: [run] })],
  ['I3', 'a count below 0', snapshot(pending, { counts: { 'plain pending': 2, 'plain dead': -1 } })],
  ['I3', 'counts that do not add up', snapshot(pending, { counts: { 'plain pending': 2 } })],
  ['I6', 'a key held by an ended job', snapshot(done, { holders: ['a'] })],
  ['I6', 'a key held by nobody', snapshot(pending, { holders: ['b'] })],
])('%s: finds %s', (invariant, _, broken) => {
  expect(() => expectInvariants(broken)).toThrow(invariant)
})
