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
  failed,
  { ...failed, jobId: '1n3dcbd0000000000003', runId: '1n3dcbd0000000000003-12' },
  { ...failed, jobId: '1n3dcbd0000000000004', runId: '1n3dcbd0000000000004-13' },
  { type: 'node.crash_detected', timestamp: at, nodeId: 'n1', affectedRunIds: ['1n3dcbd0000000000001-12'] },
  { type: 'leader.lost', timestamp: at, nodeId: 'n1' },
]

test('what is packed comes back as it was', () => {
  expect(unpackEvents(packEvents(events), at)).toStrictEqual(events)
})

test('the events of a batch take little more room than the ids of its jobs', () => {
  const many = Array.from({ length: 100 }, (_, i) => {
    const jobId = `1n3dcbd00000000001${i.toString().padStart(2, '0')}`
    return { ...failed, jobId, runId: `${jobId}-12` }
  })
  expect(packEvents(many).length).toBeLessThan(100 * 25)
  expect(unpackEvents(packEvents(many), at)).toStrictEqual(many)
})

test('what was written when each event stood by itself can be read', () => {
  const text =
    '[["n1","mail","job.failed"],[[2,1,"1n3dcbd0000000000001",1,12,0,"no\\u0000 such \\"user\\""]]]'
  expect(unpackEvents(text, at)).toStrictEqual([failed])
})
