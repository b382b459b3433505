import { createCaller, systemNewId } from '@dureq/runtime'
import {
  type Collected,
  defaultSettings,
  type InstanceCommit,
  type NewInstance,
  type Store,
  StoreFullError,
} from '@dureq/types'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore, type RedisStoreOptions } from '../src/index.ts'
import { RedisServer } from './redis-server.ts'

const caller = createCaller()
const setting = { key: 'a*', group: 'a*', gracePeriodMs: 60_000, maxDelayMs: 60_000, maxSize: 10 }

function openStore(options: RedisStoreOptions): Store {
  const store = createRedisStore(options)
  onTestFinished(() => store.close())
  return store
}

function open(partitions = 1) {
  const keyPrefix = `b${systemNewId()}`
  const port = inject('redisPort')
  const admin = new Redis(port)
  onTestFinished(() => admin.disconnect())
  const key = (name: string, partition = 0): string => `{${keyPrefix}:${partition}}:${name}`
  return { store: openStore({ url: `redis://127.0.0.1:${port}`, keyPrefix, partitions }), admin, key }
}

function batch(): NewInstance {
  const definition = { hash: 'abc', text: '{}' }
  return { id: systemNewId(), kind: 'batch', name: 'mails', definition, state: '{}', open: true }
}

function message(group: string): Collected {
  return { id: systemNewId(), group, taskType: 'send', payload: '1', setting }
}

function collect(store: Store, version: number, messages: readonly Collected[]) {
  return caller.call((key) => store.instances.collect(key, version, messages))
}

async function createBatch(store: Store): Promise<string> {
  const [made] = await caller.call((key) => store.instances.create(key, [batch()]))
  return made?.id as string
}

function append(store: Store, id: string, last = true) {
  const parts = [{ name: 'i:0', text: '["a","1"]' }]
  const order = { id, from: 0, parts, names: ['a'], last, tell: false }
  return caller.call((key) => store.instances.append(key, [order]))
}

describe('a full server', () => {
  it('takes in neither items nor messages of groups', async () => {
    const server = await RedisServer.start('--maxmemory-policy', 'noeviction')
    onTestFinished(() => server[Symbol.asyncDispose]())
    const store = openStore({ url: server.url })
    const id = await createBatch(store)
    await server.command('CONFIG', 'SET', 'maxmemory', '1')
    const calls = [append(store, id), collect(store, 0, [message('a')])]
    const refused = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)))
    expect(refused.map((error) => StoreFullError.is(error))).toEqual([true, true])
  })
})

describe('settings of groups', () => {
  it('are none where an earlier release wrote the others', async () => {
    const { store, admin, key } = open()
    await caller.call((call) => store.settings.put(call, 0, { ...defaultSettings, groups: [setting] }))
    expect((await store.settings.get()).settings.groups).toEqual([setting])
    await admin.hdel(key('meta'), 'groups')
    expect(await store.settings.get()).toEqual({ version: 1, settings: defaultSettings })
  })

  it('a partition whose copy lags is brought up to date by what is collected there', async () => {
    const { store, admin, key } = open(3)
    await caller.call((call) => store.settings.put(call, 0, { ...defaultSettings, groups: [setting] }))
    for (const partition of [1, 2]) await admin.del(key('meta', partition))
    for (const group of ['a1', 'a2', 'a3', 'a4']) {
      expect(await collect(store, 1, [message(group)])).toMatchObject([{ size: 1 }])
    }
    expect(await collect(store, 0, [message('a1')])).toBe('stale')
    expect(await collect(store, 2, [message('a1')])).toBe('stale')
  })
})

describe('what is stored', () => {
  it('an idle group is a head, its messages, a timer and what lists and finds it', async () => {
    const { store, admin, key } = open()
    const [made] = (await collect(store, 0, [message('a'), message('a')])) as readonly {
      readonly id: string
    }[]
    const kinds = (await admin.keys(`${key('')}*`)).map((name) => name.slice(key('').length))
    const id = made?.id as string
    const own = kinds.filter((name) => name.includes(id) || /^(list|groups|timers|mail|tm)/.test(name))
    expect(own.sort()).toEqual(
      ['groups', 'timers', `i:${id}`, 'list:group:running:', 'list:group:running:a', `p:${id}`].sort(),
    )
    expect(await admin.zrange(key('timers'), '0', '-1')).toEqual([`${id}\t`])
  })

  it('an item says whose it is in a list of three', async () => {
    const { store, admin, key } = open()
    const id = await createBatch(store)
    await append(store, id)
    const request = { nodeId: 'e', queues: ['batch'], limit: 1, leaseMs: 30_000 } as const
    const { bags } = await caller.call((call) => store.mailboxes.receive(call, request))
    const item = { batchId: id, batchRole: 'item', batchItem: 'a', batchPlace: 0 } as const
    const job = { id: systemNewId(), taskType: 'work', payload: '1', priority: 5, ...item }
    const rest = { parts: [], cancel: [], create: [], send: [], timers: [], acknowledge: [], events: [] }
    const consumed = bags[0]?.messages.length ?? 0
    const step: InstanceCommit = {
      id,
      version: 1,
      consumed,
      status: 'running',
      state: '{}',
      enqueue: [job],
      ...rest,
    }
    const { outcomes } = await caller.call((call) => store.mailboxes.commit(call, [step]))
    expect(outcomes).toEqual(['committed'])
    expect(await admin.get(key(`j:${job.id}`))).toContain(`\n["${id}",0,"a"]\n`)
    expect(await store.jobs.get([job.id])).toMatchObject([item])
  })
})
