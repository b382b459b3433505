import { createCaller, systemClock, systemNewId } from '@dureq/runtime'
import {
  type ClaimReply,
  createHandlerSet,
  type OverlapPolicy,
  type Recurrence,
  type ScheduleChange,
  type Store,
  type StoredSchedule,
} from '@dureq/types'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore } from '../src/index.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])
const MINUTE = 60_000

describe.each([1, 3])('recurring jobs in %i partitions', (partitions) => {
  async function setUp() {
    const keyPrefix = `r${systemNewId()}`
    const url = `redis://127.0.0.1:${inject('redisPort')}`
    let now = 1_700_000_000_000
    const clock = { ...systemClock, now: () => now }
    const store = createRedisStore({ url, keyPrefix, partitions, clock })
    const admin = new Redis(inject('redisPort'))
    onTestFinished(async () => {
      admin.disconnect()
      await store.close()
    })
    const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
    await caller.call((key) => store.nodes.announce(key, node, set, 1e9))
    const pass = (ms: number): number => (now += ms)
    const keysOf = async (id: string): Promise<string[]> =>
      (await admin.keys(`{${keyPrefix}:*}:*`)).filter((key) => key.includes(id))
    return { store, pass, clock, keysOf }
  }

  async function enqueue(store: Store, at: number, policy: OverlapPolicy = 'ALLOW_ALL'): Promise<string> {
    const recurrence: Recurrence = {
      schedule: { type: 'DURATION', interval: MINUTE, overlapPolicy: policy },
      anchorAt: at,
      next: { nextRunAt: at + MINUTE, dueAt: at + MINUTE },
    }
    const job = { id: systemNewId(), taskType: 'work', payload: '"first"', priority: 5, recurrence }
    const [outcome] = await caller.call((key) => store.jobs.enqueue(key, [job]))
    return outcome?.id as string
  }

  async function scheduleOf(store: Store, id: string): Promise<StoredSchedule> {
    return (await store.schedules.get([id]))[0] as StoredSchedule
  }

  /** Fires these times, and says what became of each. */
  async function fire(store: Store, jobId: string, times: readonly number[]): Promise<readonly string[]> {
    const { version } = await scheduleOf(store, jobId)
    const lastFiredAt = times.at(-1) as number
    const nextRunAt = lastFiredAt + MINUTE
    const plan = {
      jobId,
      version,
      times: times.map((at) => ({ at })),
      skips: [],
      lastFiredAt,
      next: { nextRunAt, dueAt: nextRunAt },
    }
    const { outcomes } = await caller.call((key) => store.schedules.fire(key, [plan]))
    const [outcome] = outcomes
    return outcome?.kind === 'fired' ? outcome.firings.map(({ kind }) => kind) : [String(outcome?.kind)]
  }

  async function claim(store: Store, limit = 10) {
    const request = { nodeId: 'n', handlerSet: set.id, limit, start: true }
    const reply: ClaimReply = await caller.call((key) => store.runs.claim(key, request))
    return reply.kind === 'claimed' ? reply.leases : []
  }

  async function succeed(store: Store, leases: readonly { firingId: string; token: string }[]) {
    const outcomes = leases.map(({ firingId, token }) => ({ kind: 'succeeded', firingId, token }) as const)
    return caller.call((key) => store.runs.settle(key, outcomes))
  }

  async function change(store: Store, order: ScheduleChange) {
    return (await caller.call((key) => store.schedules.change(key, [order]))).outcomes[0]
  }

  async function command(store: Store, verb: 'cancel' | 'pause' | 'resume' | 'retry' | 'delete', id: string) {
    return (await caller.call((key) => store.jobs.command(key, [{ verb, id }]))).outcomes[0]
  }

  const statusOf = async (store: Store, id: string) => (await store.jobs.get([id]))[0]?.status

  it('holds a firing until the one before has ended', async () => {
    const { store, pass, clock } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start, 'BUFFER_ONE')
    pass(3 * MINUTE)
    const times = [1, 2, 3].map((n) => start + n * MINUTE)
    expect(await fire(store, id, times)).toEqual(['created', 'held', 'skipped'])
    const [first, ...others] = await claim(store)
    expect(others).toEqual([])
    expect(first).toMatchObject({ firingId: `${id}:${times[0]}`, jobId: id, payload: '"first"' })
    expect(await statusOf(store, id)).toBe('running')
    expect((await store.inspector.listJobs({ status: 'running' }, { limit: 10 })).rows).toMatchObject([
      { id },
    ])
    await succeed(store, [first as never])
    expect(await scheduleOf(store, id)).toMatchObject({
      status: 'pending',
      unfinished: [{ firingId: `${id}:${times[1]}`, state: 'waiting' }],
      skips: [{ from: times[2], to: times[2], count: 1, reason: 'overlap' }],
    })
    expect((await store.inspector.listJobs({ status: 'pending' }, { limit: 10 })).rows).toMatchObject([
      { id },
    ])
    const [second] = await claim(store)
    // With one partition both travel as one script.
    const [, none] = await Promise.all([succeed(store, [second as never]), claim(store)])
    expect(none).toEqual([])
    expect(await store.inspector.countJobs()).toEqual([{ taskType: 'work', status: 'scheduled', count: 1 }])
    expect((await store.jobs.get([id]))[0]).toMatchObject({ attempt: 1, result: { status: 'completed' } })
  })

  it('cancels what is unfinished in favour of the newest', async () => {
    const { store, pass, clock } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start, 'REPLACE')
    pass(3 * MINUTE)
    const times = [1, 2, 3].map((n) => start + n * MINUTE)
    expect(await fire(store, id, [times[0] as number])).toEqual(['created'])
    const [first] = await claim(store)
    expect(await fire(store, id, times.slice(1))).toEqual(['held', 'held'])
    const { ended } = await succeed(store, [first as never])
    expect(ended).toMatchObject([{ firingId: first?.firingId, status: 'cancelled', error: 'replaced' }])
    expect((await claim(store)).map(({ firingId }) => firingId)).toEqual([`${id}:${times[2]}`])
  })

  it('claims in one go with a settle what that releases', async () => {
    const { store, pass, clock } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start, 'BUFFER_ALL')
    pass(2 * MINUTE)
    const times = [1, 2].map((n) => start + n * MINUTE)
    expect(await fire(store, id, times)).toEqual(['created', 'held'])
    const first = await claim(store)
    const [, second] = await Promise.all([succeed(store, first), claim(store)])
    // In several partitions the claim may come before what the settle releases.
    const leases = [...second, ...(await claim(store))]
    expect(leases.map(({ firingId }) => firingId)).toEqual([`${id}:${times[1]}`])
    expect(await statusOf(store, id)).toBe('running')
    await succeed(store, leases)
    expect(await store.inspector.countJobs()).toEqual([{ taskType: 'work', status: 'scheduled', count: 1 }])
  })

  it('pauses, resumes, triggers, backfills and ends', async () => {
    const { store, pass, clock } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start)
    expect(await command(store, 'pause', id)).toEqual({ kind: 'done' })
    expect(await command(store, 'pause', id)).toEqual({ kind: 'refused', status: 'paused' })
    const listed = await store.inspector.listJobs({ status: 'paused' }, { limit: 10 })
    expect(listed.rows).toMatchObject([{ id, pausedAt: start }])
    pass(5 * MINUTE)
    expect((await store.schedules.due(10)).entries).toEqual([])
    const triggered = [0, 1].map((n) => `${id}:${clock.now() + n}t`)
    for (const firingId of triggered)
      expect(await change(store, { verb: 'trigger', jobId: id })).toMatchObject({
        kind: 'done',
        firings: [{ kind: 'created', firingId }],
      })
    expect(await command(store, 'resume', id)).toEqual({ kind: 'done' })
    expect(await scheduleOf(store, id)).toMatchObject({
      version: 5,
      pausedSpans: [{ from: start, to: clock.now() }],
    })
    expect((await store.schedules.due(10)).entries).toHaveLength(1)
    const backfill = (time: number) => change(store, { verb: 'backfill', jobId: id, times: [time] })
    expect(await backfill(start + MINUTE)).toEqual({ kind: 'ahead' })
    expect(await backfill(start - MINUTE)).toMatchObject({ kind: 'done' })
    const leases = await claim(store)
    expect(leases).toHaveLength(3)
    expect(await change(store, { verb: 'remove', jobId: id })).toMatchObject({ kind: 'done' })
    expect(await change(store, { verb: 'trigger', jobId: id })).toEqual({
      kind: 'refused',
      status: 'running',
    })
    await succeed(store, leases)
    expect(await statusOf(store, id)).toBe('completed')
    expect(await store.schedules.get([id])).toEqual([undefined])
    expect(await command(store, 'retry', leases[0]?.firingId as string)).toMatchObject({ kind: 'refused' })
  })

  it('ends by a cancel when the last run has ended, and leaves nothing when it is deleted', async () => {
    const { store, pass, clock, keysOf } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start)
    pass(3 * MINUTE)
    await fire(
      store,
      id,
      [1, 2, 3].map((n) => start + n * MINUTE),
    )
    const leases = await claim(store, 1)
    expect(await command(store, 'cancel', id)).toEqual({ kind: 'done' })
    expect(await statusOf(store, id)).toBe('running')
    await succeed(store, leases)
    expect((await store.jobs.get([id]))[0]).toMatchObject({ status: 'cancelled' })
    expect((await store.schedules.firings(id, { limit: 10 })).rows.map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ])
    expect(await command(store, 'delete', id)).toEqual({ kind: 'done' })
    expect((await store.schedules.firings(id, { limit: 10 })).total).toBe(0)
    expect(await store.jobs.get(leases.map(({ firingId }) => firingId))).toEqual([undefined])
    await caller.call((key) => store.runs.advance(key, 2))
    await caller.call((key) => store.runs.advance(key, 2))
    await claim(store)
    expect(await keysOf(id)).toEqual([])
    expect(await store.inspector.countJobs()).toEqual([])
  })

  it('keeps the newest 100 firings that completed', async () => {
    const { store, pass, clock, keysOf } = await setUp()
    const start = clock.now()
    const id = await enqueue(store, start)
    pass(120 * MINUTE)
    const times = Array.from({ length: 120 }, (_, i) => start + (i + 1) * MINUTE)
    await fire(store, id, times)
    await succeed(store, await claim(store, 120))
    const page = await store.schedules.firings(id, { limit: 100, sort: 'oldest' })
    expect(page.total).toBe(100)
    expect(page.rows[0]?.id).toBe(`${id}:${times[20]}`)
    expect((await keysOf(`${id}:`)).length).toBe(200)
  })

  it('tells who waits for schedules that one is due earlier', async () => {
    const { store, clock } = await setUp()
    await store.schedules.due(0)
    const wait = () => store.runs.wait({ nodeId: 'w', schedules: true }, { timeoutMs: 4_000 })
    const waiting = wait()
    const id = await enqueue(store, clock.now())
    expect(await waiting).toContainEqual({ kind: 'schedules' })
    await store.schedules.due(0)
    await command(store, 'pause', id)
    const resumed = wait()
    await command(store, 'resume', id)
    expect(await resumed).toContainEqual({ kind: 'schedules' })
  })
})
