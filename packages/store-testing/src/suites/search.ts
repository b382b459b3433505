import { type JsonValue, type SearchQuery, ValidationError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, obey } from '../fixtures/acts.ts'
import { bring, situations } from '../fixtures/bring.ts'
import { addMany } from '../fixtures/crowd.ts'
import { end } from '../fixtures/ended-instances.ts'
import { addMember, headOf, remove } from '../fixtures/instances.ts'
import { pagesOf, rowsOf } from '../fixtures/pages.ts'
import { jobOf } from '../fixtures/reads.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** Jobs one call looks at. */
const BOUND = 5_000

/** `inspector.search`: jobs by a value in their payload. */
export function searchSuite(contract: Contract): void {
  describe('inspector.search', () => {
    contract('compares by type and value, at the end of a path of members and places', async (bench) => {
      const payloads: readonly JsonValue[] = [
        { id: 1 },
        { id: '1' },
        { id: true },
        { id: null },
        {},
        { id: [1, { deep: 'x' }] },
        { id: { b: 2, a: 1 } },
        [1, { id: 1 }],
        1,
        'täxt "quoted"',
        null,
        { '': { '0': 'zero' } },
      ]
      const ids = await addAll(
        bench,
        payloads.map((payload) => ({ payload: JSON.stringify(payload) })),
      )
      for (const [path, value, found] of [
        [['id'], 1, [0]],
        [['id'], '1', [1]],
        [['id'], true, [2]],
        [['id'], null, [3]],
        [['id', 0], 1, [5]],
        [['id', 1, 'deep'], 'x', [5]],
        [['id', '0'], 1, []],
        [['id'], { a: 1, b: 2 }, [6]],
        [['id'], { a: 1 }, []],
        [['id'], [1, { deep: 'x' }], [5]],
        [[1, 'id'], 1, [7]],
        [[], 1, [8]],
        [[], 'täxt "quoted"', [9]],
        [[], null, [10]],
        [['', '0'], 'zero', [11]],
        [['', 0], 'zero', []],
        [['nothing'], null, []],
      ] as const) {
        const name = JSON.stringify([path, value])
        expect(await idsOf(bench, { path, value }), name).toStrictEqual(found.map((i) => ids[i]))
      }
    })

    contract('gives whole records, newest first, and says how many it looked at', async (bench) => {
      const ids = await addAll(bench, [{ payload: '{"a":1}' }, {}, { payload: '{"a":1}', taskType: 'b' }])
      const page = await search(bench, { path: ['a'], value: 1 })
      expect(page).toStrictEqual({
        rows: [await jobOf(bench.store, ids[2]), await jobOf(bench.store, ids[0])],
        scanned: 3,
      })
      expect(await idsOf(bench, { path: ['a'], value: 1, taskType: 'b' })).toStrictEqual([ids[2]])
      expect(await search(bench, { path: ['a'], value: 1, taskType: 'none' })).toStrictEqual({
        rows: [],
        scanned: 0,
      })
    })

    contract('finds jobs wherever they stand, with large payloads as well', async (bench) => {
      const payload = JSON.stringify({ filler: 'x'.repeat(20_000), wanted: 'this' })
      const ids: string[] = []
      for (const situation of situations) {
        ids.unshift((await bring(bench, situation, { payload, taskType: situation })).id)
        if (/pending|in line/.test(situation)) await obey(bench, { verb: 'pause', id: ids[0] as string })
      }
      expect(await idsOf(bench, { path: ['wanted'], value: 'this' })).toStrictEqual(ids)
    })

    contract('finds recurring jobs, not their firings', async (bench) => {
      const job = await addRecurring(bench, undefined, { payload: '[7]' })
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      expect(await idsOf(bench, { path: [0], value: 7 })).toStrictEqual([job.id])
    })

    contract('finds what a payload is now', async (bench) => {
      const id = await add(bench, { payload: '1' })
      await obey(bench, { verb: 'updatePayload', id, payload: '2' })
      expect(await idsOf(bench, { path: [], value: 1 })).toStrictEqual([])
      expect(await idsOf(bench, { path: [], value: 2 })).toStrictEqual([id])
    })

    contract('finds members until their instance is removed', async (bench) => {
      const { id, owner } = await addMember(bench, { payload: '7' })
      expect(await idsOf(bench, { path: [], value: 7 })).toStrictEqual([id])
      await end(bench, await headOf(bench.store, owner), 'completed')
      await remove(bench, owner)
      expect(await idsOf(bench, { path: [], value: 7 })).toStrictEqual([])
      await advanceAll(bench)
      expect(await idsOf(bench, { path: [], value: 7 })).toStrictEqual([])
    })

    contract('pages give every row once, whatever comes and goes between them', async (bench) => {
      const before = await addAll(
        bench,
        Array.from({ length: 20 }, (_, i) => ({ payload: i % 2 === 0 ? '7' : '8' })),
      )
      const gone: string[] = []
      const pages = await pagesOf(
        (from) => search(bench, { path: [], value: 7 }, { limit: 3, ...from }),
        async () => {
          await add(bench, { payload: '7' })
          const id = before[gone.length * 6] as string
          gone.push(id)
          await obey(bench, { verb: 'cancel', id })
          await obey(bench, { verb: 'delete', id })
        },
      )
      for (const { rows } of pages) expect(rows.length).toBeLessThanOrEqual(3)
      const met = rowsOf(pages).map((row) => row.id)
      expect(new Set(met).size).toBe(met.length)
      const stayed = before.filter((id, i) => i % 2 === 0 && !gone.includes(id))
      expect(met.filter((id) => stayed.includes(id))).toStrictEqual([...stayed].reverse())
    })

    contract('looks at 5,000 jobs a call at most, and says where to go on', async (bench) => {
      const old = await add(bench, { payload: '"needle"' })
      await addMany(bench, BOUND + 50)
      const young = await add(bench, { payload: '"needle"' })
      const pages = await pagesOf((from) => search(bench, { path: [], value: 'needle' }, from))
      for (const { scanned } of pages) expect(scanned).toBeLessThanOrEqual(BOUND)
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.reduce((sum, { scanned }) => sum + scanned, 0)).toBe(BOUND + 52)
      expect(rowsOf(pages).map((row) => row.id)).toStrictEqual([young, old])
    })

    contract('a foreign cursor is refused', async (bench) => {
      await addAll(bench, [{ payload: '1' }, { payload: '1' }])
      const { cursor = '' } = await search(bench, { path: [], value: 1 }, { limit: 1 })
      expect(cursor).not.toBe('')
      const jobs = await bench.store.inspector.listJobs({}, { limit: 1 })
      const refused: readonly (readonly [SearchQuery, string])[] = [
        [{ path: [], value: 1 }, 'none'],
        [{ path: [], value: 1 }, jobs.cursor ?? ''],
        [{ path: [], value: 1, taskType: 'plain' }, cursor],
        [{ path: [], value: '1' }, cursor],
        [{ path: ['a'], value: 1 }, cursor],
      ]
      for (const [query, of] of refused) {
        const refusal: unknown = await search(bench, query, { cursor: of }).catch((error: unknown) => error)
        expect(ValidationError.is(refusal), JSON.stringify(query)).toBe(true)
      }
    })
  })
}

function search(
  bench: TimedBench,
  query: SearchQuery,
  page: { readonly limit?: number; readonly cursor?: string } = {},
) {
  return bench.store.inspector.search(query, { limit: 100, ...page })
}

async function idsOf(bench: TimedBench, query: SearchQuery): Promise<string[]> {
  const pages = await pagesOf((from) => search(bench, query, from))
  return rowsOf(pages).map((row) => row.id)
}
