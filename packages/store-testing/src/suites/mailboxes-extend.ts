import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { begin, commit, commitOf, create, receive, receiveOne, sending, sent } from '../fixtures/instances.ts'

const LEASE_MS = 1_000

/** `mailboxes.extend`: leases on mail that go on while somebody is at work. */
export function mailboxesExtendSuite(contract: Contract): void {
  describe('mailboxes.extend', () => {
    contract('lets a lease go on, as often as it is asked to', async (bench) => {
      const id = await create(bench)
      const { head } = await receiveOne(bench, { leaseMs: LEASE_MS })
      for (let i = 0; i < 3; i++) {
        await bench.clock.advanceBy(LEASE_MS - 100)
        expect(await bench.store.mailboxes.extend(bench.calls.next(), [head], LEASE_MS)).toStrictEqual([true])
        expect(await receive(bench)).toStrictEqual([])
      }
      await bench.clock.advanceBy(LEASE_MS)
      expect((await receiveOne(bench)).head.id).toBe(id)
    })

    contract('may let it end sooner', async (bench) => {
      await create(bench)
      const { head } = await receiveOne(bench, { leaseMs: 30_000 })
      expect(await bench.store.mailboxes.extend(bench.calls.next(), [head], LEASE_MS)).toStrictEqual([true])
      await bench.clock.advanceBy(LEASE_MS)
      expect((await receiveOne(bench)).head).toStrictEqual(head)
    })

    contract('keeps the mail of one that gets more meanwhile', async (bench) => {
      const id = await create(bench)
      const { head } = await receiveOne(bench, { leaseMs: LEASE_MS })
      await sent(bench, sending(id, { kind: 'proceed' }))
      expect(await bench.store.mailboxes.extend(bench.calls.next(), [head], 5 * LEASE_MS)).toStrictEqual([
        true,
      ])
      await bench.clock.advanceBy(4 * LEASE_MS)
      expect(await receive(bench)).toStrictEqual([])
    })

    contract('leaves alone what is leased no longer, has changed, or is unknown', async (bench) => {
      await create(bench)
      const over = (await receiveOne(bench, { leaseMs: LEASE_MS })).head
      const changed = await begin(bench)
      const stepped = await create(bench)
      const { head } = await receiveOne(bench, { leaseMs: 30_000 })
      expect(head.id).toBe(stepped)
      expect(await commit(bench, commitOf(head, { consumed: 0 }))).toBe('committed')
      await bench.clock.advanceBy(LEASE_MS)
      const unknown = { id: bench.idOf(bench.instance()), version: 1 }
      const asked = [over, changed, head, unknown]
      expect(await bench.store.mailboxes.extend(bench.calls.next(), asked, LEASE_MS)).toStrictEqual([
        false,
        false,
        false,
        false,
      ])
      expect((await receive(bench)).map((bag) => bag.head.id).toSorted()).toStrictEqual(
        [over.id, stepped].toSorted(),
      )
    })

    contract('says of many, in every partition, which are leased', async (bench) => {
      for (let i = 0; i < 30; i++) await create(bench, { requestId: `r${i}` })
      const bags = await receive(bench, { limit: 20, leaseMs: LEASE_MS })
      const held = bags.map(({ head }) => head)
      await bench.clock.advanceBy(LEASE_MS / 2)
      const outcomes = await bench.store.mailboxes.extend(bench.calls.next(), held, LEASE_MS)
      expect(outcomes).toStrictEqual(held.map(() => true))
      expect(await bench.store.mailboxes.extend(bench.calls.next(), [], LEASE_MS)).toStrictEqual([])
      await bench.clock.advanceBy(LEASE_MS / 2)
      expect(await receive(bench)).toHaveLength(10)
    })
  })
}
