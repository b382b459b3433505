import { describe, expect, test } from 'vitest'
import { BatchScene, batchOf } from '../../test/machine/batch-scene.ts'

const dead = { status: 'dead', error: 'boom' } as const

describe('a retry by hand', () => {
  test('does all items anew, also those whose payloads are with their jobs', () => {
    const scene = new BatchScene(batchOf(150, { chunkSize: 20 })).end([3, 7], dead).endAll().retry()
    expect(scene.batch.state).toMatchObject({ completed: 0, failed: 0, next: 20, attempt: 2 })
    expect(scene.batch.names('unmet')).toEqual([])
    expect(scene.endAll().status).toBe('completed')
    expect(scene.batch.jobs.size).toBe(300)
    const payloads = [...scene.batch.jobs.values()].slice(150).map(({ payload }) => payload)
    expect(payloads).toEqual(Array.from({ length: 150 }, (_, place) => String(place)))
  })

  test('of failed ones only goes on from these', () => {
    const scene = new BatchScene(batchOf(10, { chunkSize: 5 })).end([3, 4], dead).endAll().retry(true)
    expect(scene.flying).toEqual(['3', '4'])
    expect(scene.endAll().status).toBe('completed')
    expect(scene.batch.state).toMatchObject({ completed: 10, failed: 0, attempt: 2 })
  })

  test('of failed ones finishes a batch that was cancelled', () => {
    const scene = new BatchScene(batchOf(10, { chunkSize: 3 })).end(0).end(1, dead).cancel().endAll()
    expect(scene.batch.state).toMatchObject({ completed: 1, failed: 1, cancelled: 3 })
    expect(scene.retry(true).endAll().status).toBe('completed')
    expect(scene.batch.state).toMatchObject({ completed: 10, failed: 0, cancelled: 0 })
    expect(scene.batch.jobs.size).toBe(14)
  })

  test('gives as many attempts as the policy allows', () => {
    const retryPolicy = { maxAttempts: 2, initialDelay: 1_000, jitter: 0 }
    const scene = new BatchScene(batchOf(1, { retryPolicy })).end(0, dead).pass(1_000).end(0, dead)
    expect(scene.status).toBe('failed')
    scene.retry().end(0, dead)
    expect(scene.batch.timers.get('retry')).toBe(scene.batch.now + 1_000)
    scene.pass(1_000).end(0, dead)
    expect(scene.status).toBe('failed')
    expect(scene.batch.state).toMatchObject({ attempt: 4, maxAttempts: 4 })
  })

  test('takes what a life before has left away in slices, whatever comes between', () => {
    const scene = new BatchScene(batchOf(25, { chunkSize: 25 }), { most: 10 }).endAll(dead)
    scene.batch.send({ kind: 'retry' })
    scene.batch.receive()
    expect(scene.batch.state).toMatchObject({ stale: 15, next: 0 })
    scene.batch.send({ kind: 'cancel' })
    scene.settle()
    expect(scene.status).toBe('cancelled')
    expect(scene.retry(true).endAll().status).toBe('completed')
    expect(scene.batch.jobs.size).toBe(50)
  })

  test('fails items whose payload is gone', () => {
    const scene = new BatchScene(batchOf(2)).end(0, dead).endAll()
    scene.batch.jobs.clear()
    expect(scene.retry(true).status).toBe('failed')
    expect(scene.events).toContain('batch.item.failed its payload is gone')
    expect(scene.batch.state).toMatchObject({ completed: 1, failed: 1 })
  })

  test('is nothing to a batch that goes on', () => {
    const scene = new BatchScene(batchOf(2))
    scene.batch.mail.push({ kind: 'retry', at: 0 })
    expect(scene.settle().flying).toEqual(['0', '1'])
  })
})
