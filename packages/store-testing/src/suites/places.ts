import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { append, appendOf, beginBatch } from '../fixtures/batches.ts'
import { end } from '../fixtures/ended-instances.ts'
import { begin, committed, remove } from '../fixtures/instances.ts'
import { homeOf } from '../fixtures/new-instance.ts'
import { partOf } from '../fixtures/parts.ts'

/** `mailboxes.places`: where names stand in an ordered set. */
export function placesSuite(contract: Contract): void {
  describe('mailboxes.places', () => {
    contract(
      'gives the order of each name, in the order asked, undefined where there is none',
      async (bench) => {
        const head = await begin(bench)
        const parts = [partOf('a', { s: 3 }), partOf('é|,:', { s: -1.5, u: 7 }), partOf('c', { u: 0 })]
        await committed(bench, head, { parts })
        const places = (set: string, ...names: string[]) => bench.store.mailboxes.places(head.id, set, names)
        expect(await places('s', 'é|,:', 'none', 'a', 'c', 'a')).toStrictEqual([
          -1.5,
          undefined,
          3,
          undefined,
          3,
        ])
        expect(await places('u', 'c', 'é|,:')).toStrictEqual([0, 7])
        expect(await places('none', 'a')).toStrictEqual([undefined])
        expect(await places('s')).toStrictEqual([])
      },
    )

    contract('follows what commits mark', async (bench) => {
      let head = await begin(bench)
      head = await committed(bench, head, { parts: [partOf('a', { s: 1 }), partOf('b', { s: 2 })] })
      head = await committed(bench, head, { parts: [partOf('a', { s: 9 }), partOf('b', { s: null })] })
      expect(await bench.store.mailboxes.places(head.id, 's', ['a', 'b'])).toStrictEqual([9, undefined])
    })

    contract('gives the place of an item, whichever piece it came with', async (bench) => {
      const { id } = await beginBatch(bench, 4, { open: true })
      await append(bench, appendOf(id, [4, 3]))
      const found = await bench.store.mailboxes.places(id, 'names', ['i6', 'i0', 'i7', 'i4', 'i3'])
      expect(found).toStrictEqual([6, 0, undefined, 4, 3])
    })

    contract('of thousands of names is one call', async (bench) => {
      const { id } = await beginBatch(bench, 5_000)
      const places = Array.from({ length: 5_000 }, (_, i) => 4_999 - i)
      const names = places.map((place) => `i${place}`)
      expect(await bench.store.mailboxes.places(id, 'names', names)).toStrictEqual(places)
    })

    contract('of another instance, of one that is unknown or removed, has none', async (bench) => {
      const { id } = await beginBatch(bench, 2)
      const other = await beginBatch(bench, 0)
      const none = async (of: string) =>
        expect(await bench.store.mailboxes.places(of, 'names', ['i0', 'i1'])).toStrictEqual([
          undefined,
          undefined,
        ])
      await none(other.id)
      await none(homeOf(id, bench.instance().id))
      const ended = await end(bench, other, 'completed')
      expect(await remove(bench, ended.id)).toStrictEqual({ kind: 'done' })
      await none(ended.id)
    })
  })
}
