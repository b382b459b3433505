import { createClient } from '@dureq/client'
import { createDeferred } from '@dureq/runtime'
import { createSqliteStore } from '@dureq/sqlite-store'
import type { BatchItem, Store } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAggregator, createBatchEngine } from '../src/index.ts'

function openStore(): Store {
  const store = createSqliteStore({ path: ':memory:' })
  onTestFinished(() => store.close())
  return store
}

const itemsOf = (count: number): BatchItem<number>[] =>
  Array.from({ length: count }, (_, i) => ({ id: `i${i}`, payload: i }))

describe('batches', () => {
  it('100 of 50 fast items each: each item once, counters exact (14.11, 13)', async () => {
    const store = openStore()
    const client = createClient({ store })
    const seen = new Map<string, number>()
    await using worker = createWorker({ store, concurrency: 20 })
    worker.handle('item', (_, { batch }) => {
      const name = `${batch?.id} ${batch?.itemId}`
      seen.set(name, (seen.get(name) ?? 0) + 1)
    })
    await using engine = createBatchEngine({ store })
    await Promise.all([worker.start(), engine.start()])
    const definition = { name: 'b', itemTaskType: 'item', chunkSize: 5, items: itemsOf(50) }
    const batches = await Promise.all(Array.from({ length: 100 }, () => client.enqueueBatch(definition)))
    const counts = await Promise.all(batches.map(({ id }) => client.waitForBatch(id)))
    for (const count of counts) {
      expect(count).toEqual({ total: 50, completed: 50, failed: 0, running: 0, pending: 0, cancelled: 0 })
    }
    expect(seen.size).toBe(5_000)
    expect(new Set(seen.values())).toEqual(new Set([1]))
  })

  it('with an id twice, or none, are refused before anything is stored (14.11, 18)', async () => {
    const store = openStore()
    const client = createClient({ store })
    const items = [...itemsOf(2), { id: 'i0', payload: 9 }, { id: '', payload: 9 }]
    const refused = client.enqueueBatch({ name: 'b', itemTaskType: 'item', items })
    await expect(refused).rejects.toMatchObject({
      fields: [{ field: 'items[2].id' }, { field: 'items[3].id' }],
    })
    expect((await client.listBatches()).total).toBe(0)
  })

  it('that fail fast cancel what runs and leave out what waits (14.11, 18)', async () => {
    const store = openStore()
    const client = createClient({ store })
    const aborted = createDeferred<string>()
    await using worker = createWorker({ store, concurrency: 2 })
    worker.handle(
      'item',
      async (n, { signal, batch }) => {
        if (n === 1) throw new Error('no')
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        aborted.resolve(batch?.itemId ?? '')
      },
      { retryPolicy: { maxAttempts: 1 } },
    )
    await using engine = createBatchEngine({ store })
    await Promise.all([worker.start(), engine.start()])
    const { id } = await client.enqueueBatch({
      name: 'b',
      itemTaskType: 'item',
      failurePolicy: 'fail_fast',
      chunkSize: 2,
      items: itemsOf(10),
    })
    await expect(client.waitForBatch(id)).rejects.toMatchObject({
      code: 'batch-failed',
      counts: { total: 10, completed: 0, failed: 1, running: 0, pending: 0, cancelled: 9 },
    })
    expect(await aborted.promise).toBe('i0')
  })

  it('that were cancelled finish when retried, with what was not completed (14.11, 18)', async () => {
    const store = openStore()
    const client = createClient({ store })
    const runs: number[] = []
    const held = createDeferred<void>()
    await using worker = createWorker({ store, concurrency: 1 })
    worker.handle<number>('item', async (n, { signal }) => {
      runs.push(n)
      if (n !== 3 || runs.filter((each) => each === 3).length > 1) return
      held.resolve()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    })
    await using engine = createBatchEngine({ store })
    await Promise.all([worker.start(), engine.start()])
    const { id } = await client.enqueueBatch({
      name: 'b',
      itemTaskType: 'item',
      chunkSize: 1,
      items: itemsOf(8),
    })
    await held.promise
    await client.cancelBatch(id, { reason: 'enough' })
    await expect(client.waitForBatch(id)).rejects.toMatchObject({
      code: 'batch-cancelled',
      counts: { completed: 3, cancelled: 5, pending: 0 },
    })
    await client.retryBatch(id, { failedOnly: true })
    expect(await client.waitForBatch(id)).toMatchObject({ total: 8, completed: 8, cancelled: 0 })
    expect(runs.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 7])
  })

  it('give their items what the shared step returned', async () => {
    const store = openStore()
    const client = createClient({ store })
    await using worker = createWorker({ store })
    worker.handle('prepare', () => ({ rate: 3 }))
    worker.handle<number>('item', (n, { batch }) => {
      const prepared = batch?.onetimeResult as { readonly rate: number } | undefined
      return n * (prepared?.rate ?? 0)
    })
    await using engine = createBatchEngine({ store })
    await Promise.all([worker.start(), engine.start()])
    const { id } = await client.enqueueBatch({
      name: 'b',
      onetimeTaskType: 'prepare',
      itemTaskType: 'item',
      items: itemsOf(4),
    })
    await client.waitForBatch(id)
    const outputs: unknown[] = []
    for await (const { itemId, output } of client.batchResults(id)) outputs.push([itemId, output])
    expect(outputs).toEqual([
      ['i0', 0],
      ['i1', 3],
      ['i2', 6],
      ['i3', 9],
    ])
  })
})

describe('groups', () => {
  it('of 1,001 messages at once: each in one job, none larger than it may be (14.11, 19)', async () => {
    const store = openStore()
    const client = createClient({ store })
    const jobs: number[][] = []
    const all = createDeferred<void>()
    await using worker = createWorker({ store })
    worker.handle<number[]>('sum', (numbers) => {
      jobs.push(numbers)
      if (jobs.flat().length >= 1_001) all.resolve()
    })
    const aggregator = createAggregator({
      store,
      groups: { group: 'g', maxSize: 7, gracePeriod: '1h', aggregator: (_, payloads) => [...payloads] },
    })
    await using _ = aggregator
    await Promise.all([worker.start(), aggregator.start()])
    const numbers = Array.from({ length: 1_001 }, (_, i) => i)
    await Promise.all(numbers.map((payload) => client.enqueueGroup({ group: 'g', taskType: 'sum', payload })))
    await all.promise
    expect(jobs.flat().toSorted((a, b) => a - b)).toEqual(numbers)
    expect(Math.max(...jobs.map((job) => job.length))).toBe(7)
    // Only full ones, many of them flushed within one second: no pause of this machine makes one complete.
    expect(jobs).toHaveLength(143)
  })
})
