import {
  type JobRun,
  type LeaseRef,
  type PageRequest,
  type RunFilter,
  type RunOutcome,
  ValidationError,
} from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { addMany } from '../fixtures/crowd.ts'
import { end } from '../fixtures/ended-instances.ts'
import { addMember, headOf, remove } from '../fixtures/instances.ts'
import { cancelled, died, failed, failedThen, paused, repeated, succeeded } from '../fixtures/outcomes.ts'
import { expectHonest, listingOf, pagesOf, rowsOf } from '../fixtures/pages.ts'
import { runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** Rows one call of a filtered listing looks at. */
const BOUND = 10_000

/** `inspector.listAllRuns`: what was and is executed. */
export function listAllRunsSuite(contract: Contract): void {
  describe('inspector.listAllRuns', () => {
    contract('an empty listing is one empty page', async (bench) => {
      await add(bench)
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
      expect(await list(bench, { status: 'running' })).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('running ones come first by claim, then finished ones by end, whole', async (bench) => {
      const { runs, running, finished } = await history(bench)
      const wanted = [...running, ...finished]
      expect(await idsOf(bench, {})).toStrictEqual(wanted)
      expect(await idsOf(bench, {}, { sort: 'oldest' })).toStrictEqual([...wanted].reverse())
      const page = await list(bench, {})
      expect(page.rows).toStrictEqual(wanted.map((id) => runs.get(id)))
      expect({ total: page.total, exact: page.totalExact }).toStrictEqual({
        total: wanted.length,
        exact: true,
      })
    })

    contract('`running` and `claimed` both give what is leased, with an exact total', async (bench) => {
      const { running } = await history(bench)
      for (const status of ['running', 'claimed'] as const) {
        expect(await idsOf(bench, { status })).toStrictEqual(running)
      }
      const { total, totalExact } = await list(bench, { status: 'running' })
      expect({ total, totalExact }).toStrictEqual({ total: running.length, totalExact: true })
    })

    contract('filters go together', async (bench) => {
      const { runs, running, finished } = await history(bench)
      const all = [...running, ...finished].map((id) => runs.get(id) as JobRun)
      const [some] = all.filter(({ status }) => status === 'failed') as [JobRun]
      const filters: readonly RunFilter[] = [
        ...(['succeeded', 'failed', 'timed_out', 'cancelled'] as const).map((status) => ({ status })),
        { nodeId: 'n1' },
        { nodeId: 'n2' },
        { nodeId: 'n3' },
        { taskType: 'plain' },
        { taskType: 'none' },
        { jobId: some.jobId },
        { jobId: some.jobId, status: 'succeeded' },
        { from: some.startedAt },
        { to: some.startedAt },
        { from: some.startedAt, to: some.startedAt + 1 },
        { status: 'failed', taskType: 'plain', from: some.startedAt },
        { status: 'running', nodeId: 'n2' },
      ]
      for (const filter of filters) {
        const wanted = all.filter((run) => fits(run, filter)).map(({ id }) => id)
        expect(await idsOf(bench, filter), JSON.stringify(filter)).toStrictEqual(wanted)
        expectHonest([await list(bench, filter)], wanted.length)
      }
    })

    contract('task types are those of the jobs', async (bench) => {
      const [a, b] = await addAll(bench, [{ taskType: 'a' }, { taskType: 'b' }])
      for (const lease of await claim(bench)) await settle(bench, succeeded(lease))
      const c = await add(bench, { taskType: 'b' })
      await claimOne(bench)
      expect(await idsOf(bench, { taskType: 'a' })).toStrictEqual([`${a}-1`])
      expect(await idsOf(bench, { taskType: 'b' })).toStrictEqual([`${c}-1`, `${b}-1`])
      expect(await idsOf(bench, { taskType: 'b', status: 'succeeded' })).toStrictEqual([`${b}-1`])
    })

    contract('a job id gives the runs of the job, a firing id those of the firing', async (bench) => {
      const job = await addRecurring(bench)
      const ends: string[] = []
      for (let i = 1; i <= 3; i++) {
        await bench.clock.advanceBy(MINUTE)
        await fireTimes(bench, job, i)
        await settle(bench, failed(await claimOne(bench)))
        await bench.clock.advanceBy(1)
        await settle(bench, i === 2 ? died(await claimOne(bench)) : succeeded(await claimOne(bench)))
        ends.unshift(`${job.firing(i)}-2`, `${job.firing(i)}-1`)
      }
      await settle(bench, succeeded(await claimNew(bench)))
      expect(await idsOf(bench, { jobId: job.id })).toStrictEqual(ends)
      expect(await idsOf(bench, { jobId: job.firing(2) })).toStrictEqual(ends.slice(2, 4))
      expect(await idsOf(bench, { jobId: job.id, status: 'succeeded' })).toStrictEqual([ends[0], ends[4]])
      await obey(bench, { verb: 'cancel', id: job.id })
      await obey(bench, { verb: 'delete', id: job.id })
      expect(await idsOf(bench, { jobId: job.id })).toStrictEqual([])
      expect((await list(bench, {})).total).toBe(1)
    })

    contract('a run is listed once, in whatever way its firing ends or lives again', async (bench) => {
      const id = await add(bench)
      await settle(bench, failed(await claimOne(bench), 1_000))
      // Ends at the instant its run has, without it.
      await obey(bench, { verb: 'cancel', id })
      await expectRuns(bench, [`${id}-1`])
      await obey(bench, { verb: 'retry', id })
      await expectRuns(bench, [`${id}-1`])
      await settle(bench, died(await claimOne(bench)))
      await expectRuns(bench, [`${id}-2`, `${id}-1`])
      await obey(bench, { verb: 'retry', id })
      await expectRuns(bench, [`${id}-2`, `${id}-1`])
      await obey(bench, { verb: 'cancel', id })
      await expectRuns(bench, [`${id}-2`, `${id}-1`])
      await obey(bench, { verb: 'retry', id })
      const lease = await claimOne(bench)
      await expectRuns(bench, [`${id}-3`, `${id}-2`, `${id}-1`])
      await obey(bench, { verb: 'cancel', id })
      await settle(bench, cancelled(lease))
      await expectRuns(bench, [`${id}-3`, `${id}-2`, `${id}-1`])
      await removeEverything(bench)
      await expectRuns(bench, [])
    })

    contract('runs go with their job, and those that are too many for it', async (bench) => {
      const id = await add(bench, { retainMs: 1_000 })
      for (let i = 0; i < 104; i++) await settle(bench, repeated(await claimOne(bench)))
      await settle(bench, succeeded(await claimOne(bench)))
      const page = await list(bench, {})
      expect(page.rows.map((run) => run.id)).toStrictEqual(
        (await runsOf(bench.store, id)).map((run) => run.id),
      )
      expect(page.total).toBe(100)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      await expectRuns(bench, [])
    })

    contract('runs of members are listed until their instance is removed', async (bench) => {
      const { id, owner } = await addMember(bench)
      await settle(bench, failed(await claimOne(bench)))
      await settle(bench, died(await claimOne(bench)))
      await expectRuns(bench, [`${id}-2`, `${id}-1`])
      await end(bench, await headOf(bench.store, owner), 'failed')
      await remove(bench, owner)
      expect(await idsOf(bench, {})).toStrictEqual([])
      await advanceAll(bench)
      await expectRuns(bench, [])
    })

    contract('pages give every row once, by cursor and by offset', async (bench) => {
      await history(bench)
      await history(bench)
      for (const filter of [{}, { status: 'failed' }, { nodeId: 'n1' }, { status: 'running' }] as const) {
        for (const sort of ['newest', 'oldest'] as const) {
          const all = await idsOf(bench, filter, { sort })
          const pages = await pagesOf((from) => list(bench, filter, { limit: 2, sort, ...from }))
          expect(rowsOf(pages).map((run) => run.id)).toStrictEqual(all)
          expectHonest(pages, all.length)
          expect(await idsOf(bench, filter, { sort, offset: 3, limit: 4 })).toStrictEqual(all.slice(3, 7))
        }
      }
    })

    contract('pages miss nothing that stays, whatever comes and goes between them', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 9; i++) {
        const lease = await claimNew(bench)
        await settle(bench, succeeded(lease))
        await bench.clock.advanceBy(1)
        ids.push(lease.jobId)
      }
      const gone: string[] = []
      const pages = await pagesOf(
        (from) => list(bench, {}, { limit: 2, ...from }),
        async () => {
          await claimNew(bench)
          const id = ids[gone.length * 2] as string
          gone.push(id)
          await obey(bench, { verb: 'delete', id })
        },
      )
      const met = rowsOf(pages).map((run) => run.jobId)
      expect(new Set(met).size).toBe(met.length)
      const stayed = ids.filter((id) => !gone.includes(id))
      expect(met.filter((id) => stayed.includes(id))).toStrictEqual([...stayed].reverse())
    })

    contract('a filtered call looks at 10,000 rows at most, and says where to go on', async (bench) => {
      await claim(bench, { nodeId: 'needle' })
      await add(bench)
      const needle = await claimOne(bench, { nodeId: 'needle' })
      await settle(bench, succeeded(needle))
      await bench.clock.advanceBy(1)
      await addMany(bench, BOUND + 50)
      for (let leases = await claim(bench, { limit: 1_000 }); leases.length > 0; ) {
        await bench.store.runs.settle(
          bench.calls.next(),
          leases.map((lease) => succeeded(lease)),
        )
        leases = await claim(bench, { limit: 1_000 })
      }
      expect((await list(bench, {})).total).toBe(BOUND + 51)
      const pages = await pagesOf((from) => list(bench, { nodeId: 'needle' }, from))
      expect(pages.map(({ rows }) => rows.map((run) => run.id))).toStrictEqual([[], [needle.runId]])
      expectHonest(pages, 1)
    })

    contract('a foreign cursor and an offset beyond 10,000 are refused', async (bench) => {
      await history(bench)
      const { cursor = '' } = await list(bench, {}, { limit: 1 })
      expect(cursor).not.toBe('')
      const refused: readonly (readonly [RunFilter, Partial<PageRequest>])[] = [
        [{}, { offset: 10_001 }],
        [{}, { cursor: 'none' }],
        [{ nodeId: 'n1' }, { cursor }],
        [{}, { cursor, sort: 'oldest' }],
      ]
      for (const [filter, page] of refused) {
        const refusal: unknown = await list(bench, filter, page).catch((error: unknown) => error)
        expect(ValidationError.is(refusal), JSON.stringify(page)).toBe(true)
      }
    })
  })
}

const { list, idsOf } = listingOf((inspector, filter: RunFilter, page) => inspector.listAllRuns(filter, page))

async function expectRuns(bench: TimedBench, ids: readonly string[]): Promise<void> {
  const { rows, total, totalExact } = await list(bench, {})
  expect(rows.map((run) => run.id)).toStrictEqual(ids)
  expect({ total, totalExact }).toStrictEqual({ total: ids.length, totalExact: true })
}

function fits({ status, nodeId, jobId, startedAt }: JobRun<unknown>, filter: RunFilter): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY } = filter
  return (
    (filter.status === undefined || open(filter.status) === open(status)) &&
    (filter.nodeId === undefined || filter.nodeId === nodeId) &&
    (filter.jobId === undefined || filter.jobId === jobId) &&
    (filter.taskType === undefined || filter.taskType === 'plain') &&
    startedAt >= from &&
    startedAt < to
  )
}

