import { createCaller, systemNewId } from '@dureq/runtime'
import {
  CrossPartitionKeysError,
  createHandlerSet,
  defaultSettings,
  homePartition,
  type LeasedRun,
  type NewJob,
  partitionOf,
  partitionOfKey,
  type Settings,
  type Store,
} from '@dureq/types'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore } from '../src/index.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])

async function setUp(partitions: number) {
  const keyPrefix = `f${systemNewId()}`
  const store = createRedisStore({ url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix, partitions })
  const admin = new Redis(inject('redisPort'))
  onTestFinished(async () => {
    admin.disconnect()
    await store.close()
  })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  return { store, admin, prefix: keyPrefix }
}

function job(draft: Partial<NewJob> = {}): NewJob {
  return { id: systemNewId(), taskType: 'work', payload: '1', priority: 5, ...draft }
}

async function claim(store: Store, limit: number): Promise<readonly LeasedRun[]> {
  const request = { nodeId: 'n', handlerSet: set.id, limit, start: true }
  const reply = await caller.call((key) => store.runs.claim(key, request))
  return reply.kind === 'claimed' ? reply.leases : []
}

function complete(store: Store, leases: readonly LeasedRun[]): Promise<unknown> {
  const outcomes = leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' }) as const)
  return caller.call((key) => store.runs.settle(key, outcomes))
}

function put(store: Store, changes: Partial<Settings>): Promise<'saved' | 'conflict'> {
  return caller.call((key) => store.settings.put(key, 0, { ...defaultSettings, ...changes }))
}

/** Two keys whose jobs live in different partitions. */
const [near, far] = (() => {
  const keys = Array.from({ length: 20 }, (_, i) => `key ${i}`)
  const first = keys[0] as string
  const other = keys.find((key) => partitionOfKey(key, 4) !== partitionOfKey(first, 4)) as string
  return [first, other]
})()

describe('with several partitions', () => {
  it('a job lives where its keys do', async () => {
    const { store } = await setUp(4)
    const jobs = [near, far].map((key) => job({ concurrencyKeys: [{ key }] }))
    const outcomes = await caller.call((key) => store.jobs.enqueue(key, jobs))
    expect(outcomes.map(({ id }) => partitionOf(id))).toEqual(
      [near, far].map((key) => partitionOfKey(key, 4)),
    )
  })

  it('keys with the same braces share one', async () => {
    const { store } = await setUp(4)
    const keys = ['{acme}', '{acme}:api', 'x{acme}'].map((key) => ({ key }))
    const call = caller.call((key) => store.jobs.enqueue(key, [job({ concurrencyKeys: keys })]))
    expect((await call).map(({ kind }) => kind)).toEqual(['created'])
  })

  it('a job whose keys do not share one is refused, and nothing beside it is stored', async () => {
    const { store } = await setUp(4)
    const good = job()
    const bad = job({ concurrencyKeys: [{ key: near }, { key: far }] })
    const call = caller.call((key) => store.jobs.enqueue(key, [good, bad]))
    await expect(call).rejects.toThrow(CrossPartitionKeysError)
    expect(await store.inspector.countJobs()).toEqual([])
  })

  it('an instance lives where the keys of its jobs do, and is refused when these do not share one', async () => {
    const { store } = await setUp(4)
    const instance = (concurrencyKeys: readonly string[]) => ({
      id: systemNewId(),
      kind: 'workflow' as const,
      name: 'w',
      state: '',
      open: false,
      parts: [],
      names: [],
      definition: { hash: 'h', text: '{}' },
      concurrencyKeys,
    })
    const [outcome] = await caller.call((key) => store.instances.create(key, [instance([far])]))
    expect(partitionOf(outcome?.id ?? '')).toBe(partitionOfKey(far, 4))
    const crossed = caller.call((key) => store.instances.create(key, [instance([near, far])]))
    await expect(crossed).rejects.toThrow(CrossPartitionKeysError)
  })

  it('a limit is split over them, and refused when there is less than one for each', async () => {
    const { store } = await setUp(4)
    await expect(put(store, { taskTypes: { work: { maxRunning: 3 } } })).rejects.toThrow(
      'taskTypes.work.maxRunning',
    )
    expect(await put(store, { taskTypes: { work: { maxRunning: 9 } } })).toBe('saved')
    const jobs = Array.from({ length: 200 }, () => job())
    await caller.call((key) => store.jobs.enqueue(key, jobs))
    const leases = await claim(store, 100)
    expect(leases).toHaveLength(8)
    const homes = leases.map(({ jobId }) => homePartition({ id: jobId }, 4))
    for (const home of [0, 1, 2, 3]) expect(homes.filter((each) => each === home)).toHaveLength(2)
  })

  it('a cap by number is split over them', async () => {
    const { store } = await setUp(4)
    expect(await put(store, { retention: { ...defaultSettings.retention, completedCount: 11 } })).toBe(
      'saved',
    )
    expect((await store.settings.get()).settings.retention.completedCount).toBe(11)
    await caller.call((key) =>
      store.jobs.enqueue(
        key,
        Array.from({ length: 100 }, () => job()),
      ),
    )
    await complete(store, await claim(store, 100))
    for (let moved = 1; moved > 0; )
      moved = (await caller.call((key) => store.runs.advance(key, 1_000))).moved
    const { rows } = await store.inspector.listJobs({ status: 'completed' }, { limit: 100, sort: 'oldest' })
    const homes = rows.map(({ id }) => partitionOf(id))
    for (const home of [0, 1, 2, 3]) expect(homes.filter((each) => each === home)).toHaveLength(2)
  })
})

