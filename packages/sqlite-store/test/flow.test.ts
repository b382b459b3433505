import {
  type CallKey,
  defaultSettings,
  type LeasedRun,
  type NewJob,
  type Settings,
  type Store,
} from '@dureq/types'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Connection } from '../src/connection.ts'
import { createStoreOn, openDatabase } from '../src/sqlite-store.ts'
import {
  announce,
  anyHandler,
  createCalls,
  newJob,
  newJobs,
  openStore,
  strangers,
  temporaryPath,
} from './bench.ts'
import { takeBack } from './layouts.ts'

const node = { nodeId: 'n1', handlerSet: anyHandler.id }

describe('limits in a file', () => {
  it('hold between processes, and a slot freed in one wakes a node of the other', async () => {
    const [here, there] = await strangers()
    const [call, other] = [createCalls('here'), createCalls('there')]
    await announce(here, call())
    await here.jobs.enqueue(call(), keyed(['a', 'a']))
    const [first] = await claim(there, other())
    expect(await claim(here, call())).toEqual([])
    expect(await here.runs.wait(node, { timeoutMs: 0 })).toEqual([])
    const reasons = here.runs.wait(node, { timeoutMs: 20_000 })
    await settle(there, other(), [first as LeasedRun])
    expect(await reasons).toMatchObject([{ kind: 'work' }])
    expect(await claim(here, call())).toHaveLength(1)
  })

  it('hold over a close, and their leases too', async () => {
    const path = await temporaryPath()
    const call = createCalls()
    const before = openStore({ path })
    await announce(before, call())
    await configure(before, call(), { taskTypes: { plain: { maxRunning: 2 } } })
    await before.jobs.enqueue(call(), keyed(['a', 'a', 'b', 'c']))
    const leases = await claim(before, call())
    expect(leases).toHaveLength(2)
    await before.close()
    const after = openStore({ path })
    expect(await claim(after, call())).toEqual([])
    await settle(after, call(), leases.slice(0, 1))
    expect(await claim(after, call())).toHaveLength(1)
  })

  it('are right whatever statement of a step fails', async () => {
    const failing = failingDatabase(await temporaryPath())
    const { store, db } = failing
    const call = createCalls()
    await announce(store, call())
    await configure(store, call(), { taskTypes: { plain: { maxRunning: 3 } } })
    await store.jobs.enqueue(call(), keyed(['a', 'a', 'a', 'b', 'b', 'c']))
    for (let left = 6, at = 0; left > 0; at = 0) {
      const claimed = await afterFailures(
        failing,
        () => at++,
        (key) => claim(store, key),
        call,
      )
      at = 0
      await afterFailures(
        failing,
        () => at++,
        (key) => settle(store, key, claimed),
        call,
      )
      left -= claimed.length
      expect(claimed.length).toBeGreaterThan(0)
    }
    expect(db.all('SELECT * FROM concurrency_keys')).toEqual([])
    expect(db.all('SELECT * FROM key_lines')).toEqual([])
    expect(db.get('SELECT running FROM flow_limits')).toEqual([0])
  })

  it('are counted for what an older release has leased, and lines go on', async () => {
    const path = await temporaryPath()
    const call = createCalls()
    const before = openStore({ path })
    await announce(before, call())
    await before.jobs.enqueue(call(), newJobs(4))
    const [lease] = await claim(before, call(), 1)
    await before.close()
    takeBack(path, 5)
    const after = openStore({ path })
    await configure(after, call(), { taskTypes: { plain: { maxRunning: 2 } } })
    expect(await claim(after, call())).toHaveLength(1)
    await settle(after, call(), [lease as LeasedRun])
    expect(await claim(after, call())).toHaveLength(1)
  })
})

