import { createCaller, systemNewId } from '@dureq/runtime'
import { createHandlerSet, type LeasedRun, type Store } from '@dureq/types'
import { Redis } from 'ioredis'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore } from '../src/index.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])

/** A store with one node, and the number of hints its only line holds. */
async function setUp() {
  const keyPrefix = `r${systemNewId()}`
  const store = createRedisStore({ url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix })
  const admin = new Redis(inject('redisPort'))
  onTestFinished(async () => {
    admin.disconnect()
    await store.close()
  })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  const hints = async (): Promise<number> => {
    const all = await admin.keys(`{${keyPrefix}:0}:*:normal:*`)
    const lengths = await Promise.all(
      all.map(async (key) => ((await admin.type(key)) === 'list' ? admin.llen(key) : 0)),
    )
    return lengths.reduce((sum, length) => sum + length, 0)
  }
  return { store, hints, stale: () => admin.hgetall(`{${keyPrefix}:0}:stale`) }
}

async function enqueue(store: Store, count: number): Promise<string[]> {
  const jobs = Array.from({ length: count }, () => ({
    id: systemNewId(),
    taskType: 'work',
    payload: '1',
    priority: 5,
  }))
  return (await caller.call((key) => store.jobs.enqueue(key, jobs))).map(({ id }) => id)
}

async function claim(store: Store, limit: number): Promise<readonly LeasedRun[]> {
  const request = { nodeId: 'n', handlerSet: set.id, limit, start: true }
  const reply = await caller.call((key) => store.runs.claim(key, request))
  return reply.kind === 'claimed' ? reply.leases : []
}

async function cancel(store: Store, ids: readonly string[]): Promise<void> {
  const orders = ids.map((id) => ({ verb: 'cancel' as const, id }))
  await caller.call((key) => store.jobs.command(key, orders))
}

async function advance(store: Store, limit: number): Promise<number> {
  return (await caller.call((key) => store.runs.advance(key, limit))).moved
}

it('a line that is over half stale is rebuilt, and keeps its order', async () => {
  const { store, hints, stale } = await setUp()
  const ids = await enqueue(store, 400)
  const kept = ids.filter((_, i) => i % 4 === 0)
  await cancel(
    store,
    ids.filter((_, i) => i % 4 !== 0),
  )
  expect(await hints()).toBe(400)
  while ((await advance(store, 64)) > 0) continue
  expect(await hints()).toBeLessThanOrEqual(kept.length + 100)
  expect((await claim(store, 400)).map(({ jobId }) => jobId)).toEqual(kept)
  expect(await hints()).toBe(0)
  expect(await stale()).toEqual({})
})

it('claims, retries and new jobs keep their order between the slices of a rebuild', async () => {
  const { store } = await setUp()
  const ids = await enqueue(store, 300)
  const kept = ids.slice(240)
  await cancel(store, ids.slice(0, 240))
  await advance(store, 250)
  const [first] = await claim(store, 1)
  expect(first?.jobId).toBe(kept[0])
  const [late] = await enqueue(store, 1)
  await caller.call((key) =>
    store.runs.release(key, [{ firingId: first?.firingId ?? '', token: first?.token ?? '' }]),
  )
  while ((await advance(store, 50)) > 0) continue
  expect((await claim(store, 400)).map(({ jobId }) => jobId)).toEqual([...kept, late])
})

it('a line that is emptied of everything is left with nothing', async () => {
  const { store, hints, stale } = await setUp()
  await cancel(store, await enqueue(store, 150))
  while ((await advance(store, 40)) > 0) continue
  expect(await claim(store, 10)).toEqual([])
  expect(await hints()).toBe(0)
  expect(await stale()).toEqual({})
})

it('a line with few stale hints is left alone', async () => {
  const { store, hints } = await setUp()
  const ids = await enqueue(store, 120)
  await cancel(store, ids.slice(0, 90))
  expect(await advance(store, 1_000)).toBe(0)
  expect(await hints()).toBe(120)
})
