import { createCaller, systemClock, systemNewId } from '@dureq/runtime'
import {
  createHandlerSet,
  type InstanceCommit,
  type InstanceHead,
  type LeasedRun,
  type MailBag,
  type MemberJob,
  type NewInstance,
  noChanges,
  partitionOf,
  type Store,
  StoreFullError,
} from '@dureq/types'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore, type RedisStoreOptions } from '../src/index.ts'
import { RedisServer } from './redis-server.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])
const allowed = ['running', 'suspended'] as const

async function openStore(options: RedisStoreOptions): Promise<Store> {
  const store = createRedisStore(options)
  onTestFinished(() => store.close())
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  return store
}

async function startServer(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

function instance(): NewInstance {
  const definition = { hash: 'abc', text: '{}' }
  return { id: systemNewId(), kind: 'workflow', name: 'flow', definition, state: '{}' }
}

function member({ id }: InstanceHead): MemberJob {
  return {
    id: systemNewId(),
    taskType: 'work',
    payload: '{}',
    priority: 5,
    workflowId: id,
    workflowTask: 't',
  }
}

async function create(store: Store): Promise<string> {
  const [outcome] = await caller.call((key) => store.instances.create(key, [instance()]))
  return outcome?.id as string
}

function signal(store: Store, to: string, id: string) {
  const message = { kind: 'signal', id, name: 'go' } as const
  return caller.call((key) => store.instances.send(key, [{ to, message, allowed }]))
}

async function receive(store: Store): Promise<MailBag> {
  const request = { nodeId: 'e', queues: ['workflow'], limit: 10, leaseMs: 30_000 } as const
  const { bags } = await caller.call((key) => store.mailboxes.receive(key, request))
  expect(bags).toHaveLength(1)
  return bags[0] as MailBag
}

async function commit(
  store: Store,
  { head, messages }: MailBag,
  changes: Partial<InstanceCommit> = {},
): Promise<void> {
  const step = {
    id: head.id,
    version: head.version,
    consumed: messages.length,
    status: head.status,
    state: head.state,
    ...noChanges,
    ...changes,
  }
  const { outcomes } = await caller.call((key) => store.mailboxes.commit(key, [step]))
  expect(outcomes).toEqual(['committed'])
}

async function claim(store: Store): Promise<readonly LeasedRun[]> {
  const request = { nodeId: 'n', handlerSet: set.id, limit: 10, start: true }
  const reply = await caller.call((key) => store.runs.claim(key, request))
  return reply.kind === 'claimed' ? reply.leases : []
}

async function succeed(store: Store, leases: readonly LeasedRun[], output: string): Promise<void> {
  const outcomes = leases.map(({ firingId, token }) => ({
    firingId,
    token,
    kind: 'succeeded' as const,
    output,
  }))
  const settled = await caller.call((key) => store.runs.settle(key, outcomes))
  expect(settled.outcomes).toEqual(leases.map(() => 'settled'))
}

/** An instance that is begun, works off a job, ends and is removed. */
async function live(store: Store): Promise<readonly string[]> {
  const id = await create(store)
  const started = await receive(store)
  await commit(store, started, { enqueue: [member(started.head), member(started.head)] })
  const leases = await claim(store)
  await succeed(store, leases, '"done"')
  await commit(store, await receive(store), { status: 'completed', output: '"all"' })
  const removed = await caller.call((key) => store.instances.remove(key, [id]))
  await caller.call((key) => store.runs.advance(key, 100))
  return [...leases.map(({ workflow }) => workflow?.name ?? ''), ...removed.map(({ kind }) => kind)]
}

/** Kinds of keys the store keeps of itself, of its nodes, or of what happened. */
const OF_THE_STORE = new Set([
  'meta',
  'names',
  'numbers',
  'sets',
  'nodes',
  'node-ttl',
  'days',
  'events',
  'leases',
  'asleep',
  'serve',
  'members',
  'ring',
  'wake',
])

const LIFE = ['flow', 'flow', 'done']

describe('a full server', () => {
  const fill = async (server: RedisServer) => server.command('CONFIG', 'SET', 'maxmemory', '1')

  it('takes in no instance and no message, and what it has goes on to its end', async () => {
    const server = await startServer('--maxmemory-policy', 'noeviction')
    const store = await openStore({ url: server.url })
    const id = await create(store)
    const begun = await receive(store)
    await commit(store, begun, { enqueue: [member(begun.head)] })
    await signal(store, id, 's1')
    await fill(server)
    const refused = await Promise.all(
      [create(store), signal(store, id, 's2')].map((call) => call.catch((error: unknown) => error)),
    )
    expect(refused.map((error) => StoreFullError.is(error))).toEqual([true, true])
    const bag = await receive(store)
    await commit(store, bag, { acknowledge: ['s1'], enqueue: [member(bag.head)] })
    await succeed(store, await claim(store), '1')
    const ends = await receive(store)
    expect(ends.messages.map(({ kind }) => kind)).toEqual(['jobEnded', 'jobEnded'])
    await commit(store, ends, { status: 'completed' })
    expect(await caller.call((key) => store.instances.remove(key, [id]))).toEqual([{ kind: 'done' }])
  })

  it('carries out steps also when it has lost the functions', async () => {
    const server = await startServer('--maxmemory-policy', 'noeviction')
    const store = await openStore({ url: server.url })
    await create(store)
    await fill(server)
    await server.command('FUNCTION', 'FLUSH')
    const bag = await receive(store)
    await commit(store, bag, { enqueue: [member(bag.head)] })
    await server.command('FUNCTION', 'FLUSH')
    await succeed(store, await claim(store), '1')
    expect((await receive(store)).messages).toMatchObject([{ kind: 'jobEnded', output: '1' }])
  })
})

it('live on a Redis Cluster', async () => {
  const server = await startServer('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
  await server.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  while (!String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
    await systemClock.sleep(20)
  const store = await openStore({ cluster: [`127.0.0.1:${server.port}`], partitions: 4 })
  for (let i = 0; i < 4; i++) expect(await live(store)).toEqual(LIFE)
})

describe('on the server of the run', () => {
  const open = async (partitions = 1) => {
    const keyPrefix = `i${systemNewId()}`
    const store = await openStore({
      url: `redis://127.0.0.1:${inject('redisPort')}`,
      keyPrefix,
      partitions,
    })
    const admin = new Redis(inject('redisPort'))
    onTestFinished(() => admin.disconnect())
    return { store, admin, key: (name: string) => `{${keyPrefix}:0}:${name}` }
  }

  it('a big output is kept once, with its job', async () => {
    const { store, admin, key } = await open()
    const output = JSON.stringify('x'.repeat(100_000))
    const id = await create(store)
    const started = await receive(store)
    await commit(store, started, { enqueue: [member(started.head)] })
    await succeed(store, await claim(store), output)
    expect((await admin.lrange(key(`m:${id}`), 0, -1)).join().length).toBeLessThan(200)
    expect((await receive(store)).messages).toMatchObject([{ kind: 'jobEnded', output }])
  })

  it('an engine that was told of mail receives it, wherever it lies', async () => {
    const { store } = await open(8)
    const homes = new Set<number>()
    for (let i = 0; i < 12; i++) {
      const request = { nodeId: 'e', queues: ['workflow'], limit: 10, leaseMs: 30_000 } as const
      expect((await caller.call((key) => store.mailboxes.receive(key, request))).bags).toEqual([])
      const waiting = store.runs.wait({ nodeId: 'e', mailboxes: ['workflow'] }, { timeoutMs: 10_000 })
      homes.add(partitionOf(await create(store)))
      expect(await waiting).toEqual([{ kind: 'mail' }])
      await commit(store, await receive(store))
    }
    expect(homes.size).toBeGreaterThan(2)
  })

  it('jobs that are no members and members with more to them are worked off together', async () => {
    const { store } = await open()
    await create(store)
    const started = await receive(store)
    const enqueue = [member(started.head), { ...member(started.head), timeoutMs: 60_000 }]
    await commit(store, started, { enqueue })
    const job = { id: systemNewId(), taskType: 'work', payload: '{}', priority: 5 }
    await caller.call((key) => store.jobs.enqueue(key, [job]))
    const leases = await claim(store)
    expect(leases.map(({ workflow }) => workflow?.task)).toEqual(['t', 't', undefined])
    await succeed(store, leases, '1')
    const records = await store.jobs.get(leases.map(({ firingId }) => firingId))
    expect(records.map((record) => [record?.status, record?.workflowTask])).toEqual([
      ['completed', 't'],
      ['completed', 't'],
      ['completed', undefined],
    ])
    expect((await receive(store)).messages).toHaveLength(2)
  })

  it('a head stays small whatever sets there are, and all of them go with the instance', async () => {
    const { store, admin, key } = await open()
    const id = await create(store)
    const sets = Array.from({ length: 500 }, (_, i) => `signal:${i}${'s'.repeat(100)}`)
    const parts = sets.map((set, i) => ({ name: `t:${i}`, text: '{}', marks: { ready: i, [set]: i } }))
    const waiting = await receive(store)
    await commit(store, waiting, { parts })
    expect(await admin.strlen(key(`i:${id}`))).toBeLessThan(500)
    for (const set of [sets[0] as string, sets[499] as string])
      expect((await store.mailboxes.marked(id, set, { limit: 1 })).total).toBe(1)
    await signal(store, id, 's1')
    await commit(store, await receive(store), { status: 'completed' })
    await caller.call((call) => store.instances.remove(call, [id]))
    expect(await admin.keys(`${key('p')}*${id}*`)).toEqual([])
  })

  it('nothing is left of a life', async () => {
    const { store, admin, key } = await open()
    expect(await live(store)).toEqual(LIFE)
    const keys = (await admin.keys(`${key('')}*`)).map((name) => name.slice(key('').length).split(':')[0])
    expect(keys.filter((kind) => !OF_THE_STORE.has(kind as string))).toEqual([])
  })
})
