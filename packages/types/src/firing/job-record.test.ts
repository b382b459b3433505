import { expect, test } from 'vitest'
import { bring, draft, ID, type Situation, T0 } from '../../test/firings.ts'
import { defineJob } from './enqueue.ts'
import { jobRecordOf } from './job-record.ts'

const failedOnce = { attempt: 1, consecutiveErrors: 1, lastError: 'boom', lastRunAt: T0 + 2_000 }

test.each<[Situation, object]>([
  ['pending', {}],
  ['running', {}],
  ['running, cancel asked', {}],
  ['retrying, due later', { ...failedOnce, nextRunAt: T0 + 7_000 }],
  ['retrying, in line', failedOnce],
  ['paused', { pausedAt: T0 + 2_000 }],
  [
    'completed',
    {
      attempt: 1,
      lastRunAt: T0 + 2_000,
      completedAt: T0 + 2_000,
      result: { status: 'completed', output: '1' },
    },
  ],
  ['dead', { ...failedOnce, result: { status: 'dead', error: 'boom' } }],
  ['cancelled', { result: { status: 'cancelled', error: 'cancelled' } }],
])('%s', (situation, expected) => {
  const definition = defineJob(draft(), ID, T0)
  const firing = bring(situation)
  expect(jobRecordOf(definition, firing)).toStrictEqual({
    ...definition,
    status: firing.status,
    attempt: 0,
    consecutiveErrors: 0,
    updatedAt: firing.updatedAt,
    ...expected,
  })
})
