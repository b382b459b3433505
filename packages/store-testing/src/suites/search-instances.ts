import { createHash } from 'node:crypto'
import { type InstanceQuery, type JsonValue, type NewInstance, ValidationError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { createBatch } from '../fixtures/batches.ts'
import { end } from '../fixtures/ended-instances.ts'
import { begin, create, createAll, createChild, headOf, remove, suspend } from '../fixtures/instances.ts'
import { pagesOf, rowsOf } from '../fixtures/pages.ts'

/** Instances one call looks at. */
const BOUND = 5_000

type Kind = 'workflow' | 'batch'

/** `inspector.searchInstances`: workflows and batches by a value in what they were started with. */
export function searchInstancesSuite(contract: Contract): void {
  describe('inspector.searchInstances', () => {
    for (const kind of ['workflow', 'batch'] as const) {
      contract(`compares by type and value what a ${kind} was started with`, async (bench) => {
        const values: readonly JsonValue[] = [
          { id: 1 },
          { id: '1' },
          { id: null },
          { id: [1, { deep: 'täxt "quoted"' }] },
          { id: { b: 2, a: 1 } },
          'plain',
          null,
        ]
        const ids: string[] = []
        for (const value of values) ids.push(await start(bench, kind, value))
        await start(bench, kind)
        for (const [path, value, found] of [
          [['id'], 1, [0]],
          [['id'], '1', [1]],
          [['id'], null, [2]],
          [['id', 0], 1, [3]],
          [['id', 1, 'deep'], 'täxt "quoted"', [3]],
          [['id', '0'], 1, []],
          [['id'], { a: 1, b: 2 }, [4]],
          [[], 'plain', [5]],
          [[], null, [6]],
          [['nothing'], null, []],
        ] as const) {
          const name = JSON.stringify([path, value])
          expect(await idsOf(bench, kind, { path, value }), name).toStrictEqual(found.map((i) => ids[i]))
        }
      })

      contract(`gives whole heads of a ${kind}, newest first, by name if asked`, async (bench) => {
        const ids = [
          await start(bench, kind, 7, { name: 'a' }),
          await start(bench, kind, 8, { name: 'a' }),
          await start(bench, kind, 7, { name: 'b' }),
        ]
        const [first, , third] = await Promise.all(ids.map((id) => headOf(bench.store, id)))
        const query = { path: [], value: 7 }
        expect(await search(bench, kind, query)).toStrictEqual({ rows: [third, first], scanned: 3 })
        const named = await search(bench, kind, { ...query, name: 'a' })
        expect(named).toStrictEqual({ rows: [first], scanned: 2 })
        expect(await search(bench, kind, { ...query, name: 'none' })).toStrictEqual({ rows: [], scanned: 0 })
      })
    }

    contract('looks at its own kind only', async (bench) => {
      const workflow = await start(bench, 'workflow', 7)
      const batch = await start(bench, 'batch', 7)
      const query = { path: [], value: 7 }
      expect(await idsOf(bench, 'workflow', query)).toStrictEqual([workflow])
      expect(await idsOf(bench, 'batch', query)).toStrictEqual([batch])
    })

    contract('finds every batch of those that share a definition', async (bench) => {
      const ids = [await start(bench, 'batch', 7), await start(bench, 'batch', 7)]
      expect(await idsOf(bench, 'batch', { path: [], value: 7 })).toStrictEqual([...ids].reverse())
    })

    contract('finds them in every status, children too, until they are removed', async (bench) => {
      const parent = await begin(bench, { input: '7' })
      const child = await createChild(bench, parent, { input: '7' })
      const suspended = await suspend(bench, (await begin(bench, { input: '7' })).id)
      const ended = await end(bench, await begin(bench, { input: '7' }), 'failed')
      const query = { path: [], value: 7 }
      const found = await idsOf(bench, 'workflow', query)
      expect(new Set(found)).toStrictEqual(new Set([parent.id, child, suspended.id, ended.id]))
      await end(bench, await headOf(bench.store, parent.id), 'completed')
      for (const id of [parent.id, ended.id]) await remove(bench, id)
      expect(await idsOf(bench, 'workflow', query)).toStrictEqual([suspended.id])
      await advanceAll(bench)
      expect(await idsOf(bench, 'workflow', query)).toStrictEqual([suspended.id])
    })

    contract('pages give every row once, whatever comes and goes between them', async (bench) => {
      const drafts = Array.from({ length: 20 }, (_, i) => bench.instance({ input: i % 2 === 0 ? '7' : '8' }))
      await createAll(bench, drafts)
      const before = drafts.map((draft) => bench.idOf(draft))
      const gone: string[] = []
      const pages = await pagesOf(
        (from) => search(bench, 'workflow', { path: [], value: 7 }, { limit: 3, ...from }),
        async () => {
          await create(bench, { input: '7' })
          const id = before[gone.length * 6] as string
          gone.push(id)
          await end(bench, await headOf(bench.store, id), 'completed')
          await remove(bench, id)
        },
      )
      for (const { rows } of pages) expect(rows.length).toBeLessThanOrEqual(3)
      const met = rowsOf(pages).map((row) => row.id)
      expect(new Set(met).size).toBe(met.length)
      const stayed = before.filter((id, i) => i % 2 === 0 && !gone.includes(id))
      expect(new Set(met.filter((id) => stayed.includes(id)))).toStrictEqual(new Set(stayed))
    })

    contract('looks at 5,000 a call at most, and says where to go on', async (bench) => {
      const old = await start(bench, 'workflow', 'needle')
      await createAll(
        bench,
        Array.from({ length: BOUND + 50 }, () => bench.instance()),
      )
      const young = await start(bench, 'workflow', 'needle')
      const pages = await pagesOf((from) => search(bench, 'workflow', { path: [], value: 'needle' }, from))
      for (const { scanned } of pages) expect(scanned).toBeLessThanOrEqual(BOUND)
      expect(pages.length).toBeGreaterThan(1)
      expect(pages.reduce((sum, { scanned }) => sum + scanned, 0)).toBe(BOUND + 52)
      expect(rowsOf(pages).map((row) => row.id)).toStrictEqual([young, old])
    })

    contract('a foreign cursor is refused', async (bench) => {
      for (let i = 0; i < 2; i++) await start(bench, 'workflow', 1)
      const { cursor = '' } = await search(bench, 'workflow', { path: [], value: 1 }, { limit: 1 })
      expect(cursor).not.toBe('')
      const listed = await bench.store.inspector.listInstances('workflow', {}, { limit: 1 })
      const refused: readonly (readonly [Kind, InstanceQuery, string])[] = [
        ['workflow', { path: [], value: 1 }, 'none'],
        ['workflow', { path: [], value: 1 }, listed.cursor ?? ''],
        ['batch', { path: [], value: 1 }, cursor],
        ['workflow', { path: [], value: 1, name: 'order' }, cursor],
        ['workflow', { path: [], value: '1' }, cursor],
        ['workflow', { path: ['a'], value: 1 }, cursor],
      ]
      for (const [kind, query, of] of refused) {
        const refusal: unknown = await search(bench, kind, query, { cursor: of }).catch(
          (error: unknown) => error,
        )
        expect(ValidationError.is(refusal), JSON.stringify([kind, query])).toBe(true)
      }
    })
  })
}

/** Starts a workflow with an input, or a batch with a payload for its shared step; without a value with neither. */
async function start(
  bench: TimedBench,
  kind: Kind,
  value?: JsonValue,
  overrides: Partial<NewInstance> = {},
): Promise<string> {
  await bench.clock.advanceBy(1)
  if (kind === 'workflow') {
    return create(bench, { ...(value !== undefined && { input: JSON.stringify(value) }), ...overrides })
  }
  const text = JSON.stringify({ name: 'mails', onetimePayload: value, itemTaskType: 'plain' })
  const hash = createHash('sha256').update(text).digest('hex')
  return createBatch(bench, 1, { definition: { hash, text }, ...overrides })
}

function search(
  bench: TimedBench,
  kind: Kind,
  query: InstanceQuery,
  page: { readonly limit?: number; readonly cursor?: string } = {},
) {
  return bench.store.inspector.searchInstances(kind, query, { limit: 100, ...page })
}

async function idsOf(bench: TimedBench, kind: Kind, query: InstanceQuery): Promise<string[]> {
  const pages = await pagesOf((from) => search(bench, kind, query, from))
  return rowsOf(pages).map((row) => row.id)
}
