import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreVersionError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../src/connection.ts'
import { createSqliteStore } from '../src/index.ts'
import { openDatabase } from '../src/sqlite-store.ts'
import {
  announce,
  anyHandler,
  countsOf,
  createCalls,
  isUnavailable,
  newJobs,
  openStore,
  rejections,
  temporaryPath,
} from './bench.ts'

describe('a file', () => {
  it('keeps everything over a close', async () => {
    const path = await temporaryPath()
    const call = createCalls()
    const first = createSqliteStore({ path })
    await announce(first, call())
    await first.jobs.enqueue(call(), newJobs(5))
    const request = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 2, start: true }
    const claimed = await first.runs.claim(call(), request)
    await first.close()

    const second = openStore({ path })
    expect(await countsOf(second)).toEqual({ pending: 3, running: 2 })
    expect(await second.nodes.list()).toHaveLength(1)
    const leases = claimed.kind === 'claimed' ? claimed.leases : []
    const outcomes = leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' }) as const)
    expect(await second.runs.settle(call(), outcomes)).toMatchObject({ outcomes: ['settled', 'settled'] })
    expect(await second.runs.claim(call(), { ...request, limit: 10 })).toMatchObject({
      leases: { length: 3 },
    })
  })

  it('is complete without its log once the store is closed', async () => {
    const path = await temporaryPath()
    const store = createSqliteStore({ path })
    await store.jobs.enqueue(createCalls()(), newJobs(10))
    await store.close()
    const copy = `${path}.copy`
    await writeFile(copy, await readFile(path))
    expect(await countsOf(openStore({ path: copy }))).toEqual({ pending: 10 })
  })

  it('does not grow by what comes and goes', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const call = createCalls()
    await announce(store, call())
    const churn = async (): Promise<number> => {
      await store.jobs.enqueue(
        call(),
        newJobs(500).map((job) => ({ ...job, retainMs: 0 })),
      )
      const request = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 500, start: true }
      const reply = await store.runs.claim(call(), request)
      const leases = reply.kind === 'claimed' ? reply.leases : []
      expect(leases).toHaveLength(500)
      await store.runs.settle(
        call(),
        leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' })),
      )
      return openPages(path)
    }
    await churn()
    const before = await churn()
    for (let i = 0; i < 4; i++) await churn()
    // The event log alone grows: 500 jobs have 1,500 events, some 15 rows of about 5 kB.
    expect(await openPages(path)).toBeLessThan(before + 4 * 40)
  })

  it.each([
    ['process', 1],
    ['power', 2],
  ] as const)('with durability %s every commit is flushed accordingly', async (durability, synchronous) => {
    const db = openDatabase({ path: await temporaryPath(), durability })
    expect(db.get('PRAGMA synchronous')).toEqual([synchronous])
    expect(db.get('PRAGMA journal_mode')).toEqual(['wal'])
    expect(db.get('PRAGMA busy_timeout')).toEqual([0])
    db.close()
  })

  it('of a later release is refused, and left alone', async () => {
    const path = await temporaryPath()
    await createSqliteStore({ path }).close()
    const later = openConnection(path, 'process')
    later.exec('PRAGMA user_version = 1000')
    later.get('PRAGMA wal_checkpoint(TRUNCATE)')
    later.close()
    const before = await readFile(path)
    expect(errorOf(() => createSqliteStore({ path }))).toSatisfy((error: unknown) =>
      StoreVersionError.is(error),
    )
    expect(await readFile(path)).toEqual(before)
  })

  it('that cannot be opened, or is no database, is unavailable', async () => {
    const path = await temporaryPath()
    await writeFile(path, 'this is no database, and long enough to be sure of that'.repeat(100))
    for (const bad of [path, join(path, 'below-a-file.db')]) {
      expect(errorOf(() => createSqliteStore({ path: bad }))).toSatisfy(isUnavailable)
    }
  })

  it('is made by two stores at once', async () => {
    const path = await temporaryPath()
    const stores = [openStore({ path }), openStore({ path })] as const
    await stores[0].jobs.enqueue(createCalls('a')(), newJobs(1))
    await stores[1].jobs.enqueue(createCalls('b')(), newJobs(1))
    expect(await countsOf(stores[0])).toEqual({ pending: 2 })
  })
})

describe('close', () => {
  it('can be called twice, and what comes later rejects', async () => {
    const store = createSqliteStore({ path: await temporaryPath() })
    await store.close()
    await store.close()
    const call = createCalls()
    const later = [
      store.jobs.enqueue(call(), newJobs(1)),
      store.jobs.get(['x']),
      store.runs.advance(call(), 10),
      store.runs.wait({ nodeId: 'n1' }, { timeoutMs: 10 }),
      store.events.read(undefined, {}, 10),
      store.inspector.info(),
    ]
    for (const error of await rejections(later)) expect(error).toSatisfy(isUnavailable)
  })

  it('ends whoever waits', async () => {
    const store = createSqliteStore({ path: ':memory:' })
    const call = createCalls()
    const [job] = newJobs(1)
    await store.jobs.enqueue(call(), job === undefined ? [] : [job])
    const waiting = store.runs.wait({ nodeId: 'n1' }, { timeoutMs: 60_000 })
    const watching = store.events.watch([job?.id ?? ''], { timeoutMs: 60_000 })
    const subscription = store.events.subscribe({}, {})[Symbol.asyncIterator]()
    const delivered = subscription.next()
    await store.close()
    expect(await waiting).toEqual([])
    expect(await watching).toEqual([])
    expect(await delivered).toEqual({ done: true, value: undefined })
  })
})

function errorOf(act: () => unknown): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    return error
  }
}

/** Pages of the file and of its log. */
async function openPages(path: string): Promise<number> {
  const { size } = await stat(path)
  const db = openConnection(path, 'process')
  db.get('PRAGMA wal_checkpoint(PASSIVE)')
  const pages = db.get('PRAGMA page_count')?.[0] as number
  const free = db.get('PRAGMA freelist_count')?.[0] as number
  db.close()
  return size >= 0 ? pages - free : 0
}