describe('what a claim costs', () => {
  it('does not grow with the lines that are parked', async () => {
    const { store, seen } = countingDatabase()
    const call = createCalls()
    await announce(store, call())
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}`)
    for (let i = 0; i < keys.length; i += 500) {
      await store.jobs.enqueue(call(), keyed(keys.slice(i, i + 500), [{ key: 'all', maxConcurrency: 1 }]))
    }
    // Every line is met once, and parked at the key all of them need.
    let lease = (await claim(store, call(), 1))[0] as LeasedRun
    expect(await claim(store, call(), 1)).toEqual([])
    for (let i = 0; i < 3; i++) {
      seen.rows = 0
      seen.statements = 0
      await settle(store, call(), [lease])
      const [next] = await claim(store, call(), 1)
      lease = next as LeasedRun
      expect(seen.rows).toBeLessThan(100)
      expect(seen.statements).toBeLessThan(60)
    }
  })

  it('is no statement more a job when nothing is limited', async () => {
    const { store, seen } = countingDatabase()
    const call = createCalls()
    await announce(store, call())
    const statementsOf = async (jobs: number): Promise<number> => {
      seen.statements = 0
      await store.jobs.enqueue(call(), newJobs(jobs))
      const leases = await claim(store, call(), jobs)
      await settle(store, call(), leases)
      return seen.statements
    }
    await statementsOf(100)
    expect(await statementsOf(128)).toBeLessThan((await statementsOf(8)) + 20)
  })
})

describe('a node that sleeps', () => {
  it('is woken also after a claim ahead that found all it asked for, or nothing', async () => {
    const store = openStore({ path: ':memory:' })
    const call = createCalls()
    await announce(store, call())
    await claim(store, call())
    expect(await store.runs.wait(node, { timeoutMs: 0 })).toEqual([])
    await store.jobs.enqueue(call(), newJobs(1))
    // It has no slot: what it claims ahead says nothing of what comes while it sleeps.
    await store.runs.claim(call(), { ...node, limit: 5, start: false, free: { '*': 0 } })
    expect(await store.runs.wait(node, { timeoutMs: 20_000 })).toMatchObject([{ kind: 'work' }])
  })
})

/** Jobs with the key each, and others beside it. */
function keyed(
  keys: readonly string[],
  others: NonNullable<NewJob['concurrencyKeys']> = [],
): readonly NewJob[] {
  return keys.map((key) => newJob({ concurrencyKeys: [{ key, maxConcurrency: 1 }, ...others] }))
}

async function claim(store: Store, call: CallKey, limit = 10): Promise<readonly LeasedRun[]> {
  const reply = await store.runs.claim(call, { ...node, limit, start: true })
  return reply.kind === 'claimed' ? reply.leases : []
}

async function settle(store: Store, call: CallKey, leases: readonly LeasedRun[]): Promise<void> {
  const outcomes = leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' }) as const)
  await store.runs.settle(call, outcomes)
}

async function configure(store: Store, call: CallKey, changes: Partial<Settings>): Promise<void> {
  const { version } = await store.settings.get()
  await store.settings.put(call, version, { ...defaultSettings, ...changes })
}

interface Failing {
  readonly store: Store
  readonly db: Connection
  /** The change of this number from now on fails; none if undefined. */
  failAt: number | undefined
}

/** A store whose database can be told to fail. */
function failingDatabase(path: string): Failing {
  const db = openDatabase({ path })
  const failing: { failAt: number | undefined } = { failAt: undefined }
  const wrapped: Connection = {
    ...bound(db),
    run(sql, params) {
      if (failing.failAt !== undefined && failing.failAt-- === 0) throw new Error('it failed')
      return db.run(sql, params)
    },
  }
  const store = createStoreOn(wrapped, { path })
  onTestFinished(() => store.close())
  return Object.assign(failing, { store, db })
}

/** Makes a call fail at each of its statements in turn, checks what is stored after each, and lets it succeed in the end. */
async function afterFailures<Answer>(
  failing: Failing,
  next: () => number,
  act: (call: CallKey) => Promise<Answer>,
  calls: () => CallKey,
): Promise<Answer> {
  for (;;) {
    failing.failAt = next()
    try {
      return await act(calls())
    } catch (error) {
      expect(error).toMatchObject({ message: 'it failed' })
      expect(slotsOf(failing.db)).toEqual(leasesOf(failing.db))
    } finally {
      if (failing.failAt !== undefined && failing.failAt >= 0) failing.failAt = undefined
    }
  }
}

function slotsOf(db: Connection): unknown {
  return db.all('SELECT key, running FROM concurrency_keys WHERE running > 0 ORDER BY key')
}

function leasesOf(db: Connection): unknown {
  return db.all(
    'SELECT first_key, count(*) FROM firings WHERE due_class = 4 GROUP BY first_key ORDER BY first_key',
  )
}

interface Seen {
  statements: number
  rows: number
}

/** A store in memory, and how many statements it has carried out and rows it has read. */
function countingDatabase(): { readonly store: Store; readonly seen: Seen } {
  const options = { path: ':memory:' }
  const db = openDatabase(options)
  const seen: Seen = { statements: 0, rows: 0 }
  const count = <Answer>(rows: number, answer: Answer): Answer => {
    seen.statements++
    seen.rows += rows
    return answer
  }
  const counting: Connection = {
    ...bound(db),
    all(sql, params) {
      const found = db.all(sql, params)
      return count(found.length, found)
    },
    get: (sql, params) => count(1, db.get(sql, params)),
    run: (sql, params) => count(0, db.run(sql, params)),
  }
  const store = createStoreOn(counting, options)
  onTestFinished(() => store.close())
  return { store, seen }
}

function bound(db: Connection): Connection {
  return {
    all: (sql, params) => db.all(sql, params),
    get: (sql, params) => db.get(sql, params),
    run: (sql, params) => db.run(sql, params),
    exec: (sql) => db.exec(sql),
    transact: (work) => db.transact(work),
    snapshot: (look) => db.snapshot(look),
    dataVersion: () => db.dataVersion(),
    close: () => db.close(),
  }
}
