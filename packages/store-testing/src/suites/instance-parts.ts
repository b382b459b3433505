import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { begin, committed } from '../fixtures/instances.ts'
import { markedOf, partOf } from '../fixtures/parts.ts'

/** What commits keep in parts and marks. */
export function instancePartsSuite(contract: Contract): void {
  describe('parts of an instance', () => {
    contract('are written, rewritten, taken away and read in order', async (bench) => {
      const big = JSON.stringify('é|,:\n'.repeat(40_000))
      let head = await begin(bench)
      head = await committed(bench, head, {
        parts: [
          { name: 't:a', text: '{ "x": 1.50 }' },
          { name: 't:é ü:|,', text: big },
          { name: 't:c', text: '""' },
        ],
      })
      head = await committed(bench, head, {
        parts: [{ name: 't:a', text: '2' }, { name: 't:c' }, { name: 'none' }],
      })
      const read = (id: string) => bench.store.mailboxes.parts(id, ['t:é ü:|,', 'none', 't:a', 't:c', 't:a'])
      const a = { name: 't:a', text: '2' }
      expect(await read(head.id)).toStrictEqual([{ name: 't:é ü:|,', text: big }, undefined, a, undefined, a])
      const nothing = [undefined, undefined, undefined, undefined, undefined]
      expect(await read((await begin(bench)).id)).toStrictEqual(nothing)
      expect(await read(bench.idOf(bench.instance()))).toStrictEqual(nothing)
      expect(await bench.store.mailboxes.parts(head.id, [])).toStrictEqual([])
    })

    contract('of one name in one commit the last write stays', async (bench) => {
      const head = await begin(bench)
      const parts = [
        { name: 'a', text: '1' },
        { name: 'b', text: '1' },
        { name: 'a', text: '2' },
        { name: 'b' },
      ]
      await committed(bench, head, { parts })
      expect(await bench.store.mailboxes.parts(head.id, ['a', 'b'])).toStrictEqual([
        { name: 'a', text: '2' },
        undefined,
      ])
    })

    contract('thousands are written by one commit and read at once', async (bench) => {
      const head = await begin(bench)
      const parts = Array.from({ length: 3_000 }, (_, i) => ({
        name: `t:${i}`,
        text: `${i}`,
        marks: { all: i },
      }))
      await committed(bench, head, { parts })
      const names = parts.map(({ name }) => name)
      const found = await bench.store.mailboxes.parts(head.id, names)
      expect(found.map((part) => part?.text)).toStrictEqual(parts.map(({ text }) => text))
      expect(await markedOf(bench, head, 'all', 3_000)).toStrictEqual({ names, total: 3_000 })
    })
  })

  describe('marks', () => {
    contract('come ascending by order, then by name', async (bench) => {
      const head = await begin(bench)
      const orders = { c: 2, b: 10, a: 10, d: -5, e: 1.5, f: 0 }
      const parts = Object.entries(orders).map(([name, order]) => partOf(name, { s: order }))
      await committed(bench, head, { parts })
      expect(await markedOf(bench, head, 's')).toStrictEqual({
        names: ['d', 'f', 'e', 'c', 'a', 'b'],
        total: 6,
      })
    })

    contract('are put anew, taken out by null, and otherwise stay', async (bench) => {
      let head = await begin(bench)
      head = await committed(bench, head, {
        parts: [partOf('a', { s: 1, u: 1 }), partOf('b', { s: 2 }), partOf('c', { s: 3 })],
      })
      head = await committed(bench, head, {
        parts: [partOf('a', { s: 9, none: null }), partOf('b'), partOf('c', { s: null, u: 0 })],
      })
      expect(await markedOf(bench, head, 's')).toStrictEqual({ names: ['b', 'a'], total: 2 })
      expect(await markedOf(bench, head, 'u')).toStrictEqual({ names: ['c', 'a'], total: 2 })
      expect(await markedOf(bench, head, 'none')).toStrictEqual({ names: [], total: 0 })
    })

    contract('are independent of the text: a name without a part may be marked', async (bench) => {
      const head = await begin(bench)
      const after = await committed(bench, head, { parts: [{ name: 'a', marks: { s: 1 } }] })
      expect(await markedOf(bench, after, 's')).toStrictEqual({ names: ['a'], total: 1 })
      expect(await bench.store.mailboxes.parts(head.id, ['a'])).toStrictEqual([undefined])
    })

    contract('pages by limit and offset, with the total of the set', async (bench) => {
      const head = await begin(bench)
      const names = Array.from({ length: 25 }, (_, i) => `n${String(i).padStart(2, '0')}`)
      await committed(bench, head, { parts: names.map((name, i) => partOf(name, { s: i % 5 })) })
      const ordered = [...names].sort((a, b) => (Number(a.slice(1)) % 5) - (Number(b.slice(1)) % 5))
      const page = (range: { readonly limit: number; readonly offset?: number }) =>
        bench.store.mailboxes.marked(head.id, 's', range)
      expect(await page({ limit: 10 })).toStrictEqual({ names: ordered.slice(0, 10), total: 25 })
      expect(await page({ limit: 10, offset: 10 })).toStrictEqual({ names: ordered.slice(10, 20), total: 25 })
      expect(await page({ limit: 10, offset: 20 })).toStrictEqual({ names: ordered.slice(20), total: 25 })
      expect(await page({ limit: 10, offset: 30 })).toStrictEqual({ names: [], total: 25 })
    })

    contract('of another instance, and of one that is unknown, are others', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      await committed(bench, a, { parts: [partOf('x', { s: 1 })] })
      expect(await markedOf(bench, b, 's')).toStrictEqual({ names: [], total: 0 })
      const unknown = { id: bench.idOf(bench.instance()) }
      expect(await markedOf(bench, unknown, 's')).toStrictEqual({ names: [], total: 0 })
    })
  })
}
