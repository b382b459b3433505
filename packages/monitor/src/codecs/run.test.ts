import { checkJsonSchema, type JobRun } from '@dureq/types'
import { expect, it } from 'vitest'
import { runSchema } from '../schemas/run.ts'
import { encodeRun } from './run.ts'

const T = Date.UTC(2026, 2, 11, 10)

const started: JobRun = { id: 'x-1', jobId: 'x', nodeId: 'n', status: 'running', attempt: 1, startedAt: T }

const ended: JobRun = {
  ...started,
  status: 'failed',
  error: 'boom',
  finishedAt: T + 1_500,
  durationMs: 1_500,
  lastHeartbeatAt: T,
  progress: { percentDone: 50 },
}

it('has the names and encodings of the Go implementation', () => {
  const [one, two] = [started, { ...ended, durationMs: 0 }].map((run) =>
    JSON.parse(JSON.stringify(encodeRun(run))),
  )
  expect(one).toStrictEqual({
    id: 'x-1',
    job_id: 'x',
    node_id: 'n',
    status: 'running',
    attempt: 1,
    started_at: '2026-03-11T10:00:00Z',
  })
  expect(two).not.toHaveProperty('duration')
  expect(JSON.parse(JSON.stringify(encodeRun(ended)))).toStrictEqual({
    ...one,
    status: 'failed',
    error: 'boom',
    finished_at: '2026-03-11T10:00:01.5Z',
    duration: 1_500_000_000,
    last_heartbeat_at: '2026-03-11T10:00:00Z',
    progress: { percentDone: 50 },
  })
})

it('fits its schema', () => {
  for (const run of [started, ended]) checkJsonSchema(runSchema, encodeRun(run), 'run')
})
