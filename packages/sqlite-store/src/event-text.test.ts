import type { JobEvent } from '@dureq/types'
import { expect, test } from 'vitest'
import { packEvents, unpackEvents } from './event-text.ts'

const at = 1_893_456_000_000

const failed: JobEvent = {
  type: 'job.failed',
  timestamp: at,
  jobId: '1n3dcbd0000000000001',
  taskType: 'mail',
  attempt: 1,
  runId: '1n3dcbd0000000000001-12',
  nodeId: 'n1',
  error: 'no\0 such "user"',
}

const events: readonly JobEvent[] = [
  { type: 'job.enqueued', timestamp: at, jobId: '1n3dcbd0000000000001', taskType: 'mail', attempt: 0 },
  failed,
  {
    type: 'job.cancelled',
    timestamp: at,
    jobId: '1n3dcbd0000000000002',
    taskType: 'n1',
    attempt: 3,
    error: '',
  },
  { ...failed, runId: '1n3dcbd0000000000001:1893456000000-3' },
  { type: 'node.crash_detected', timestamp: at, nodeId: 'n1', affectedRunIds: ['1n3dcbd0000000000001-12'] },
  { type: 'leader.lost', timestamp: at, nodeId: 'n1' },
]

test('what is packed comes back as it was', () => {
  expect(unpackEvents(packEvents(events), at)).toStrictEqual(events)
})

test('events of jobs take little room', () => {
  const many = Array.from({ length: 100 }, () => failed)
  expect(packEvents(many).length).toBeLessThan(100 * 65)
})
