import type { Store } from '@dureq/types'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Connection, openConnection } from '../src/connection.ts'
import {
  announce,
  anyHandler,
  countsOf,
  createCalls,
  isUnavailable,
  newJob,
  newJobs,
  openStore,
  rejections,
  temporaryPath,
} from './bench.ts'

describe('while another process has the write lock', () => {
  it('a change waits until the lock is free', async () => {
    const { store, other } = await contended()
    other.exec('BEGIN IMMEDIATE')
    const enqueued = store.jobs.enqueue(createCalls()(), newJobs(3))
    expect(await countsOf(store)).toEqual({})
    other.exec('COMMIT')
    expect(await enqueued).toMatchObject([{ kind: 'created' }, { kind: 'created' }, { kind: 'created' }])
  })

  it('a change gives up in time, and nothing has happened', async () => {
    const { store, other } = await contended(60)
    const call = createCalls()
    other.exec('BEGIN IMMEDIATE')
    const errors = await rejections([
      store.jobs.enqueue(call(), newJobs(3)),
      store.runs.settle(call(), [{ firingId: newJob().id, token: 't', kind: 'succeeded' }]),
      store.leases.acquire(call(), 'lock', 'me', 1_000),
    ])
    for (const error of errors) {
      expect(error).toSatisfy(isUnavailable)
      expect(error).toMatchObject({ mayHaveHappened: false, cause: { code: 'SQLITE_BUSY' } })
    }
    other.exec('COMMIT')
    expect(await countsOf(store)).toEqual({})
  })

  it('reads, and claims and advances that have nothing to do, do not wait', async () => {
    const { store, other } = await contended(60)
    const call = createCalls()
    await announce(store, call())
    const id = newJob().id
    await store.jobs.enqueue(call(), [newJob({ id, delayMs: 60_000 })])
    other.exec('BEGIN IMMEDIATE')
    const request = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 10, start: true }
    expect(await store.runs.claim(call(), request)).toMatchObject({ kind: 'claimed', leases: [] })
    expect(await store.runs.advance(call(), 100)).toMatchObject({ moved: 0 })
    expect(await store.jobs.get([id])).toMatchObject([{ status: 'scheduled' }])
    expect(await store.runs.wait({ nodeId: 'n1', handlerSet: anyHandler.id }, { timeoutMs: 1 })).toEqual([])
    other.exec('COMMIT')
  })

  it('a call that was cut off half-way goes on where it stopped when it is repeated', async () => {
    const { store, other } = await contended(60)
    const key = createCalls()()
    const jobs = newJobs(1_000)
    const stored = store.events.subscribe({}, {})[Symbol.asyncIterator]()
    const cut = store.jobs.enqueue(key, jobs)
    // The call gives way after its first piece, whose events are told before it goes on.
    await stored.next()
    other.exec('BEGIN IMMEDIATE')
    const [error] = await rejections([cut])
    await stored.return?.()
    expect(error).toSatisfy(isUnavailable)
    expect(error).toMatchObject({ mayHaveHappened: true })
    other.exec('COMMIT')
    const { pending = 0 } = await countsOf(store)
    expect(pending).toBeGreaterThan(0)
    expect(pending).toBeLessThan(1_000)

    const repeated = await store.jobs.enqueue(key, jobs)
    expect(repeated).toEqual(jobs.map(({ id }) => ({ kind: 'created', id, createdAt: expect.any(Number) })))
    expect(await countsOf(store)).toEqual({ pending: 1_000 })
  })
})

it('two stores share the work of one file', async () => {
  const path = await temporaryPath()
  const stores = [openStore({ path }), openStore({ path })] as const
  const calls = [createCalls('a'), createCalls('b')] as const
  await stores[0].jobs.enqueue(calls[0](), newJobs(600))
  const shares = await Promise.all(stores.map((store, i) => drain(store, calls[i] ?? createCalls(), `n${i}`)))
  const all = shares.flat()
  expect(all).toHaveLength(600)
  expect(new Set(all).size).toBe(600)
  expect(await countsOf(stores[1])).toEqual({ completed: 600 })
})

async function drain(store: Store, call: ReturnType<typeof createCalls>, nodeId: string): Promise<string[]> {
  await announce(store, call(), nodeId)
  const done: string[] = []
  for (;;) {
    const reply = await store.runs.claim(call(), { nodeId, handlerSet: anyHandler.id, limit: 7, start: true })
    if (reply.kind === 'unknownSet') throw new Error('it was announced')
    if (reply.leases.length === 0) return done
    const outcomes = reply.leases.map(
      ({ firingId, token }) => ({ firingId, token, kind: 'succeeded' }) as const,
    )
    const { ended } = await store.runs.settle(call(), outcomes)
    done.push(...ended.map((firing) => firing.jobId))
  }
}

async function contended(commandTimeoutMs: number = 5_000): Promise<{ store: Store; other: Connection }> {
  const path = await temporaryPath()
  const store = openStore({ path, commandTimeoutMs })
  const other = openConnection(path, 'process')
  onTestFinished(() => other.close())
  return { store, other }
}
