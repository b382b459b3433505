import { describe, expect, test } from 'vitest'
import { BatchScene, batchOf } from '../../test/machine/batch-scene.ts'

describe('a cancel', () => {
  test('cancels what is in flight, and what waits counts as cancelled', () => {
    const scene = new BatchScene(batchOf(5, { chunkSize: 2 })).end(0).cancel('enough')
    expect(scene.status).toBe('running')
    expect(scene.batch.openJobs.map(({ cancelReason }) => cancelReason)).toEqual(['enough', 'enough'])
    scene.endAll()
    expect(scene.batch.head).toMatchObject({ status: 'cancelled', error: 'enough' })
    expect(scene.batch.state).toMatchObject({ completed: 1, cancelled: 2, failed: 0 })
    expect(scene.events.slice(2)).toEqual(['batch.cancelled enough', 'batch.progress 1/5 0 done'])
  })

  test('goes in slices when much is in flight, each job told once', () => {
    const told: number[] = []
    const onStep = (step: { readonly cancel: readonly unknown[] }): void => void told.push(step.cancel.length)
    const scene = new BatchScene(batchOf(1_200, { chunkSize: 1_200 }), { onStep })
    told.length = 0
    expect(scene.cancel().endAll().status).toBe('cancelled')
    expect(told.slice(0, 3)).toEqual([500, 500, 200])
    expect(scene.batch.state.cancelled).toBe(1_200)
  })

  test('cancels the shared step', () => {
    const scene = new BatchScene(batchOf(3, { onetimeTaskType: 'prepare' })).cancel()
    expect(scene.job('onetime').cancelReason).toBe('cancelled')
    expect(scene.endAll().status).toBe('cancelled')
    expect(scene.batch.state.onetime?.status).toBe('cancelled')
  })

  test('goes before a failure, and a second one changes nothing', () => {
    const scene = new BatchScene(batchOf(3, { failurePolicy: 'fail_fast' }))
    scene.end(0, { status: 'dead', error: 'boom' }).cancel('first').cancel('second').endAll()
    expect(scene.batch.head).toMatchObject({ status: 'cancelled', error: 'first' })
  })

  test('ends the wait for the next attempt', () => {
    const scene = new BatchScene(batchOf(1, { retryPolicy: { maxAttempts: 2 } }))
    scene.end(0, { status: 'dead', error: 'boom' })
    expect(scene.batch.state.phase).toBe('backoff')
    expect(scene.cancel().status).toBe('cancelled')
    expect(scene.batch.state.failed).toBe(1)
  })
})
