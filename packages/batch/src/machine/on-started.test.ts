import { OPEN_MS, OPEN_TIMER } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { BatchScene, batchOf, itemsOf } from '../../test/machine/batch-scene.ts'

describe('a batch', () => {
  test('without items completes at once, shared step or not', () => {
    const scene = new BatchScene(batchOf(0, { onetimeTaskType: 'prepare' }))
    expect(scene.status).toBe('completed')
    expect(scene.events).toEqual(['batch.completed', 'batch.progress 0/0 0 done'])
    expect(scene.batch.jobs.size).toBe(0)
  })

  test('dispatches as many as one step should carry, and proceeds', () => {
    const counts: number[] = []
    const onStep = (step: { readonly enqueue: readonly unknown[] }): void =>
      void counts.push(step.enqueue.length)
    const scene = new BatchScene(batchOf(1_200, { chunkSize: 1_100 }), { onStep })
    expect(counts).toEqual([500, 500, 100])
    expect(scene.flying).toHaveLength(1_100)
  })

  test('takes the payloads of items away that have become jobs', () => {
    const scene = new BatchScene(batchOf(250, { chunkSize: 100 }))
    expect([...scene.batch.parts.keys()].sort()).toEqual(['d:0', 'i:1', 'i:2'])
    scene.endAll()
    expect([...scene.batch.parts.keys()].sort()).toEqual(['d:0', 'd:1', 'd:2'])
  })
})

describe('an open batch', () => {
  test('begins with its last piece', () => {
    const scene = new BatchScene(batchOf(100, { chunkSize: 300, executionTimeout: 50 }), { open: true })
    scene.pass(100).append(itemsOf(100, 100), false)
    expect(scene.flying).toEqual([])
    expect(scene.batch.state.phase).toBe('init')
    scene.append(itemsOf(200, 5), true)
    expect(scene.flying).toHaveLength(205)
    expect(scene.batch.state.deadline).toBe(scene.batch.now + 50)
    expect(scene.endAll().status).toBe('completed')
  })

  test('that is eager begins at once, and is complete only with the last piece', () => {
    const scene = new BatchScene(batchOf(100), { open: true, eager: true })
    expect(scene.flying).toHaveLength(100)
    scene.endAll()
    expect(scene.status).toBe('running')
    expect(scene.append(itemsOf(100, 100), false).flying).toHaveLength(100)
    scene.endAll().append([], true)
    expect(scene.status).toBe('completed')
    expect(scene.batch.state.completed).toBe(200)
  })

  test('whose producer is gone fails, with attempts left or not', () => {
    const policy = { retryPolicy: { maxAttempts: 3 } }
    const scene = new BatchScene(batchOf(100, policy), { open: true }).pass(OPEN_MS)
    expect(scene.batch.head).toMatchObject({ status: 'failed', error: 'no more items came for 24 hours' })
    const eager = new BatchScene(batchOf(100, policy), { open: true, eager: true }).pass(OPEN_MS)
    expect(eager.status).toBe('running')
    expect(eager.endAll().status).toBe('failed')
  })

  test('that is retried waits again for what is missing', () => {
    const scene = new BatchScene(batchOf(100), { open: true }).cancel().retry()
    expect(scene.batch.state.phase).toBe('init')
    expect(scene.batch.timers.get(OPEN_TIMER)).toBe(scene.batch.now + OPEN_MS)
    expect(scene.append(itemsOf(100, 1), true).endAll().status).toBe('completed')
  })

  test('fails for its producer even when it is failing already', () => {
    const policy = { retryPolicy: { maxAttempts: 3 }, failurePolicy: 'fail_fast', chunkSize: 2 } as const
    const scene = new BatchScene(batchOf(100, policy), { open: true, eager: true })
    scene.end(0, { status: 'dead', error: 'boom' }).pass(OPEN_MS)
    expect(scene.endAll().batch.head.error).toBe('no more items came for 24 hours')
  })
})
