import { defaultSettings, type LeaseRef, type NewJob, type RunOutcome, type Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../src/connection.ts'
import { homeId } from '../src/enqueue.ts'
import { announce, anyHandler, createCalls, newJob, openStore, temporaryPath } from './bench.ts'
import { takeBack } from './layouts.ts'

type Outcome = (lease: LeaseRef) => RunOutcome

const succeeded: Outcome = ({ firingId, token }) => ({ kind: 'succeeded', firingId, token, output: '"out"' })

function failed(lease: LeaseRef, then: 'die' | 'retry'): RunOutcome {
  const { firingId, token } = lease
  const verdict = then === 'die' ? ({ do: 'die' } as const) : ({ do: 'retry', delayMs: 3_600_000 } as const)
  return { kind: 'failed', firingId, token, status: 'failed', error: 'secret', then: verdict }
}

const died: Outcome = (lease) => failed(lease, 'die')
const retries: Outcome = (lease) => failed(lease, 'retry')

/** One node with one caller. */
async function startNode(store: Store) {
  const calls = createCalls()
  await announce(store, calls())
  return {
    calls,
    /** Stores jobs, runs each of them once, and answers with their ids. */
    async run(drafts: readonly Partial<NewJob>[], outcome: Outcome): Promise<readonly string[]> {
      const jobs = drafts.map((draft) => newJob(draft))
      await store.jobs.enqueue(calls(), jobs)
      expect(await this.work(outcome)).toHaveLength(jobs.length)
      return jobs.map(({ id }) => homeId({ id }))
    },
    /** Runs what waits once, and answers with its ids. */
    async work(outcome: Outcome): Promise<readonly string[]> {
      const request = { nodeId: 'n1', handlerSet: anyHandler.id, limit: 100, start: true }
      const reply = await store.runs.claim(calls(), request)
      const leases = reply.kind === 'claimed' ? reply.leases : []
      await store.runs.settle(calls(), leases.map(outcome))
      return leases.map(({ jobId }) => jobId)
    },
    order: (verb: 'cancel' | 'retry' | 'purge' | 'delete', id: string | undefined) =>
      store.jobs.command(calls(), [{ verb, id: id ?? '' }]),
  }
}

/** What the listings of a store tell. */
async function everything({ inspector }: Store) {
  const limit = { limit: 100 }
  return {
    tagged: await inspector.listJobs({ tag: 'a' }, limit),
    runs: await inspector.listAllRuns({}, limit),
    succeeded: await inspector.listAllRuns({ status: 'succeeded' }, limit),
    dead: await inspector.listDead({}, limit),
  }
}

describe('operations in a file', () => {
  it('take over what a file of the layout before has, as it is', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const node = await startNode(store)
    await node.run([{ tags: ['a', 'b'] }, { tags: ['a'] }], succeeded)
    await node.run([{}, { tags: ['a'] }], died)
    const [, cancelled, again] = await node.run([{}, {}, {}], retries)
    await node.order('cancel', cancelled)
    await node.order('cancel', again)
    await node.order('retry', again)
    await store.jobs.enqueue(node.calls(), [newJob({ delayMs: 3_600_000, tags: ['a', 'a'] })])
    const before = await everything(store)
    expect([before.tagged.rows.length, before.runs.total, before.dead.total]).toEqual([4, 7, 2])
    await store.close()
    takeBack(path, 6)
    const after = openStore({ path })
    expect(await everything(after)).toStrictEqual(before)
    // The caps count what was there.
    const settings = { ...defaultSettings, retention: { ...defaultSettings.retention, completedCount: 1 } }
    await after.settings.put(createCalls('later')(), 0, settings)
    await after.runs.advance(createCalls('clock')(), 100)
    expect((await after.inspector.listJobs({ status: 'completed' }, { limit: 10 })).total).toBe(1)
  })

  it('leave nothing of what is purged in any table but the log', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const node = await startNode(store)
    const drafts = [{ payload: '"secret"', headers: { a: 'secret' } }]
    const [id] = await node.run(drafts, died)
    await node.order('retry', id)
    await node.work(died)
    expect(await node.order('purge', id)).toMatchObject({ outcomes: [{ kind: 'done' }] })
    const db = openConnection(path, 'process')
    const tables = db.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'events'")
    const texts = tables.flatMap(([name]) => db.all(`SELECT * FROM "${name as string}"`).flat())
    db.close()
    expect(texts.filter((text) => String(text).includes('secret'))).toEqual([])
  })

  it('cost a plain job no statement of its own', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const node = await startNode(store)
    await node.run(
      Array.from({ length: 100 }, () => ({})),
      succeeded,
    )
    const db = openConnection(path, 'process')
    const rows = ['tags', 'finished_runs', 'quiet_ends', 'memos', 'audit'].map(
      (table) => db.get(`SELECT count(*) FROM ${table}`)?.[0],
    )
    const tallies = db.all('SELECT kind, count FROM tallies WHERE count <> 0 ORDER BY kind')
    db.close()
    expect(rows).toEqual([0, 0, 0, 0, 0])
    expect(tallies).toEqual([
      [0, 100],
      [2, 100],
    ])
  })
})