describe('a settle', () => {
  it('that frees keys leaves no slot, and nothing of the keys', async () => {
    const { store, admin, prefix } = await setUp(1)
    const jobs = Array.from({ length: 300 }, (_, i) => job({ concurrencyKeys: [{ key: `k${i % 30}` }] }))
    await caller.call((key) => store.jobs.enqueue(key, jobs))
    let done = 0
    for (let leases = await claim(store, 100); leases.length > 0; leases = await claim(store, 100)) {
      expect(new Set(leases.map(({ concurrencyKeys }) => concurrencyKeys?.[0]?.key)).size).toBe(leases.length)
      done += leases.length
      await complete(store, leases)
    }
    expect(done).toBe(300)
    const left = await admin.keys(`{${prefix}:0}:*`)
    expect(left.filter((name) => /:(concurrency$|keyed:|parked:)/.test(name))).toEqual([])
  })
})

describe('an enqueue', () => {
  it('wakes as many nodes as can start something', async () => {
    const { store, admin, prefix } = await setUp(1)
    for (const nodeId of ['m', 'o']) {
      const node = { nodeId, taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
      await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
    }
    async function woken(drafts: readonly Partial<NewJob>[]): Promise<number> {
      for (const nodeId of ['n', 'm', 'o'])
        await caller.call((key) =>
          store.runs.claim(key, { nodeId, handlerSet: set.id, limit: 100, start: true }),
        )
      await admin.del(...['n', 'm', 'o'].map((nodeId) => `{${prefix}:0}:wake:${nodeId}`))
      await caller.call((key) => store.jobs.enqueue(key, drafts.map(job)))
      const lists = ['n', 'm', 'o'].map((nodeId) => admin.lrange(`{${prefix}:0}:wake:${nodeId}`, 0, -1))
      return (await Promise.all(lists)).flat().filter((message) => message === 'work').length
    }
    const keyed = { concurrencyKeys: [{ key: 'a', maxConcurrency: 2 }] }
    expect(await woken([keyed, keyed, keyed, keyed])).toBe(2)
    expect(await woken([keyed, keyed])).toBe(0)
    expect(await woken([{}, {}, {}, {}])).toBe(3)
    await put(store, { taskTypes: { work: { maxRunning: 7 } } })
    expect(await woken([{}, {}, {}])).toBe(1)
    expect(await woken([{}])).toBe(0)
  })
})

describe('work without keys, limits and pauses', () => {
  it('costs no look at any of them', async () => {
    const { store, admin } = await setUp(1)
    await caller.call((key) =>
      store.jobs.enqueue(
        key,
        Array.from({ length: 100 }, () => job()),
      ),
    )
    await complete(store, await claim(store, 10))
    const monitored: string[] = []
    const monitor = await admin.monitor()
    monitor.on('monitor', (_, args: string[]) => monitored.push(args.join(' ')))
    await complete(store, await claim(store, 10))
    await admin.ping()
    monitor.disconnect()
    expect(monitored.filter((line) => /:(concurrency|buckets|throttled|sleepers|keyed)/.test(line))).toEqual(
      monitored.filter((line) => /^fcall/i.test(line) && /:concurrency/.test(line)),
    )
  })
})
