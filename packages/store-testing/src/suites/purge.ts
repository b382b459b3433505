import type { JobRecord, RunRecord } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { bring, situations, statusOf } from '../fixtures/bring.ts'
import { bringMember } from '../fixtures/members.ts'
import { cancelled, died, failed, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireLast, fireTimes, MINUTE, type Recurring } from '../fixtures/schedules.ts'

/** Longer than what adapters keep inside a record. */
const LONG = 9_000

/** How a job under work ends. */
const endings = ['completed', 'dead', 'cancelled'] as const

type Ending = (typeof endings)[number]

/** `jobs.command` with `purge`. */
export function purgeSuite(contract: Contract): void {
  describe('jobs.command purge', () => {
    for (const ending of endings) {
      for (const size of [10, LONG]) {
        contract(
          `takes what a ${ending} job was given and gave (${size} characters), and nothing else`,
          async (bench) => {
            const id = await workOn(bench, ending, size)
            const [before, runs, counts] = [
              await jobOf(bench.store, id),
              await runsOf(bench.store, id),
              await countsOf(bench.store),
            ]
            const told = await eventsOf(bench.store, id)
            await bench.clock.advanceBy(1_000)
            await obey(bench, { verb: 'purge', id })
            expect(await jobOf(bench.store, id)).toStrictEqual(purged(before))
            expect(await runsOf(bench.store, id)).toStrictEqual(runs.map(purgedRun))
            expect(await countsOf(bench.store)).toStrictEqual(counts)
            expect(await eventsOf(bench.store, id)).toStrictEqual(told)
            await removeEverything(bench)
          },
        )
      }
    }

    for (const situation of endings) {
      contract(
        `of a plain job that is ${situation} leaves its status, its place and its end`,
        async (bench) => {
          const { id } = await bring(bench, situation, { payload: '"secret"' })
          const before = await jobOf(bench.store, id)
          await bench.clock.advanceBy(1_000)
          await obey(bench, { verb: 'purge', id })
          const after = await jobOf(bench.store, id)
          expect(after).toStrictEqual(purged(before))
          const page = await bench.store.inspector.listJobs({ status: situation }, { limit: 10 })
          expect(page.rows).toStrictEqual([after])
          await removeEverything(bench)
        },
      )
    }

    for (const situation of situations.filter((each) => !endings.some((ending) => ending === each))) {
      contract(`is refused when ${situation}`, async (bench) => {
        const { id } = await bring(bench, situation, { payload: '"kept"' })
        expect(await command(bench, { verb: 'purge', id })).toStrictEqual({
          kind: 'refused',
          status: statusOf(situation),
        })
        expect((await jobOf(bench.store, id)).payload).toBe('"kept"')
      })
    }

    contract('a purged job can be purged again, retried and deleted', async (bench) => {
      const { id } = await bring(bench, 'dead', { payload: '"secret"', headers: { a: 'b' } })
      await obey(bench, { verb: 'purge', id })
      await obey(bench, { verb: 'purge', id })
      await obey(bench, { verb: 'retry', id })
      const lease = await claimOne(bench)
      expect(lease).toMatchObject({ firingId: id, payload: 'null', headers: {} })
      await settle(bench, died(lease, 'again'))
      expect(await jobOf(bench.store, id)).toMatchObject({ lastError: 'again', result: { error: 'again' } })
      await obey(bench, { verb: 'delete', id })
      await removeEverything(bench)
    })

    contract('keeps what else was given: tags, keys, limits and policy', async (bench) => {
      const given = {
        tags: ['t'],
        uniqueKey: 'k',
        requestId: 'r',
        retainMs: 86_400_000,
        timeoutMs: 5_000,
        version: 'v',
      }
      const { id } = await bring(bench, 'dead', { ...given, headers: { a: 'b' } })
      await obey(bench, { verb: 'purge', id })
      expect(await jobOf(bench.store, id)).toMatchObject({ ...given, headers: {}, payload: 'null' })
      await removeEverything(bench)
    })

    contract('takes what the firing remembers', async (bench) => {
      const id = await add(bench)
      const lease = await claimOne(bench)
      const { firingId, token } = lease
      await bench.store.runs.memo(bench.calls.next(), [{ firingId, token, name: 's', value: '"secret"' }])
      await settle(bench, died(lease))
      await obey(bench, { verb: 'purge', id })
      await obey(bench, { verb: 'retry', id })
      const next = await claimOne(bench)
      expect(next).not.toHaveProperty('remembers')
      expect(await bench.store.runs.memos({ firingId, token: next.token })).toStrictEqual({
        kind: 'found',
        values: {},
      })
    })

    contract('of a firing leaves its job and the other firings as they are', async (bench) => {
      const job = await addRecurring(bench, undefined, { payload: '"secret"', headers: { a: 'b' } })
      await endFirings(bench, job)
      const [first, second] = [job.firing(1), job.firing(2)]
      const [before, other] = await bench.store.jobs.get([first, second])
      await bench.clock.advanceBy(1_000)
      await obey(bench, { verb: 'purge', id: first })
      expect(await bench.store.jobs.get([first, second])).toStrictEqual([purged(before as JobRecord), other])
      expect((await runsOf(bench.store, first))[0]).not.toHaveProperty('error')
      expect(await jobOf(bench.store, job.id)).toMatchObject({ payload: '"secret"', headers: { a: 'b' } })
      expect(await command(bench, { verb: 'purge', id: job.id })).toMatchObject({ kind: 'refused' })
      await removeEverything(bench)
    })

    contract('of a recurring job takes all of its firings', async (bench) => {
      const job = await addRecurring(bench, undefined, { payload: '"secret"', headers: { a: 'b' } })
      await endFirings(bench, job)
      await fireLast(bench, job, 3)
      await settle(bench, succeeded(await claimOne(bench), '"secret"'))
      const ids = [job.id, job.firing(1), job.firing(2), job.firing(3)]
      await bench.clock.advanceBy(1_000)
      await obey(bench, { verb: 'purge', id: job.id })
      for (const record of await bench.store.jobs.get(ids)) {
        expect(record).toMatchObject({ payload: 'null', headers: {} })
        expect(record).not.toHaveProperty('lastError')
        expect(record?.result ?? {}).not.toHaveProperty('output')
        expect(record?.result ?? {}).not.toHaveProperty('error')
      }
      for (const id of ids)
        for (const run of await runsOf(bench.store, id)) expect(run).not.toHaveProperty('error')
      await removeEverything(bench)
    })

    contract('of a member is for its instance to do', async (bench) => {
      const { id, owner } = await bringMember(bench, 'completed')
      const before = await jobOf(bench.store, id)
      expect(await command(bench, { verb: 'purge', id })).toStrictEqual({ kind: 'owned', ownerId: owner })
      expect(await jobOf(bench.store, id)).toStrictEqual(before)
    })
  })
}

