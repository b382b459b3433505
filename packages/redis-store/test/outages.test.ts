import { createCaller, systemClock, systemNewId } from '@dureq/runtime'
import {
  createHandlerSet,
  type NewJob,
  PartitionMismatchError,
  partitionOf,
  StoreFullError,
  StoreUnavailableError,
  StoreVersionError,
} from '@dureq/types'
import { expect, it, onTestFinished } from 'vitest'
import { createRedisStore, type RedisStoreOptions } from '../src/index.ts'
import { RedisServer } from './redis-server.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])

function job(payload = '{}'): NewJob {
  return { id: systemNewId(), taskType: 'work', payload, priority: 5 }
}

async function startServer(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

function openStore(options: RedisStoreOptions): ReturnType<typeof createRedisStore> {
  const store = createRedisStore(options)
  onTestFinished(() => store.close())
  return store
}

it('an unreachable server gives StoreUnavailableError within the command timeout', async () => {
  const server = await startServer()
  await server.kill()
  const store = openStore({ url: server.url, commandTimeoutMs: 300 })
  const begin = systemClock.now()
  const error = await caller.call((key) => store.jobs.enqueue(key, [job()])).catch((e: unknown) => e)
  expect(StoreUnavailableError.is(error) && error.mayHaveHappened).toBe(false)
  expect(systemClock.now() - begin).toBeLessThan(3 * 300)
})

it('a call made while the server is away is carried out when it is back', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url })
  await caller.call((key) => store.jobs.enqueue(key, [job()]))
  await server.kill()
  const enqueued = caller.call((key) => store.jobs.enqueue(key, [job()]))
  await server.start()
  expect((await enqueued).map(({ kind }) => kind)).toEqual(['created'])
})

it('a subscription goes on where it was when the server has been away for longer than a call is tried', async () => {
  const server = await startServer('--appendonly', 'yes', '--appendfsync', 'always')
  const store = openStore({ url: server.url, commandTimeoutMs: 300 })
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  const filter = { types: ['job.enqueued'] } as const
  const events = store.events.subscribe(filter, { signal: ending.signal })[Symbol.asyncIterator]()
  const enqueue = (each: NewJob) => caller.call((key) => store.jobs.enqueue(key, [each]))
  const jobs = [job(), job()] as const
  const first = events.next()
  await store.inspector.countJobs() // answered after the subscription has found where it begins
  await enqueue(jobs[0])
  expect((await first).value).toMatchObject({ event: { jobId: jobs[0].id } })
  const second = events.next()
  await server.kill()
  // As long as two calls are tried: the subscription's has given up meanwhile.
  for (const _ of jobs) await expect(store.inspector.countJobs()).rejects.toThrow(StoreUnavailableError)
  await server.start()
  await enqueue(jobs[1])
  expect((await second).value).toMatchObject({ event: { jobId: jobs[1].id } })
})

it('a hanging server gives StoreUnavailableError that may have happened, and work goes on afterwards', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url, commandTimeoutMs: 400 })
  await caller.call((key) => store.jobs.enqueue(key, [job()]))
  await server.command('CLIENT', 'PAUSE', '500', 'ALL')
  const error = await caller.call((key) => store.jobs.enqueue(key, [job()])).catch((e: unknown) => e)
  expect(StoreUnavailableError.is(error) && error.mayHaveHappened).toBe(true)
  expect(await caller.call((key) => store.jobs.enqueue(key, [job()]))).toHaveLength(1)
})

it('killed connections cost nothing: every job is stored exactly once', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url })
  for (let round = 0; round < 4; round++) {
    const calls = Array.from({ length: 50 }, () =>
      caller.call((key) => store.jobs.enqueue(key, [job(), job()])),
    )
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await Promise.all(calls)
  }
  expect(await store.inspector.countJobs()).toEqual([{ taskType: 'work', status: 'pending', count: 400 }])
})

it('functions that were flushed are loaded again', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url })
  await caller.call((key) => store.jobs.enqueue(key, [job()]))
  await server.command('FUNCTION', 'FLUSH')
  expect((await caller.call((key) => store.jobs.enqueue(key, [job()])))[0]?.kind).toBe('created')
})

it('a full server refuses new work with StoreFullError and still drains', async () => {
  const server = await startServer('--maxmemory-policy', 'noeviction')
  const store = openStore({ url: server.url })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  await caller.call((key) => store.jobs.enqueue(key, [job(), job()]))
  await server.command('CONFIG', 'SET', 'maxmemory', '1')
  const error = await caller.call((key) => store.jobs.enqueue(key, [job()])).catch((e: unknown) => e)
  expect(StoreFullError.is(error)).toBe(true)
  const claimed = await caller.call((key) =>
    store.runs.claim(key, { nodeId: 'n', handlerSet: set.id, limit: 10, start: true }),
  )
  const leases = claimed.kind === 'claimed' ? claimed.leases : []
  expect(leases).toHaveLength(2)
  const outcomes = leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' as const }))
  const settled = await caller.call((key) => store.runs.settle(key, outcomes))
  expect(settled.outcomes).toEqual(['settled', 'settled'])
  expect(await store.inspector.countJobs()).toEqual([{ taskType: 'work', status: 'completed', count: 2 }])
})

