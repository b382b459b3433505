import { createCaller, systemNewId } from '@dureq/runtime'
import { died, failed, ref, succeeded } from '@dureq/store-testing'
import { createHandlerSet, type LeasedRun, type Store } from '@dureq/types'
import { Redis } from 'ioredis'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore } from '../src/index.ts'

/** As different processes have them: each keeps the answers of its own calls. */
const [client, node, operator] = [createCaller(), createCaller(), createCaller()]
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])
const MARK = 'leaves-no-trace'

/** A store with one node, and all texts that any of its keys holds but the events. */
async function setUp() {
  const keyPrefix = `r${systemNewId()}`
  const store = createRedisStore({ url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix })
  const admin = new Redis(inject('redisPort'))
  onTestFinished(async () => {
    admin.disconnect()
    await store.close()
  })
  const info = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await node.call((key) => store.nodes.announce(key, info, set, 60_000))
  const traces = async (): Promise<string[]> => {
    const keys = (await admin.keys(`{${keyPrefix}:0}:*`)).filter((key) => !key.endsWith(':events'))
    const texts = await Promise.all(
      keys.map(async (key) => `${key} ${JSON.stringify(await read(admin, key))}`),
    )
    return texts.filter((text) => text.includes(MARK))
  }
  return { store, traces }
}

async function read(admin: Redis, key: string): Promise<unknown> {
  const type = await admin.type(key)
  if (type === 'string') return admin.get(key)
  if (type === 'hash') return admin.hgetall(key)
  if (type === 'list') return admin.lrange(key, '0', '-1')
  return type === 'set' ? admin.smembers(key) : admin.zrange(key, '0', '-1')
}

async function claim(store: Store): Promise<LeasedRun> {
  const request = { nodeId: 'n', handlerSet: set.id, limit: 1, start: true }
  const reply = await node.call((key) => store.runs.claim(key, request))
  if (reply.kind !== 'claimed' || reply.leases[0] === undefined) throw new Error('nothing was claimed')
  return reply.leases[0]
}

/** Leaves the mark wherever a handler can. */
async function work(store: Store, lease: LeasedRun, text: string): Promise<void> {
  const beat = { ...ref(lease), leaseMs: 30_000, started: true, progress: text }
  await node.call((key) => store.runs.extend(key, [beat]))
  await node.call((key) => store.runs.memo(key, [{ ...ref(lease), name: MARK, value: text }]))
}

it.each([
  ['short', 10],
  ['long', 9_000],
])('a purged job leaves no trace of %s texts in any key', async (_, size) => {
  const { store, traces } = await setUp()
  const text = JSON.stringify(`${MARK} ","headers":{"}\\" ${'x'.repeat(size)}`)
  const headers = { a: text, [`${MARK}"}`]: '\\' }
  const draft = { taskType: 'work', payload: text, priority: 5, headers, tags: ['t'] }
  const jobs = [1, 2, 3].map(() => ({ ...draft, id: systemNewId() }))
  const ids = (await client.call((key) => store.jobs.enqueue(key, jobs))).map(({ id }) => id)
  for (const _ of ids) {
    const first = await claim(store)
    await work(store, first, text)
    await node.call((key) => store.runs.settle(key, [failed(first, 0, text)]))
    const last = await claim(store)
    await work(store, last, text)
    if (last.jobId === ids[2]) {
      await client.call((key) => store.jobs.command(key, [{ verb: 'cancel', id: last.jobId, reason: text }]))
    }
    const outcome = last.jobId === ids[0] ? succeeded(last, text) : died(last, text)
    await node.call((key) => store.runs.settle(key, [outcome]))
  }
  // A node takes what it is told, as every node that lives does all the time.
  await store.runs.wait({ nodeId: 'n' }, { timeoutMs: 1_000 })
  expect(await traces()).not.toStrictEqual([])
  const orders = ids.map((id) => ({ verb: 'purge' as const, id, by: { who: 'ada' } }))
  const { outcomes } = await operator.call((key) => store.jobs.command(key, orders))
  expect(outcomes).toStrictEqual(ids.map(() => ({ kind: 'done' })))
  expect(await traces()).toStrictEqual([])
  const records = await store.jobs.get(ids)
  expect(records.map((record) => record?.status)).toStrictEqual(['completed', 'dead', 'cancelled'])
  expect(records[0]).toMatchObject({ tags: ['t'], headers: {}, payload: 'null' })
})

it('a purged recurring job leaves none in its firings', async () => {
  const { store, traces } = await setUp()
  const text = JSON.stringify(`${MARK} ${'x'.repeat(5_000)}`)
  const now = (await store.inspector.info()).now
  const recurrence = {
    schedule: { type: 'DURATION', interval: 60_000 },
    anchorAt: now - 120_000,
    next: { nextRunAt: now - 60_000, dueAt: now - 60_000 },
  } as const
  const job = {
    id: systemNewId(),
    taskType: 'work',
    payload: text,
    priority: 5,
    headers: { a: text },
    recurrence,
  }
  const [outcome] = await client.call((key) => store.jobs.enqueue(key, [job]))
  const id = outcome?.id as string
  const at = now - 60_000
  const plan = { jobId: id, version: 1, times: [{ at }], skips: [], lastFiredAt: at }
  await client.call((key) => store.schedules.fire(key, [plan]))
  const lease = await claim(store)
  await work(store, lease, text)
  await node.call((key) => store.runs.settle(key, [died(lease, text)]))
  expect(await traces()).not.toStrictEqual([])
  await operator.call((key) => store.jobs.command(key, [{ verb: 'purge', id }]))
  expect(await traces()).toStrictEqual([])
  expect((await store.jobs.get([id]))[0]).toMatchObject({ status: 'completed', payload: 'null', headers: {} })
})