function open(status: string): string {
  return status === 'claimed' ? 'running' : status
}

async function claimNew(bench: TimedBench, nodeId: string = 'n1') {
  await add(bench)
  return claimOne(bench, { nodeId })
}

/** Every way to finish a run after which nothing is claimable. */
const finishes: readonly ((lease: LeaseRef) => RunOutcome)[] = [
  (lease) => succeeded(lease),
  (lease) => died(lease),
  cancelled,
  (lease) => failed(lease, 1e9),
  (lease) => paused(lease),
  (lease) => repeated(lease, 1e9),
]

/** Runs of every kind, each at an instant of its own; ids in the order of the listing, the newest first. */
async function history(bench: TimedBench) {
  const ids: string[] = []
  const finished: string[] = []
  const pass = () => bench.clock.advanceBy(1)
  for (const nodeId of ['n1', 'n2']) {
    for (const finish of finishes) {
      const lease = await claimNew(bench, nodeId)
      ids.push(lease.jobId)
      await pass()
      await settle(bench, finish(lease))
      finished.unshift(lease.runId)
      await pass()
    }
    const late = await claimNew(bench, nodeId)
    ids.push(late.jobId)
    await settle(bench, failedThen(late, { do: 'retry', delayMs: 0 }, { status: 'timed_out' }))
    await pass()
    const back = await claimOne(bench, { nodeId })
    await pass()
    await handBack(bench, back)
    await pass()
    const last = await claimOne(bench, { nodeId })
    await pass()
    await settle(bench, failed(last, 1e9))
    finished.unshift(last.runId, back.runId, late.runId)
    await pass()
  }
  const running: string[] = []
  for (const nodeId of ['n1', 'n2']) {
    const started = await claimNew(bench, nodeId)
    await pass()
    await add(bench)
    const waiting = await claimOne(bench, { nodeId, start: false })
    await pass()
    ids.push(started.jobId, waiting.jobId)
    running.unshift(waiting.runId, started.runId)
  }
  const runs = new Map<string, unknown>()
  for (const id of ids) for (const run of await runsOf(bench.store, id)) runs.set(run.id, run)
  return { runs, running, finished }
}