it('a full server fires no schedule, and does so when it has room again', async () => {
  const server = await startServer('--maxmemory-policy', 'noeviction')
  const store = openStore({ url: server.url })
  const { now } = await store.inspector.info()
  const schedule = { type: 'DURATION', interval: 60_000 } as const
  const recurrence = { schedule, anchorAt: now - 60_000, next: { nextRunAt: now, dueAt: now } }
  await caller.call((key) => store.jobs.enqueue(key, [{ ...job(), recurrence }]))
  const [entry] = (await store.schedules.due(1)).entries
  const later = now + 60_000
  const plan = {
    jobId: entry?.jobId as string,
    version: 1,
    times: [{ at: now }],
    skips: [],
    lastFiredAt: now,
    next: { nextRunAt: later, dueAt: later },
  }
  const fire = () => caller.call((key) => store.schedules.fire(key, [plan]))
  await server.command('CONFIG', 'SET', 'maxmemory', '1')
  expect(StoreFullError.is(await fire().catch((error: unknown) => error))).toBe(true)
  expect((await store.schedules.due(1)).entries).toEqual([entry])
  await server.command('CONFIG', 'SET', 'maxmemory', '0')
  expect((await fire()).outcomes).toMatchObject([{ kind: 'fired', firings: [{ kind: 'created' }] }])
})

it('another number of partitions is refused', async () => {
  const server = await startServer()
  const first = openStore({ url: server.url, partitions: 4 })
  await caller.call((key) => first.jobs.enqueue(key, [job()]))
  const second = openStore({ url: server.url, partitions: 2 })
  const error = await second.jobs.get([systemNewId()]).catch((e: unknown) => e)
  expect(PartitionMismatchError.is(error) && [error.stored, error.asked]).toEqual([4, 2])
})

it('a layout of another release is refused', async () => {
  const server = await startServer()
  await server.command('HSET', '{dureq:0}:meta', 'layout', '999', 'partitions', '1')
  const store = openStore({ url: server.url })
  const error = await caller.call((key) => store.jobs.enqueue(key, [job()])).catch((e: unknown) => e)
  expect(StoreVersionError.is(error)).toBe(true)
})

it('close ends waits and refuses what comes later', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url })
  const waiting = store.runs.wait({ nodeId: 'n' }, { timeoutMs: 60_000 })
  const watching = store.events.watch([systemNewId()], { timeoutMs: 60_000 })
  await watching
  await store.close()
  expect(await waiting).toEqual([])
  const error = await store.inspector.countJobs().catch((e: unknown) => e)
  expect(StoreUnavailableError.is(error)).toBe(true)
  await store.close()
})

it('wakes over partitions', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url, partitions: 4 })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  const claim = { nodeId: 'n', handlerSet: set.id, limit: 1, start: true }
  await caller.call((key) => store.runs.claim(key, claim))
  const waiting = store.runs.wait({ nodeId: 'n', handlerSet: set.id }, { timeoutMs: 3_000 })
  await caller.call((key) => store.jobs.enqueue(key, [job()]))
  expect(await waiting).toEqual([{ kind: 'work' }])
})

it('runs on a Redis Cluster', async () => {
  const server = await startServer('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
  await server.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  while (!String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
    await systemClock.sleep(20)
  const store = openStore({ cluster: [`127.0.0.1:${server.port}`], partitions: 4 })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  await caller.call((key) =>
    store.jobs.enqueue(
      key,
      Array.from({ length: 50 }, () => job()),
    ),
  )
  const claimed = await caller.call((key) =>
    store.runs.claim(key, { nodeId: 'n', handlerSet: set.id, limit: 50, start: true }),
  )
  expect(claimed.kind === 'claimed' && claimed.leases).toHaveLength(50)
  const waiting = store.runs.wait({ nodeId: 'n', handlerSet: set.id }, { timeoutMs: 5_000 })
  await caller.call((key) =>
    store.runs.claim(key, { nodeId: 'n', handlerSet: set.id, limit: 1, start: true }),
  )
  await caller.call((key) => store.jobs.enqueue(key, [job()]))
  expect(await waiting).toEqual([{ kind: 'work' }])
})

it('a partition that lost a handler set does not take away what another one leased', async () => {
  const server = await startServer()
  const store = openStore({ url: server.url, partitions: 2 })
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  const stored = await caller.call((key) =>
    store.jobs.enqueue(
      key,
      Array.from({ length: 40 }, () => job()),
    ),
  )
  const lost = ((await server.command('KEYS', '{dureq:1}:serve:*')) as string[]).concat('{dureq:1}:sets')
  await server.command('DEL', ...lost)
  const claim = (number: number) =>
    store.runs.claim(
      { caller: 'c', lane: 0, number },
      { nodeId: 'n', handlerSet: set.id, limit: 50, start: true },
    )
  // An even number begins with partition 0.
  const first = await claim(2)
  const ofFirst = stored.filter(({ id }) => partitionOf(id) === 0)
  expect(first.kind === 'claimed' && first.leases.map(({ jobId }) => jobId).toSorted()).toEqual(
    ofFirst.map(({ id }) => id).toSorted(),
  )
  expect(ofFirst.length).toBeGreaterThan(0)
  expect((await claim(4)).kind).toBe('unknownSet')
})
