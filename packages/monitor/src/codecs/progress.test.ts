import type { JobRun, JsonValue } from '@dureq/types'
import { expect, it, test } from 'vitest'
import { encodeJobProgress } from './progress.ts'

const run = (progress?: JsonValue): JobRun => ({
  id: 'j-1',
  jobId: 'j',
  nodeId: 'n',
  status: 'running',
  attempt: 1,
  startedAt: 0,
  ...(progress !== undefined && { progress }),
})

test.each<[string, JsonValue | undefined, object]>([
  ['a number', 40, { progress: 40 }],
  ['nothing', undefined, { progress: null }],
  ['a text', 'half', { progress: null, details: 'half' }],
  ['an object', { progress: 40, message: 'half' }, { progress: 40, message: 'half' }],
  ['a percentage', { percent: 40 }, { progress: 40 }],
  ['an object without a number', { progress: 'half' }, { progress: null }],
])('%s', (_, reported, expected) => {
  const wire = encodeJobProgress([run(reported)])
  expect(wire).toMatchObject({ ...expected, run_id: 'j-1', status: 'running' })
  expect(wire.runs).toMatchObject([{ run_id: 'j-1', progress: reported ?? null }])
})

it('is nothing where nothing runs', () => {
  expect(encodeJobProgress([])).toEqual({ progress: null, runs: [] })
})
