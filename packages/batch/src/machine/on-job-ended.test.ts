import { describe, expect, test } from 'vitest'
import { BatchScene, batchOf } from '../../test/machine/batch-scene.ts'
import { statusAt } from '../../test/machine/check-batch.ts'

const dead = { status: 'dead', error: 'boom' } as const

describe('an item', () => {
  test('that has completed makes room for the next', () => {
    const scene = new BatchScene(batchOf(5, { chunkSize: 2 }))
    expect(scene.flying).toEqual(['0', '1'])
    expect(scene.end(1).flying).toEqual(['0', '2'])
    expect(scene.end([0, 2]).flying).toEqual(['3', '4'])
    expect(scene.endAll().status).toBe('completed')
    expect(scene.events).toEqual([
      'batch.item.completed',
      'batch.progress 1/5 0 processing',
      'batch.item.completed',
      'batch.item.completed',
      'batch.item.completed',
      'batch.item.completed',
      'batch.completed',
      'batch.progress 5/5 0 done',
    ])
  })

  test('becomes a job with what the definition says', () => {
    const itemRetryPolicy = { maxAttempts: 7 }
    const { batch } = new BatchScene(batchOf(1, { itemRetryPolicy, defaultPriority: 9 }))
    expect(batch.openJobs).toMatchObject([
      {
        taskType: 'item',
        payload: '0',
        priority: 9,
        retryPolicy: { maxAttempts: 7, initialDelayMs: 5_000 },
        batchId: 'batch',
        batchRole: 'item',
        batchItem: 'item 0',
        batchPlace: 0,
      },
    ])
  })

  test('that failed lets the others go on, and the batch fails in the end', () => {
    const scene = new BatchScene(batchOf(3, { chunkSize: 1 }))
    expect(scene.end(0, dead).flying).toEqual(['1'])
    scene.endAll()
    expect(scene.batch.head).toMatchObject({ status: 'failed', error: '1 of 3 items failed' })
    expect(scene.events).toEqual([
      'batch.item.failed boom',
      'batch.progress 1/3 1 processing',
      'batch.item.completed',
      'batch.item.completed',
      'batch.failed 1 of 3 items failed',
      'batch.progress 3/3 1 done',
    ])
  })

  test('that somebody has cancelled failed', () => {
    const scene = new BatchScene(batchOf(1)).end(0, { status: 'cancelled' })
    expect(statusAt(scene.batch, 0)).toBe('failed')
    expect(scene.events[0]).toBe('batch.item.failed cancelled')
  })

  test('counts once, though its end is told again', () => {
    const scene = new BatchScene(batchOf(3, { chunkSize: 2 }))
    scene.batch.endJob(scene.job(0), {})
    const [ended] = scene.batch.mail
    scene.settle()
    scene.batch.mail.push(ended as (typeof scene.batch.mail)[number])
    scene.settle()
    expect(scene.batch.state).toMatchObject({ completed: 1, running: 2 })
  })
})

describe('fail_fast', () => {
  test('cancels what is in flight and dispatches nothing more', () => {
    const scene = new BatchScene(batchOf(5, { failurePolicy: 'fail_fast', chunkSize: 3 }))
    scene.end(1, dead)
    expect(scene.status).toBe('running')
    expect(scene.batch.openJobs.map(({ cancelReason }) => cancelReason)).toEqual(
      Array(2).fill('item "item 1" failed: boom'),
    )
    scene.endAll()
    expect(scene.batch.head).toMatchObject({ status: 'failed', error: 'item "item 1" failed: boom' })
    expect(scene.batch.state).toMatchObject({ failed: 1, cancelled: 2, completed: 0 })
    expect([0, 1, 2, 3, 4].map((place) => statusAt(scene.batch, place))).toEqual([
      'cancelled',
      'failed',
      'cancelled',
      'cancelled',
      'cancelled',
    ])
  })

  test('counts what completes all the same', () => {
    const scene = new BatchScene(batchOf(3, { failurePolicy: 'fail_fast' }))
    scene.batch.endJob(scene.job(0), dead)
    scene.batch.endJob(scene.job(1), {})
    scene.settle().endAll()
    expect(scene.batch.state).toMatchObject({ failed: 1, cancelled: 1, completed: 1 })
  })
})

describe('the shared step', () => {
  const onetime = { onetimeTaskType: 'prepare', onetimePayload: { a: 1 } }

  test.each([{}, { withoutOutputs: true }])('comes first, and its result is the input %o', (options) => {
    const scene = new BatchScene(batchOf(2, onetime), options)
    expect(scene.flying).toEqual(['onetime'])
    expect(scene.job('onetime')).toMatchObject({ payload: '{"a":1}', batchRole: 'onetime', priority: 5 })
    scene.end('onetime', { output: '[7]' })
    expect(scene.batch.head.input).toBe('[7]')
    expect(scene.flying).toEqual(['0', '1'])
    expect(scene.events).toEqual(['batch.progress 0/2 0 onetime', 'batch.onetime.completed'])
  })

  test('that failed fails the batch', () => {
    const scene = new BatchScene(batchOf(2, onetime)).end('onetime', dead)
    expect(scene.batch.head).toMatchObject({ status: 'failed', error: 'the shared step failed: boom' })
    expect(scene.events.slice(1)).toEqual([
      'batch.onetime.failed boom',
      'batch.failed the shared step failed: boom',
      'batch.progress 0/2 0 done',
    ])
  })

  test('is run again by a retry only if it has not completed', () => {
    const failed = new BatchScene(batchOf(1, onetime)).end('onetime', dead).retry()
    expect(failed.flying).toEqual(['onetime'])
    const done = new BatchScene(batchOf(1, onetime)).end('onetime').end(0, dead).retry()
    expect(done.flying).toEqual(['0'])
  })
})
