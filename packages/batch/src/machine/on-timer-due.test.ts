import { describe, expect, test } from 'vitest'
import { BatchScene, batchOf } from '../../test/machine/batch-scene.ts'

const dead = { status: 'dead', error: 'boom' } as const
const retryPolicy = {
  maxAttempts: 3,
  initialDelay: 1_000,
  multiplier: 2,
  jitter: 0,
  nonRetryableErrors: ['never'],
}

describe('the deadline', () => {
  test('fails the batch and cancels what is in flight', () => {
    const scene = new BatchScene(batchOf(3, { executionTimeout: 1_000, chunkSize: 2 })).pass(999)
    expect(scene.events).toEqual([])
    scene.pass(1)
    expect(scene.events).toEqual(['batch.timed_out dureq: execution timed out'])
    scene.endAll()
    expect(scene.batch.head).toMatchObject({ status: 'failed', error: 'dureq: execution timed out' })
    expect(scene.batch.state).toMatchObject({ cancelled: 2, failed: 0, completed: 0 })
  })

  test('is a new one in every attempt', () => {
    const scene = new BatchScene(batchOf(1, { executionTimeout: 5_000, retryPolicy }))
      .pass(4_000)
      .end(0, dead)
    expect(scene.batch.timers.has('deadline')).toBe(false)
    scene.pass(1_000)
    expect(scene.batch.timers.get('deadline')).toBe(scene.batch.now + 5_000)
  })

  test('ends with the batch', () => {
    const scene = new BatchScene(batchOf(1, { executionTimeout: 5_000 })).endAll().pass(5_000)
    expect(scene.status).toBe('completed')
    expect(scene.batch.state.deadline).toBeUndefined()
  })
})

describe('a retry by policy', () => {
  test('does what failed once more after the backoff', () => {
    const scene = new BatchScene(batchOf(4, { retryPolicy, chunkSize: 2 }))
    scene.end([0, 1], dead).endAll()
    expect(scene.status).toBe('running')
    expect(scene.batch.state).toMatchObject({ phase: 'backoff', failed: 2, completed: 2, attempt: 1 })
    expect(scene.events).toContain('batch.retrying 2 of 4 items failed')
    expect(scene.pass(999).flying).toEqual([])
    expect(scene.pass(1).flying).toEqual(['0', '1'])
    expect(scene.batch.openJobs.map(({ payload }) => payload)).toEqual(['0', '1'])
    scene.end(0).end(1, dead)
    expect(scene.pass(1_999).flying).toEqual([])
    expect(scene.pass(1).flying).toEqual(['1'])
    expect(scene.endAll().status).toBe('completed')
    expect(scene.batch.state).toMatchObject({ attempt: 3, completed: 4, failed: 0 })
  })

  test('is not made when no attempt is left, or the error forbids it', () => {
    const none = new BatchScene(batchOf(1, { retryPolicy: { maxAttempts: 1 } })).end(0, dead)
    expect(none.status).toBe('failed')
    const definition = batchOf(1, { retryPolicy, failurePolicy: 'fail_fast' })
    expect(new BatchScene(definition).end(0, { status: 'dead', error: 'never again' }).status).toBe('failed')
  })

  test('does what fail_fast has cancelled, and what was never dispatched', () => {
    const scene = new BatchScene(batchOf(6, { retryPolicy, failurePolicy: 'fail_fast', chunkSize: 3 }))
    scene.end(0).end(1, dead).endAll().pass(1_000)
    expect(scene.flying).toEqual(['1', '2', '3'])
    expect(scene.endAll().status).toBe('completed')
    expect(scene.batch.jobs.size).toBe(9)
  })
})

describe('progress', () => {
  test('is told at most each 500 ms, what was held back when they are over, and the end always', () => {
    const scene = new BatchScene(batchOf(6, { chunkSize: 6 })).end(0).end(1).pass(499).end(2)
    const progress = (): readonly string[] =>
      scene.events.filter((event) => event.startsWith('batch.progress'))
    expect(progress()).toEqual(['batch.progress 1/6 0 processing'])
    scene.pass(1)
    expect(progress()).toEqual(['batch.progress 3/6 0 processing'])
    scene.pass(500)
    expect(progress()).toEqual([])
    scene.end(3).end(4)
    expect(progress()).toEqual(['batch.progress 4/6 0 processing'])
    scene.end(5)
    expect(progress()).toEqual(['batch.progress 6/6 0 done'])
    expect(scene.batch.timers.size).toBe(0)
  })
})
