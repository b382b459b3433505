import type { NewJob, Store, StoredSchedule } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../src/connection.ts'
import { announce, anyHandler, countsOf, createCalls, newJob, openStore, temporaryPath } from './bench.ts'
import { layoutOf, takeBack } from './layouts.ts'
import { leftovers } from './leftovers.ts'

const MINUTE = 60_000

/** A recurring job that was due first when it was enqueued. */
function recurring(
  overrides: Partial<NewJob> = {},
  policy: 'ALLOW_ALL' | 'BUFFER_ALL' = 'ALLOW_ALL',
): NewJob {
  const nextRunAt = 1_000_000
  const schedule = { type: 'DURATION', interval: MINUTE, overlapPolicy: policy } as const
  const next = { nextRunAt, dueAt: nextRunAt }
  return newJob({ ...overrides, recurrence: { schedule, anchorAt: nextRunAt - MINUTE, next } })
}

/** Fires what is due of a job, a number of times in a row. */
async function fire(store: Store, jobId: string, times: number): Promise<readonly string[]> {
  const [entry] = await store.schedules.get([jobId])
  const { version, next } = entry as StoredSchedule
  const first = next?.nextRunAt ?? 0
  const at = Array.from({ length: times }, (_, i) => first + i * MINUTE)
  const nextRunAt = first + times * MINUTE
  const { outcomes } = await store.schedules.fire(createCalls(`fire-${jobId}-${first}`)(), [
    {
      jobId,
      version,
      times: at.map((each) => ({ at: each })),
      skips: [],
      lastFiredAt: nextRunAt - MINUTE,
      next: { nextRunAt, dueAt: nextRunAt },
    },
  ])
  expect(outcomes).toMatchObject([{ kind: 'fired' }])
  return at.map((each) => `${jobId}:${each}`)
}

/** Lets a node run everything there is. */
async function runAll(store: Store, call = createCalls('node')): Promise<number> {
  await announce(store, call())
  const claimed = await store.runs.claim(call(), {
    nodeId: 'n1',
    handlerSet: anyHandler.id,
    limit: 500,
    start: true,
  })
  const leases = claimed.kind === 'claimed' ? claimed.leases : []
  await store.runs.settle(
    call(),
    leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded', output: '1' })),
  )
  return leases.length
}

describe('recurring jobs in a file', () => {
  it('are kept over a close, with firings in every place', async () => {
    const path = await temporaryPath()
    const job = recurring({ payload: '{"n":1}' }, 'BUFFER_ALL')
    const first = openStore({ path })
    await first.jobs.enqueue(createCalls()(), [job])
    const [oldest = '', held = ''] = await fire(first, job.id, 2)
    await first.close()

    const store = openStore({ path })
    expect(await store.schedules.get([job.id])).toMatchObject([
      {
        status: 'pending',
        unfinished: [
          { firingId: oldest, state: 'waiting' },
          { firingId: held, state: 'held' },
        ],
      },
    ])
    expect(await runAll(store)).toBe(1)
    expect(await store.jobs.get([oldest, held])).toMatchObject([
      { id: oldest, status: 'completed', payload: '{"n":1}' },
      { id: held, status: 'pending', payload: '{"n":1}' },
    ])
    expect(await runAll(store, createCalls('again'))).toBe(1)
    expect(await store.jobs.get([job.id])).toMatchObject([{ status: 'scheduled', result: { output: '1' } }])
  })

  it('are listed once and counted once, page by page, and their firings are not', async () => {
    const store = openStore({ path: ':memory:' })
    const call = createCalls()
    const jobs = ['b', 'a', 'b', 'a'].map((taskType) => recurring({ taskType }))
    const oneShots = [newJob({ taskType: 'a' }), newJob({ taskType: 'c' })]
    await store.jobs.enqueue(call(), [...jobs, ...oneShots])
    for (const { id } of jobs) await fire(store, id, 2)
    expect(await countsOf(store)).toEqual({ pending: 1 })
    expect(await store.inspector.countJobs()).toMatchObject([
      { taskType: 'a', status: 'pending', count: 3 },
      { taskType: 'b', status: 'pending', count: 2 },
      { taskType: 'c', status: 'pending', count: 1 },
    ])
    for (const sort of ['newest', 'oldest'] as const) {
      for (const filter of [{}, { status: 'pending' }] as const) {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.inspector.listJobs(filter, {
            limit: 1,
            sort,
            ...(cursor !== undefined && { cursor }),
          })
          expect(page.total).toBe(6)
          seen.push(...page.rows.map(({ id }) => id))
          cursor = page.cursor
        } while (cursor !== undefined)
        expect(seen.toSorted()).toEqual([...jobs, ...oneShots].map(({ id }) => id).toSorted())
      }
    }
    await announce(store, call())
    await store.runs.claim(call(), { nodeId: 'n1', handlerSet: anyHandler.id, limit: 100, start: true })
    const running = await store.inspector.listJobs({ status: 'running' }, { limit: 100 })
    expect(running.rows.map(({ id }) => id).toSorted()).toEqual(
      [...jobs, ...oneShots].map(({ id }) => id).toSorted(),
    )
  })

  it('leave nothing behind when they end and are not kept', async () => {
    const path = await temporaryPath()
    const store = openStore({ path })
    const call = createCalls()
    const job = recurring({ retainMs: 0, uniqueKey: 'k' }, 'BUFFER_ALL')
    await store.jobs.enqueue(call(), [job])
    await fire(store, job.id, 3)
    await runAll(store)
    await announce(store, call())
    const claimed = await store.runs.claim(call(), {
      nodeId: 'n1',
      handlerSet: anyHandler.id,
      limit: 9,
      start: true,
    })
    const leases = claimed.kind === 'claimed' ? claimed.leases : []
    expect(leases).toHaveLength(1)
    await store.schedules.change(call(), [{ verb: 'trigger', jobId: job.id }])
    await store.jobs.command(call(), [{ verb: 'cancel', id: job.id }])
    expect(await store.jobs.get([job.id])).toMatchObject([{ status: 'running' }])
    await store.runs.settle(
      call(),
      leases.map(({ firingId, token }) => ({ firingId, token, kind: 'succeeded' })),
    )
    expect(await store.jobs.get([job.id])).toEqual([undefined])
    const db = openConnection(path, 'process')
    expect(leftovers(db, Date.now())).toEqual([])
    expect(db.get('SELECT count(*) FROM firings')).toEqual([0])
    expect(db.get('SELECT count, earlier FROM schedule_numbers')).toEqual([0, 1])
    db.close()
  })

  it('take a file of the layout before as it is', async () => {
    const path = await temporaryPath()
    const before = openStore({ path })
    await before.jobs.enqueue(createCalls()(), [newJob({ taskType: 'old' })])
    await before.close()
    takeBack(path, 2)
    expect(layoutOf(path)).toBe(layoutOf(await temporaryPath()))
    const store = openStore({ path })
    const job = recurring()
    await store.jobs.enqueue(createCalls('later')(), [job])
    await fire(store, job.id, 1)
    expect(await runAll(store)).toBe(2)
  })
})
