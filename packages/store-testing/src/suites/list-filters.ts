import { type JobFilter, ValidationError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, obey, settle } from '../fixtures/acts.ts'
import { bring, situations, statusOf } from '../fixtures/bring.ts'
import { addMany } from '../fixtures/crowd.ts'
import { end } from '../fixtures/ended-instances.ts'
import { addMember, headOf, remove } from '../fixtures/instances.ts'
import { newJob } from '../fixtures/new-job.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { expectHonest, listingOf, pagesOf, rowsOf } from '../fixtures/pages.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'
import { sorted } from '../fixtures/sorted.ts'

/** Rows one call of a filtered listing looks at. */
const BOUND = 10_000

/** Filters of `listJobs` that no structure is kept for, and tags. */
export function listFiltersSuite(contract: Contract): void {
  describe('inspector.listJobs with a tag', () => {
    contract('gives the jobs that have it, by creation, whole', async (bench) => {
      const ids = await addAll(bench, [
        { tags: ['a'] },
        { tags: ['a', 'b'], priority: 9 },
        {},
        { tags: ['b'] },
        { tags: ['a'], delayMs: 5 },
      ])
      const wanted = [ids[0], ids[1], ids[4]]
      expect(await idsOf(bench, { tag: 'a' }, { sort: 'oldest' })).toStrictEqual(wanted)
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual(wanted.reverse())
      expect(await idsOf(bench, { tag: 'b' })).toStrictEqual([ids[3], ids[1]])
      expect(await idsOf(bench, { tag: 'c' })).toStrictEqual([])
      const [row] = (await list(bench, { tag: 'b' })).rows
      expect(row).toStrictEqual(await jobOf(bench.store, ids[3]))
    })

    contract('finds a job wherever it stands, and no more once it is gone', async (bench) => {
      const tagged = { tags: ['a', 'odd "tag" %'], retainMs: 1_000 }
      const ids: string[] = []
      for (const situation of situations) {
        ids.push((await bring(bench, situation, tagged)).id)
        await claim(bench)
      }
      expect(await idsOf(bench, { tag: 'odd "tag" %' }, { sort: 'oldest' })).toStrictEqual(ids)
      const ended = ids.filter((_, i) => /completed|dead|cancelled/.test(situations[i] as string))
      await obey(bench, { verb: 'delete', id: ended[0] as string })
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await idsOf(bench, { tag: 'a' }, { sort: 'oldest' })).toStrictEqual(
        ids.filter((id) => !ended.includes(id)),
      )
      await removeEverything(bench)
    })

    contract('a tag that is stated twice is one', async (bench) => {
      const id = await add(bench, { tags: ['a', 'a'] })
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual([id])
      await removeEverything(bench)
    })

    contract('a recurring job is found by its tag, its firings are not', async (bench) => {
      const job = await addRecurring(bench, undefined, { tags: ['a'] })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual([job.id])
      await removeEverything(bench)
    })

    contract('a member is found until its instance is removed', async (bench) => {
      const { id, owner } = await addMember(bench, { tags: ['a'] })
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual([id])
      await end(bench, await headOf(bench.store, owner), 'completed')
      expect(await remove(bench, owner)).toStrictEqual({ kind: 'done' })
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual([])
      await advanceAll(bench)
      expect(await idsOf(bench, { tag: 'a' })).toStrictEqual([])
    })

    contract('goes with status, type and search', async (bench) => {
      const found: Record<string, string> = {}
      for (const taskType of ['mail.send', 'mail.read']) {
        for (const situation of ['scheduled', 'completed', 'dead'] as const) {
          const { id } = await bring(bench, situation, { taskType, tags: ['a'] })
          await bring(bench, situation, { taskType, tags: ['b'] })
          found[`${taskType} ${situation}`] = id
        }
      }
      const of = (pattern: RegExp) =>
        sorted(Object.entries(found).flatMap(([name, id]) => (pattern.test(name) ? [id] : [])))
      for (const [filter, pattern] of [
        [{ tag: 'a', status: 'dead' }, /dead/],
        [{ tag: 'a', taskType: 'mail.read' }, /read/],
        [{ tag: 'a', status: 'completed', taskType: 'mail.send' }, /send completed/],
        [{ tag: 'a', search: 'SEND' }, /send/],
        [{ tag: 'a', search: 'read', status: 'scheduled' }, /read scheduled/],
        [{ tag: 'a', search: 'none' }, /none/],
        [{ tag: 'a', status: 'pending' }, /none/],
      ] as const) {
        expect(sorted(await idsOf(bench, filter)), JSON.stringify(filter)).toStrictEqual(of(pattern))
      }
    })
  })

  describe('inspector.listJobs with a search', () => {
    contract('finds parts of the id and of the task type, in any case of letters', async (bench) => {
      const [a, b] = await addAll(bench, [{ taskType: 'Mail.Send' }, { taskType: 'sms.send' }])
      expect(await idsOf(bench, { search: 'mail' })).toStrictEqual([a])
      expect(await idsOf(bench, { search: 'SEND' })).toStrictEqual([b, a])
      expect(await idsOf(bench, { search: 'l.S' })).toStrictEqual([a])
      expect(await idsOf(bench, { search: '%' })).toStrictEqual([])
      expect(await idsOf(bench, { search: '.' })).toStrictEqual([b, a])
      expect(await idsOf(bench, { search: a.slice(2).toLowerCase() })).toStrictEqual([a])
      expect(await idsOf(bench, { search: a })).toStrictEqual([a])
      expect(await idsOf(bench, { search: newJob().id })).toStrictEqual([])
    })

    contract('keeps the order of the listing it filters', async (bench) => {
      const ends: string[] = []
      const ids = await addAll(
        bench,
        Array.from({ length: 6 }, (_, i) => ({ taskType: i % 2 === 0 ? 'even' : 'odd' })),
      )
      for (const lease of await claim(bench)) {
        await bench.clock.advanceBy(1)
        await settle(bench, succeeded(lease))
        if (lease.taskType === 'even') ends.push(lease.jobId)
      }
      const even = { search: 'EVE', status: 'completed' } as const
      expect(await idsOf(bench, even, { sort: 'oldest' })).toStrictEqual(ends)
      expect(await idsOf(bench, even)).toStrictEqual([...ends].reverse())
      const created = ids.filter((_, i) => i % 2 === 0)
      expect(await idsOf(bench, { search: 'eve' }, { sort: 'oldest' })).toStrictEqual(created)
    })

    contract('looks at 10,000 rows a call at most, and says where to go on', async (bench) => {
      const old = await add(bench, { taskType: 'needle' })
      await addMany(bench, BOUND + 50)
      const young = await add(bench, { taskType: 'needle' })
      const filter = { search: 'needle' }
      const pages = await pagesOf((from) => list(bench, filter, { limit: 10, ...from }))
      expect(pages.map(({ rows }) => rows.map((row) => row.id))).toStrictEqual([[young], [old]])
      expect(pages.map(({ totalExact }) => totalExact)).toStrictEqual([false, false])
      expectHonest(pages, 2)
    })
  })

  describe('pages of filtered jobs', () => {
    contract('give every row once, and no total that is not true', async (bench) => {
      await mixture(bench)
      for (const filter of filters) {
        for (const sort of ['newest', 'oldest'] as const) {
          const all = await idsOf(bench, filter, { sort })
          const pages = await pagesOf((from) => list(bench, filter, { limit: 2, sort, ...from }))
          const name = `${JSON.stringify(filter)} ${sort}`
          expect(
            rowsOf(pages).map((row) => row.id),
            name,
          ).toStrictEqual(all)
          expectHonest(pages, all.length)
          expect(
            pages.map(({ totalExact }) => totalExact),
            name,
          ).toStrictEqual(pages.map(() => false))
        }
      }
    })

    contract('are walked by offsets as well', async (bench) => {
      await mixture(bench)
      for (const filter of filters) {
        const all = await idsOf(bench, filter)
        for (const offset of [1, 3, all.length, all.length + 3]) {
          expect(await idsOf(bench, filter, { limit: 2, offset })).toStrictEqual(
            all.slice(offset, offset + 2),
          )
        }
      }
    })

    for (const filter of [{ tag: 'a' }, { search: 'MAIL' }] as const) {
      contract(`of ${JSON.stringify(filter)} miss nothing that stays between them`, async (bench) => {
        const drafts = Array.from({ length: 12 }, () => ({ tags: ['a'], taskType: 'mail' }))
        const before = await addAll(bench, drafts)
        const gone: string[] = []
        const pages = await pagesOf(
          (from) => list(bench, filter, { limit: 3, ...from }),
          async () => {
            await addAll(bench, [{ tags: ['a'], taskType: 'mail' }])
            const id = before[gone.length * 4] as string
            gone.push(id)
            await obey(bench, { verb: 'cancel', id })
            await obey(bench, { verb: 'delete', id })
          },
        )
        const met = rowsOf(pages).map((row) => row.id)
        expect(new Set(met).size).toBe(met.length)
        const stayed = before.filter((id) => !gone.includes(id))
        expect(met.filter((id) => stayed.includes(id))).toStrictEqual([...stayed].reverse())
        await removeEverything(bench)
      })
    }

    contract('have cursors of their own', async (bench) => {
      await mixture(bench)
      const { cursor = '' } = await list(bench, { tag: 'a' }, { limit: 1 })
      expect(cursor).not.toBe('')
      for (const filter of [{}, { tag: 'b' }, { search: 'x' }, { tag: 'a', search: 'x' }] as const) {
        const refusal: unknown = await list(bench, filter, { cursor }).catch((error: unknown) => error)
        expect(ValidationError.is(refusal), JSON.stringify(filter)).toBe(true)
      }
    })
  })
}

const filters: readonly JobFilter[] = [
  { tag: 'a' },
  { tag: 'b', search: 'MAIL' },
  { tag: 'a', status: 'scheduled' },
  { search: 'mail' },
  ...situations
    .map(statusOf)
    .filter((status, i, all) => all.indexOf(status) === i)
    .map((status) => ({ status, search: 'sms' })),
  { search: 'mail', taskType: 'mail', status: 'pending' },
]

const { list, idsOf } = listingOf((inspector, filter: JobFilter, page) => inspector.listJobs(filter, page))

/** Jobs of two types and two tags in every status. */
async function mixture(bench: TimedBench): Promise<void> {
  const kinds = [
    { taskType: 'mail', tags: ['a'] },
    { taskType: 'sms', tags: ['b'] },
    { taskType: 'mail', tags: ['b', 'a'] },
    { taskType: 'sms' },
  ]
  for (const kind of kinds) {
    for (const situation of situations.filter((each) => !/pending|in line/.test(each))) {
      await bring(bench, situation, kind)
      await bench.clock.advanceBy(1)
    }
  }
  await addAll(bench, [...kinds, ...kinds])
}
