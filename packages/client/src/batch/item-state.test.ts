import type { JobRecord } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { ItemView } from './batch-view.ts'
import { itemOf, itemResultOf, itemStateOf } from './item-state.ts'

const job = (fields: Partial<JobRecord>): JobRecord => ({
  id: 'j1',
  taskType: 't',
  payload: '1',
  schedule: { type: 'IMMEDIATE' },
  status: 'completed',
  attempt: 1,
  consecutiveErrors: 0,
  tags: [],
  headers: {},
  priority: 5,
  createdAt: 1,
  updatedAt: 3,
  lastRunAt: 2,
  completedAt: 3,
  ...fields,
})

const view = (fields: Partial<ItemView>): ItemView => ({ place: 0, id: 'a', status: 'pending', ...fields })

describe('itemStateOf', () => {
  it.each<[string, Partial<ItemView>, unknown]>([
    ['waits', {}, { itemId: 'a', status: 'pending' }],
    [
      'waits to be done again',
      { job: job({ status: 'dead', result: { status: 'dead', error: 'boom' } }) },
      { itemId: 'a', status: 'pending', jobId: 'j1' },
    ],
    [
      'runs',
      { status: 'running', job: job({ status: 'running', completedAt: undefined as never }) },
      { itemId: 'a', status: 'running', jobId: 'j1', startedAt: 1 },
    ],
    [
      'is in line',
      { status: 'running', job: job({ status: 'pending' }) },
      expect.objectContaining({ status: 'running' }),
    ],
    [
      'is retried',
      { status: 'running', job: job({ status: 'retrying', lastError: 'boom' }) },
      expect.objectContaining({ status: 'retrying', error: 'boom' }),
    ],
    [
      'was completed',
      { status: 'completed', job: job({ lastError: 'at first' }) },
      { itemId: 'a', status: 'completed', jobId: 'j1', startedAt: 1, finishedAt: 3 },
    ],
    [
      'has failed',
      { status: 'failed', job: job({ status: 'dead', result: { status: 'dead', error: 'boom' } }) },
      { itemId: 'a', status: 'failed', jobId: 'j1', error: 'boom', startedAt: 1, finishedAt: 3 },
    ],
  ])('of one that %s', (_, fields, expected) => {
    expect(itemStateOf(view(fields))).toEqual(expected)
  })
})

describe('itemResultOf', () => {
  it.each<[string, Partial<ItemView>, unknown]>([
    ['waits', {}, undefined],
    ['runs', { status: 'running', job: job({}) }, undefined],
    ['never ran', { status: 'cancelled' }, undefined],
    [
      'was completed',
      { status: 'completed', job: job({ result: { status: 'completed', output: '{"n":1}' } }) },
      { batchId: 'b', itemId: 'a', success: true, output: { n: 1 } },
    ],
    ['returned nothing', { status: 'completed', job: job({}) }, { batchId: 'b', itemId: 'a', success: true }],
    [
      'has failed',
      { status: 'failed', job: job({ result: { status: 'dead', error: 'boom' } }) },
      { batchId: 'b', itemId: 'a', success: false, error: 'boom' },
    ],
    [
      'was cancelled',
      { status: 'cancelled', job: job({ status: 'cancelled' }) },
      { batchId: 'b', itemId: 'a', success: false, error: 'cancelled' },
    ],
  ])('of one that %s', (_, fields, expected) => {
    expect(itemResultOf('b', view(fields))).toEqual(expected)
  })
})

it('itemOf has the payload as it was given', () => {
  expect(itemOf(view({ payload: '{"userName":"Ann"}' }))).toEqual({ id: 'a', payload: { userName: 'Ann' } })
  expect(itemOf(view({}))).toEqual({ id: 'a', payload: null })
})
