import { BatchNotFoundError, type BatchProgress, type InstanceHead, initialBatchState } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import type { SubscribedEvent, Subscribing } from '../subscribing.ts'
import { followProgress } from './progress.ts'

const id = '0123456789abcdefghij'
const plan = { name: 'b', itemTaskType: 't' }

function head(completed: number, fields: Partial<InstanceHead> = {}): InstanceHead {
  const state = JSON.stringify({ ...initialBatchState(plan), phase: 'items', next: completed, completed })
  return {
    id,
    kind: 'batch',
    name: 'b',
    status: 'running',
    version: 2,
    size: 4,
    state,
    createdAt: 1,
    updatedAt: 10,
    ...fields,
  }
}

const progress = (done: number, step: BatchProgress['step'] = 'processing'): BatchProgress => ({
  batchId: id,
  done,
  total: 4,
  failed: 0,
  step: step as NonNullable<typeof step>,
})

const told = (timestamp: number, done: number, step?: BatchProgress['step']): SubscribedEvent => ({
  type: 'batch.progress',
  timestamp,
  jobId: id,
  position: `${timestamp}`,
  batchProgress: progress(done, step),
})

async function follow(heads: (InstanceHead | undefined)[], events: readonly SubscribedEvent[]) {
  let left = false
  async function* tell(): AsyncGenerator<SubscribedEvent, void> {
    try {
      yield* events
    } finally {
      left = true
    }
  }
  const subscribing: Subscribing = { subscribe: () => tell() }
  const reader = { head: async () => (heads.length > 1 ? heads.shift() : heads[0]) }
  const seen: [number, string | undefined][] = []
  for await (const { done, step } of followProgress(subscribing, reader, { id })) seen.push([done, step])
  return { seen, left }
}

describe('followProgress', () => {
  it('begins with how it stands, and ends with how it has ended', async () => {
    const events = [told(9, 0), told(10, 1), told(20, 3), told(30, 4, 'done'), told(40, 9)]
    const { seen, left } = await follow([head(1), head(4, { status: 'completed' })], events)
    expect(seen).toEqual([
      [1, 'processing'],
      [1, 'processing'],
      [3, 'processing'],
      [4, 'done'],
    ])
    expect(left).toBe(true)
  })

  it('is over at once when the batch is', async () => {
    expect((await follow([head(2, { status: 'cancelled' })], [told(20, 3)])).seen).toEqual([[2, 'done']])
  })

  it('goes on when an end was not the last, and looks anew after a gap', async () => {
    const failed: SubscribedEvent = { type: 'batch.failed', timestamp: 20, jobId: id, position: 'p' }
    const gap: SubscribedEvent = { type: 'gap', position: 'p' }
    const { seen } = await follow(
      [head(1), head(2), head(3), head(4, { status: 'failed' })],
      [failed, gap, { ...failed, timestamp: 30 }],
    )
    expect(seen).toEqual([
      [1, 'processing'],
      [3, 'processing'],
      [4, 'done'],
    ])
  })

  it('knows the shared step', async () => {
    const state = JSON.stringify({ ...initialBatchState(plan), phase: 'onetime' })
    expect((await follow([head(0, { state })], [])).seen).toEqual([[0, 'onetime']])
  })

  it('rejects for a batch there is not', async () => {
    await expect(follow([undefined], [])).rejects.toThrow(BatchNotFoundError)
  })
})
