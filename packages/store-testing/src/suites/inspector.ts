import {
  defaultSizeLimits,
  type JobFilter,
  type JobStatus,
  type PageRequest,
  type SizeLimits,
  ValidationError,
} from '@dureq/types'
import { describe, expect } from 'vitest'
import type { ContractOptions } from '../adapter.ts'
import type { Contract, TimedBench } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimAll,
  claimJobs,
  claimOne,
  handBack,
  obey,
  settle,
} from '../fixtures/acts.ts'
import { bring, situations, statusOf } from '../fixtures/bring.ts'
import { openRun } from '../fixtures/expected.ts'
import { newJob } from '../fixtures/new-job.ts'
import { cancelled, died, failed, paused, ref, succeeded } from '../fixtures/outcomes.ts'
import { listingOf } from '../fixtures/pages.ts'
import { jobOf, runsOf } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'

const byStatus: readonly JobFilter[] = (
  ['pending', 'scheduled', 'running', 'retrying', 'paused', 'completed', 'dead', 'cancelled'] as const
).map((status) => ({ status }))

/** The `inspector` role. */
export function inspectorSuite(contract: Contract, { partitions = 1 }: ContractOptions): void {
  describe('inspector.listJobs', () => {
    contract('rows are whole records; an empty listing is one empty page', async (bench) => {
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
      const { id } = await bring(bench, 'retrying, due later')
      const record = await jobOf(bench.store, id)
      for (const filter of [{}, { status: 'retrying' }, { taskType: 'plain' }] as const) {
        expect(await list(bench, filter)).toStrictEqual({ rows: [record], total: 1, totalExact: true })
      }
    })

    contract('without a status: by creation, the newest first unless asked otherwise', async (bench) => {
      const ids: string[] = []
      for (const situation of situations) {
        ids.push((await bring(bench, situation)).id)
        await claim(bench)
        await bench.clock.advanceBy(1)
      }
      expect(await idsOf(bench, {})).toStrictEqual([...ids].reverse())
      expect(await idsOf(bench, {}, { sort: 'newest' })).toStrictEqual([...ids].reverse())
      expect(await idsOf(bench, {}, { sort: 'oldest' })).toStrictEqual(ids)
    })

    contract('jobs of one call are listed in their order', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 60 }, () => ({})),
      )
      expect(await idsOf(bench, {}, { sort: 'oldest' })).toStrictEqual(ids)
      expect(await idsOf(bench, {}, { sort: 'newest' })).toStrictEqual([...ids].reverse())
    })

    const byDue: Readonly<Record<string, (bench: TimedBench, afterMs: number) => Promise<string>>> = {
      scheduled: (bench, delayMs) => add(bench, { delayMs }),
      retrying: async (bench, delayMs) => {
        const id = await add(bench)
        await settle(bench, failed(await claimOne(bench), delayMs))
        return id
      },
      paused: async (bench, resumeAfterMs) => {
        const id = await add(bench)
        await settle(bench, paused(await claimOne(bench), resumeAfterMs))
        return id
      },
    }
    for (const [status, make] of Object.entries(byDue)) {
      contract(`${status}: by due time`, async (bench) => {
        const late = await make(bench, 30_000)
        const early = await make(bench, 10_000)
        const middle = await make(bench, 20_000)
        const filter = { status: status as JobStatus }
        expect(await idsOf(bench, filter, { sort: 'oldest' })).toStrictEqual([early, middle, late])
        expect(await idsOf(bench, filter)).toStrictEqual([late, middle, early])
      })
    }

    contract('running: by claim time', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      const [first, second, third] = ids as [string, string, string]
      await claim(bench, { limit: 1 })
      await bench.clock.advanceBy(1)
      const lease = await claimOne(bench, { limit: 1 })
      await bench.clock.advanceBy(1)
      await claim(bench, { limit: 1, start: false })
      await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 90_000 }])
      expect(await idsOf(bench, { status: 'running' }, { sort: 'oldest' })).toStrictEqual([
        first,
        second,
        third,
      ])
      expect(await idsOf(bench, { status: 'running' })).toStrictEqual([third, second, first])
    })

    contract('ended ones: by end time, each status by itself', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 9 }, (_, i) => (i === 4 ? { retainMs: 60_000 } : {})),
      )
      const leases = await claim(bench)
      const ends: Record<string, string[]> = { completed: [], dead: [], cancelled: [] }
      for (const i of [6, 0, 3, 8, 1, 7, 4, 2, 5]) {
        const lease = leases[i]
        if (lease === undefined) throw new Error('nine jobs give nine leases')
        await bench.clock.advanceBy(1)
        if (i % 3 === 0) await settle(bench, succeeded(lease))
        if (i % 3 === 1) await settle(bench, died(lease))
        if (i % 3 === 2) await settle(bench, cancelled(lease))
        ends[['completed', 'dead', 'cancelled'][i % 3] as string]?.push(ids[i] as string)
      }
      for (const [status, ended] of Object.entries(ends)) {
        const filter = { status: status as JobStatus }
        expect(await idsOf(bench, filter, { sort: 'oldest' })).toStrictEqual(ended)
        expect(await idsOf(bench, filter)).toStrictEqual([...ended].reverse())
      }
    })

    contract('pending: in the order of the lines, which sort reverses', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}, {}])
      const back = await claimOne(bench, { limit: 1 })
      await handBack(bench, back)
      expect(await idsOf(bench, { status: 'pending' }, { sort: 'oldest' })).toStrictEqual(ids)
      expect(await idsOf(bench, { status: 'pending' })).toStrictEqual([...ids].reverse())
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual(ids)
    })

    contract('pending: tier by tier', async (bench) => {
      const [low, high, normal] = await addAll(bench, [{ priority: 1 }, { priority: 9 }, { priority: 5 }])
      expect(await idsOf(bench, { status: 'pending' }, { sort: 'oldest' })).toStrictEqual([high, normal, low])
    })

    contract('an id that stands for nothing, or twice, in a line is listed as what it is', async (bench) => {
      const [a, b, c] = await addAll(bench, [{}, {}, {}])
      await obey(bench, { verb: 'cancel', id: a })
      await obey(bench, { verb: 'cancel', id: b })
      await obey(bench, { verb: 'retry', id: b })
      const page = await list(bench, { status: 'pending' })
      expect(sorted(page.rows.map((row) => row.id))).toStrictEqual(sorted([b, c]))
      expect(page.total).toBe(2)
    })

    contract('filters go together, and every total is exact', async (bench) => {
      const wanted: Record<string, string[]> = {}
      for (const taskType of ['a', 'b']) {
        for (const situation of situations) {
          const { id } = await bring(bench, situation, { taskType })
          if (situation === 'pending' || situation === 'retrying, in line') await claim(bench)
          wanted[taskType] = [...(wanted[taskType] ?? []), id]
        }
      }
      const claimed = new Set(['pending', 'retrying, in line'])
      const statuses = situations.map((each) => (claimed.has(each) ? 'running' : statusOf(each)))
      for (const taskType of ['a', 'b', 'none']) {
        for (const status of [undefined, ...new Set([...statuses, 'pending' as const])]) {
          const ids = (wanted[taskType] ?? []).filter(
            (_, i) => status === undefined || statuses[i] === status,
          )
          const filter = { taskType, ...(status === undefined ? {} : { status }) }
          const page = await list(bench, filter)
          expect(sorted(page.rows.map((row) => row.id)), JSON.stringify(filter)).toStrictEqual(sorted(ids))
          expect({ total: page.total, exact: page.totalExact }).toStrictEqual({
            total: ids.length,
            exact: true,
          })
        }
      }
      expect(await list(bench, { status: 'failed' })).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('cursors give every row once, whatever the listing', async (bench) => {
      await mixture(bench)
      const filters: JobFilter[] = [{}, { taskType: 'a' }, ...byStatus, { status: 'pending', taskType: 'b' }]
      for (const filter of filters) {
        for (const sort of ['newest', 'oldest'] as const) {
          const all = await idsOf(bench, filter, { sort })
          const paged: string[] = []
          let cursor: string | undefined
          let pages = 0
          do {
            const next = await list(bench, filter, {
              limit: 3,
              sort,
              ...(cursor === undefined ? {} : { cursor }),
            })
            expect(next.rows.length).toBeLessThanOrEqual(3)
            expect(next.total).toBe(all.length)
            paged.push(...next.rows.map((row) => row.id))
            cursor = next.cursor
            expect(++pages).toBeLessThan(all.length + 3)
          } while (cursor !== undefined)
          expect(paged, `${JSON.stringify(filter)} ${sort}`).toStrictEqual(all)
        }
      }
    })

    contract('offsets walk the same rows', async (bench) => {
      await mixture(bench)
      for (const filter of [{}, { taskType: 'a' }, ...byStatus]) {
        const all = await idsOf(bench, filter)
        for (const offset of [0, 1, 4, all.length, all.length + 5]) {
          expect(await idsOf(bench, filter, { limit: 2, offset })).toStrictEqual(
            all.slice(offset, offset + 2),
          )
        }
      }
    })

    contract('a cursor goes on where its page ended, whatever has been added since', async (bench) => {
      const ids = (
        await addAll(
          bench,
          Array.from({ length: 6 }, () => ({})),
        )
      ).reverse()
      const first = await list(bench, {}, { limit: 3 })
      await addAll(bench, [{}, {}])
      const { cursor = '' } = first
      const rest = await list(bench, {}, { limit: 3, cursor })
      expect([...first.rows, ...rest.rows].map((row) => row.id)).toStrictEqual(ids)
    })

    contract('a foreign cursor and an offset beyond 10,000 are refused', async (bench) => {
      await addAll(
        bench,
        Array.from({ length: 5 }, () => ({})),
      )
      const { cursor = '' } = await list(bench, { status: 'pending' }, { limit: 2 })
      expect(cursor).not.toBe('')
      const refused: [JobFilter, Partial<PageRequest>][] = [
        [{}, { offset: 10_001 }],
        [{}, { cursor: 'no cursor' }],
        [{ status: 'dead' }, { cursor }],
      ]
      for (const [filter, page] of refused) {
        const refusal: unknown = await list(bench, filter, page).catch((error: unknown) => error)
        expect(ValidationError.is(refusal), String(refusal)).toBe(true)
      }
      expect(await idsOf(bench, {}, { offset: 10_000 })).toStrictEqual([])
    })
  })

  describe('inspector: runs', () => {
    contract('listRuns gives the newest first, at most as many as asked for', async (bench) => {
      const id = await add(bench)
      for (let i = 0; i < 4; i++) {
        await handBack(bench, await claimOne(bench))
        await bench.clock.advanceBy(10)
      }
      const lease = await claimOne(bench)
      const ids = (await bench.store.inspector.listRuns(id, 100)).map((run) => run.id)
      expect(ids).toStrictEqual([5, 4, 3, 2, 1].map((n) => `${id}-${n}`))
      expect((await bench.store.inspector.listRuns(id, 2)).map((run) => run.id)).toStrictEqual(
        ids.slice(0, 2),
      )
      expect(await bench.store.inspector.listRuns(id, 1)).toStrictEqual([openRun(lease)])
      expect(await bench.store.inspector.listRuns(newJob().id, 100)).toStrictEqual([])
    })

    contract('a firing keeps its newest 100 runs and counts all', async (bench) => {
      const id = await add(bench)
      for (let i = 0; i < 104; i++) {
        await handBack(bench, await claimOne(bench))
      }
      await settle(bench, succeeded(await claimOne(bench)))
      const runs = await runsOf(bench.store, id)
      expect(runs.map((run) => run.id)).toStrictEqual(
        Array.from({ length: 100 }, (_, i) => `${id}-${105 - i}`),
      )
      expect(runs[0]?.status).toBe('succeeded')
      const got = await bench.store.inspector.getRuns([`${id}-5`, `${id}-6`, `${id}-105`, `${id}-106`])
      expect(got.map((run) => run?.id)).toStrictEqual([undefined, `${id}-6`, `${id}-105`, undefined])
    })

    contract('getRuns answers in order, with undefined where there is no run', async (bench) => {
      const [a, b] = await addAll(bench, [{}, {}])
      const [lease] = await claimJobs(bench, [a, b])
      await settle(bench, failed(lease, 0))
      const runs = [...(await runsOf(bench.store, a)), ...(await runsOf(bench.store, b))]
      expect(
        await bench.store.inspector.getRuns([`${b}-1`, `${a}-2`, `${a}-1`, `${newJob().id}-1`, `${b}-1`]),
      ).toStrictEqual([runs[1], undefined, runs[0], undefined, runs[1]])
      expect(await bench.store.inspector.getRuns([])).toStrictEqual([])
    })
  })

  describe('inspector: counts and info (I3)', () => {
    contract('countJobs counts by type and status, and only what there is', async (bench) => {
      for (const situation of situations) {
        await bring(bench, situation, { taskType: situation })
        if (situation === 'pending') await claim(bench)
        if (situation === 'retrying, in line') await claim(bench)
      }
      const expected = situations.map((situation) => {
        const claimed = situation === 'pending' || situation === 'retrying, in line'
        return { taskType: situation, status: claimed ? 'running' : statusOf(situation), count: 1 }
      })
      const order = (counts: readonly { readonly taskType: string }[]) =>
        [...counts].sort((a, b) => (a.taskType < b.taskType ? -1 : 1))
      expect(order(await bench.store.inspector.countJobs())).toStrictEqual(order(expected))
    })

    contract('counts follow every move of a life', async (bench) => {
      const seen: unknown[] = []
      const look = async () =>
        seen.push((await bench.store.inspector.countJobs()).map((each) => each.status).join())
      const id = await add(bench, { delayMs: 5 })
      await look()
      await bench.clock.advanceBy(5)
      await advanceAll(bench)
      await look()
      const lease = await claimOne(bench)
      await look()
      await settle(bench, failed(lease, 5))
      await look()
      await obey(bench, { verb: 'pause', id })
      await look()
      await obey(bench, { verb: 'resume', id })
      await obey(bench, { verb: 'cancel', id })
      await look()
      await obey(bench, { verb: 'delete', id })
      await look()
      expect(seen).toStrictEqual(['scheduled', 'pending', 'running', 'retrying', 'paused', 'cancelled', ''])
    })

    contract('limits say what sizes are checked against', async (bench) => {
      const names = Object.keys(defaultSizeLimits) as (keyof SizeLimits)[]
      expect(sorted(Object.keys(bench.store.limits))).toStrictEqual(sorted(names))
      for (const name of names) {
        expect(bench.store.limits[name], name).toBeGreaterThan(0)
        expect(Number.isInteger(bench.store.limits[name]), name).toBe(true)
      }
    })

    contract('info says what the store is', async (bench) => {
      const info = await bench.store.inspector.info()
      expect(info).toStrictEqual({
        kind: info.kind,
        version: info.version,
        partitions,
        now: bench.clock.now(),
        servers: info.servers,
      })
      expect(info.servers?.length).toBeGreaterThan(0)
      for (const { address, role, sections } of info.servers ?? []) {
        expect([address, role]).not.toContain('')
        expect(sections['server']).toBeDefined()
      }
      expect(info.kind).toMatch(/^[a-z]+$/)
      expect(info.version).toMatch(/\d/)
    })
  })
}

const { list, idsOf } = listingOf((inspector, filter: JobFilter, page) => inspector.listJobs(filter, page))

/** Some jobs of two types in every status, at various times. */
async function mixture(bench: TimedBench): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (const situation of situations.filter((each) => !/pending|in line/.test(each))) {
      const { id } = await bring(bench, situation, {
        taskType: round % 2 ? 'a' : 'b',
        retainMs: 1_000_000 + round,
      })
      if (situation === 'paused' && round > 1) await obey(bench, { verb: 'cancel', id })
      await bench.clock.advanceBy(1)
    }
  }
  const priorities = [1, 5, 9, 5, 9, 5, 1]
  await addAll(
    bench,
    priorities.flatMap((priority) =>
      ['a', 'b'].map((taskType) => ({ taskType, priority, version: `${priority}` })),
    ),
  )
}