/** A job that failed once, reported progress, and ended so; its texts have `size` characters. */
async function workOn(bench: TimedBench, ending: Ending, size: number): Promise<string> {
  const secret = JSON.stringify('s'.repeat(size))
  const id = await add(bench, { payload: secret, headers: { 'x-secret': secret }, tags: ['t'] })
  const first = await claimOne(bench)
  const { firingId, token, leaseMs } = first
  await bench.store.runs.extend(bench.calls.next(), [
    { firingId, token, leaseMs, started: true, progress: secret },
  ])
  await bench.clock.advanceBy(10)
  await settle(bench, failed(first, 0, secret))
  const last = await claimOne(bench)
  await bench.store.runs.extend(bench.calls.next(), [
    { firingId, token: last.token, leaseMs, started: true, progress: secret },
  ])
  await bench.clock.advanceBy(10)
  if (ending === 'cancelled') await obey(bench, { verb: 'cancel', id, reason: secret })
  await settle(
    bench,
    ending === 'completed'
      ? succeeded(last, secret)
      : ending === 'dead'
        ? died(last, secret)
        : cancelled(last),
  )
  return id
}

/** The record after a purge: when it was last moved, and so how long it is kept, stays as it was. */
function purged(before: JobRecord): JobRecord {
  const { lastError: _error, result, ...rest } = before
  return {
    ...rest,
    payload: 'null',
    headers: {},
    ...(result === undefined ? {} : { result: { status: result.status } }),
  }
}

function purgedRun({ error: _error, progress: _progress, ...rest }: RunRecord): RunRecord {
  return rest
}

/** Two firings, of which the first died and the second completed. */
async function endFirings(bench: TimedBench, job: Recurring): Promise<void> {
  await bench.clock.advanceBy(3 * MINUTE)
  await fireTimes(bench, job, 1)
  await settle(bench, died(await claimOne(bench), 'secret'))
  await fireTimes(bench, job, 2)
  await settle(bench, succeeded(await claimOne(bench), '"secret"'))
}
