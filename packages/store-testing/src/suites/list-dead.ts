import { type DeadFilter, type PageRequest, ValidationError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimJobs, claimOne, obey, settle } from '../fixtures/acts.ts'
import { addMany } from '../fixtures/crowd.ts'
import { end } from '../fixtures/ended-instances.ts'
import { addMember, headOf, remove } from '../fixtures/instances.ts'
import { died, succeeded } from '../fixtures/outcomes.ts'
import { expectHonest, listingOf, pagesOf, rowsOf } from '../fixtures/pages.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** Rows one call of a filtered listing looks at. */
const BOUND = 10_000

/** `inspector.listDead`: the dead letters. */
export function listDeadSuite(contract: Contract): void {
  describe('inspector.listDead', () => {
    contract('an empty listing is one empty page', async (bench) => {
      await settle(bench, succeeded(await claimOneNew(bench)))
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('gives jobs and firings of recurring jobs by when they died, whole', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const [first, second] = await claimTwo(bench)
      await settle(bench, died(first, 'boom one'))
      await bench.clock.advanceBy(1)
      const id = await deadJob(bench)
      await bench.clock.advanceBy(1)
      await settle(bench, died(second, 'boom two'))
      const dead = [job.firing(1), id, job.firing(2)]
      expect(await idsOf(bench, {}, { sort: 'oldest' })).toStrictEqual(dead)
      const { rows, total, totalExact } = await list(bench, {})
      expect(rows).toStrictEqual(
        await Promise.all([...dead].reverse().map((each) => jobOf(bench.store, each))),
      )
      expect({ total, totalExact }).toStrictEqual({ total: 3, totalExact: true })
      await removeEverything(bench)
    })

    contract('dead ones leave it when they are retried, deleted or too old', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      for (const lease of await claimTwo(bench)) await settle(bench, died(lease))
      const [retried, deleted, old] = [
        await deadJob(bench),
        await deadJob(bench),
        await deadJob(bench, { retainMs: 10 }),
      ]
      expect((await list(bench, {})).total).toBe(5)
      await obey(bench, { verb: 'retry', id: retried })
      await obey(bench, { verb: 'delete', id: deleted })
      await obey(bench, { verb: 'retry', id: job.firing(1) })
      await bench.clock.advanceBy(10)
      await advanceAll(bench)
      expect(await bench.store.jobs.get([old])).toStrictEqual([undefined])
      expect(await idsOf(bench, {})).toStrictEqual([job.firing(2)])
      expect((await list(bench, {})).total).toBe(1)
      await obey(bench, { verb: 'delete', id: job.firing(2) })
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
      for (const lease of await claim(bench)) await settle(bench, died(lease))
      expect((await list(bench, {})).total).toBe(2)
      await removeEverything(bench)
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('firings stay in it when their job has ended, and go with it', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await settle(bench, died(await claimOne(bench)))
      await obey(bench, { verb: 'cancel', id: job.id })
      expect(await idsOf(bench, {})).toStrictEqual([job.firing(1)])
      await obey(bench, { verb: 'delete', id: job.id })
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('members are in it until their instance is removed', async (bench) => {
      const { id, owner } = await addMember(bench)
      await settle(bench, died(await claimOne(bench)))
      expect(await idsOf(bench, {})).toStrictEqual([id])
      await end(bench, await headOf(bench.store, owner), 'failed')
      await remove(bench, owner)
      expect(await idsOf(bench, {})).toStrictEqual([])
      await advanceAll(bench)
      expect(await list(bench, {})).toStrictEqual({ rows: [], total: 0, totalExact: true })
    })

    contract('filters go together', async (bench) => {
      const dead = {
        mail: await deadJob(bench, { taskType: 'Mail', tags: ['a'] }, 'Connection refused'),
        sms: await deadJob(bench, { taskType: 'sms', tags: ['a', 'b'] }, 'no such number'),
        plain: await deadJob(bench, { taskType: 'Mail' }, 'no such mailbox'),
      }
      const job = await addRecurring(bench, undefined, { taskType: 'sms', tags: ['b'] })
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await settle(bench, died(await claimOne(bench), 'Refused'))
      const fired = job.firing(1)
      for (const [filter, ids] of [
        [{ taskType: 'sms' }, [dead.sms, fired]],
        [{ tag: 'a' }, [dead.mail, dead.sms]],
        [{ tag: 'b' }, [dead.sms, fired]],
        [{ search: 'REFUSED' }, [dead.mail, fired]],
        [{ search: 'mail' }, [dead.mail, dead.plain]],
        [{ search: dead.sms }, [dead.sms]],
        [{ search: 'no such', tag: 'a' }, [dead.sms]],
        [{ search: 'refused', tag: 'b', taskType: 'sms' }, [fired]],
        [{ search: 'refused', tag: 'b', taskType: 'Mail' }, []],
        [{ taskType: 'none' }, []],
      ] as const) {
        const name = JSON.stringify(filter)
        expect(await idsOf(bench, filter, { sort: 'oldest' }), name).toStrictEqual(ids)
        expectHonest([await list(bench, filter)], ids.length)
      }
    })

    contract('pages give every row once, by cursor and by offset', async (bench) => {
      const job = await addRecurring(bench)
      for (let i = 1; i <= 4; i++) {
        await bench.clock.advanceBy(MINUTE)
        await fireTimes(bench, job, i)
        await settle(bench, died(await claimOne(bench)))
        await addAll(bench, [{}, {}, { taskType: 'other' }])
        const leases = await claim(bench)
        await bench.store.runs.settle(
          bench.calls.next(),
          leases.map((lease) => died(lease)),
        )
      }
      for (const filter of [{}, { taskType: 'plain' }, { search: 'BOOM' }]) {
        for (const sort of ['newest', 'oldest'] as const) {
          const all = await idsOf(bench, filter, { sort })
          const pages = await pagesOf((from) => list(bench, filter, { limit: 3, sort, ...from }))
          expect(rowsOf(pages).map((row) => row.id)).toStrictEqual(all)
          expectHonest(pages, all.length)
          expect(await idsOf(bench, filter, { sort, offset: 5, limit: 4 })).toStrictEqual(all.slice(5, 9))
        }
      }
      expect((await list(bench, {})).total).toBe(16)
    })

    contract('pages miss nothing that stays, whatever comes and goes between them', async (bench) => {
      const dead: string[] = []
      for (let i = 0; i < 9; i++) dead.push(await deadJob(bench))
      const gone: string[] = []
      const pages = await pagesOf(
        (from) => list(bench, {}, { limit: 2, ...from }),
        async () => {
          await deadJob(bench)
          const id = dead[gone.length * 3] ?? (dead[0] as string)
          if (gone.includes(id)) return
          gone.push(id)
          await obey(bench, { verb: 'retry', id })
          await claim(bench)
        },
      )
      const met = rowsOf(pages).map((row) => row.id)
      expect(new Set(met).size).toBe(met.length)
      const stayed = dead.filter((id) => !gone.includes(id))
      expect(met.filter((id) => stayed.includes(id))).toStrictEqual([...stayed].reverse())
    })

    contract('a filtered call looks at 10,000 rows at most, and says where to go on', async (bench) => {
      const needle = await deadJob(bench, { taskType: 'needle' })
      await bench.clock.advanceBy(1)
      const ids = await addMany(bench, BOUND + 50, { taskType: 'hay', scheduleToStartTimeoutMs: 5 })
      await bench.clock.advanceBy(6)
      await advanceAll(bench)
      expect((await list(bench, {})).total).toBe(ids.length + 1)
      const pages = await pagesOf((from) => list(bench, { search: 'needle' }, from))
      expect(pages.map(({ rows }) => rows.map((row) => row.id))).toStrictEqual([[], [needle]])
      expectHonest(pages, 1)
    })

    contract('a foreign cursor and an offset beyond 10,000 are refused', async (bench) => {
      for (let i = 0; i < 3; i++) await deadJob(bench)
      const { cursor = '' } = await list(bench, {}, { limit: 1 })
      const ofJobs = await bench.store.inspector.listJobs({ status: 'dead' }, { limit: 1 })
      const refused: readonly (readonly [DeadFilter, Partial<PageRequest>])[] = [
        [{}, { offset: 10_001 }],
        [{}, { cursor: 'none' }],
        [{}, { cursor: ofJobs.cursor ?? '' }],
        [{ tag: 'a' }, { cursor }],
        [{}, { cursor, sort: 'oldest' }],
      ]
      for (const [filter, page] of refused) {
        const refusal: unknown = await list(bench, filter, page).catch((error: unknown) => error)
        expect(ValidationError.is(refusal), JSON.stringify(page)).toBe(true)
      }
    })
  })
}

const { list, idsOf } = listingOf((inspector, filter: DeadFilter, page) => inspector.listDead(filter, page))

async function claimOneNew(bench: TimedBench) {
  await add(bench)
  return claimOne(bench)
}

async function claimTwo(bench: TimedBench) {
  const leases = await claim(bench, { limit: 2 })
  expect(leases).toHaveLength(2)
  return leases as [(typeof leases)[number], (typeof leases)[number]]
}

/** A job that has died; nothing else may be claimable. A millisecond passes, so that none dies with another. */
async function deadJob(
  bench: TimedBench,
  draft: Parameters<typeof add>[1] = {},
  error?: string,
): Promise<string> {
  const id = await add(bench, draft)
  const [lease] = await claimJobs(bench, [id])
  await settle(bench, died(lease, error))
  await bench.clock.advanceBy(1)
  return id
}
