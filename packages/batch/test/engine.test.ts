import { createClient } from '@dureq/client'
import { createDeferred } from '@dureq/runtime'
import { createSqliteStore } from '@dureq/sqlite-store'
import { type GroupAggregator, groupDefaults, type Store } from '@dureq/types'
import { createWorker } from '@dureq/worker'
import { expect, it, onTestFinished } from 'vitest'
import { createAggregator, createBatchEngine } from '../src/index.ts'

function openStore(): Store {
  const store = createSqliteStore({ path: ':memory:' })
  onTestFinished(() => store.close())
  return store
}

it('carries out a batch, each item once', async () => {
  const store = openStore()
  const client = createClient({ store })
  const seen: unknown[] = []
  await using worker = createWorker({ store, concurrency: 5 })
  worker.handle('double', async (n) => {
    seen.push(n)
    return Number(n) * 2
  })
  await using engine = createBatchEngine({ store })
  await Promise.all([worker.start(), engine.start()])
  const items = Array.from({ length: 50 }, (_, i) => ({ id: `i${i}`, payload: i }))
  const batch = await client.enqueueBatch({ name: 'b', itemTaskType: 'double', chunkSize: 5, items })
  expect(await client.waitForBatch(batch.id)).toMatchObject({ total: 50, completed: 50, failed: 0 })
  expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(items.map(({ payload }) => payload))
})

it('completes an empty batch at once', async () => {
  const store = openStore()
  const client = createClient({ store })
  await using engine = createBatchEngine({ store })
  await engine.start()
  const batch = await client.enqueueBatch({ name: 'none', itemTaskType: 'double', items: [] })
  expect(await client.waitForBatch(batch.id)).toMatchObject({ total: 0, completed: 0 })
})

it('leaves groups alone that no aggregator is for, until one comes', async () => {
  const store = openStore()
  const client = createClient({ store })
  const got = createDeferred<readonly unknown[]>()
  await using worker = createWorker({ store })
  worker.handle<readonly unknown[]>('sum', async (payload) => got.resolve(payload))
  const parked = createDeferred<unknown>()
  const mailboxes: Store['mailboxes'] = {
    ...store.mailboxes,
    commit: async (call, commits) => {
      const reply = await store.mailboxes.commit(call, commits)
      parked.resolve(commits.map(({ queue, timers }) => [queue, timers]))
      return reply
    },
  }
  const aggregator: GroupAggregator = (_, payloads) => [...payloads]
  await using other = createAggregator({
    store: { ...store, mailboxes },
    groups: { group: 'other', aggregator },
  })
  await Promise.all([worker.start(), other.start()])
  // As many as are enough while nobody says how many are.
  const numbers = Array.from({ length: groupDefaults.maxSize }, (_, i) => i)
  await Promise.all(numbers.map((payload) => client.enqueueGroup({ group: 'g', taskType: 'sum', payload })))
  expect(await parked.promise).toEqual([['group:\n', []]])

  await using mine = createAggregator({ store, groups: { group: 'g', aggregator } })
  await mine.start()
  expect(await got.promise).toEqual(numbers)
})

it('makes one job of a full group, and keeps the messages when the aggregator fails', async () => {
  const store = openStore()
  const client = createClient({ store })
  const got = createDeferred<unknown>()
  await using worker = createWorker({ store })
  worker.handle('sum', async (payload) => got.resolve(payload))
  let tries = 0
  await using aggregator = createAggregator({
    store,
    groups: {
      group: 'g*',
      maxSize: 3,
      aggregator: (_, payloads) => {
        if (++tries === 1) throw new Error('not yet')
        return [...payloads]
      },
    },
  })
  await Promise.all([worker.start(), aggregator.start()])
  for (const n of [1, 2, 3]) await client.enqueueGroup({ group: 'g1', taskType: 'sum', payload: n })
  expect(await got.promise).toEqual([1, 2, 3])
  expect(tries).toBe(2)
})
