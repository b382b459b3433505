import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { claimed, idsOf } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { expectKey, keyed, times } from '../fixtures/keys.ts'
import { failed, repeated, succeeded } from '../fixtures/outcomes.ts'
import { sorted } from '../fixtures/sorted.ts'

/** The lines of concurrency keys: who is next. */
export function keysLinesSuite(contract: Contract): void {
  describe('lines of concurrency keys', () => {
    contract('are first in, first out, however few at a time', async (bench) => {
      const ids = await addAll(bench, times(12, keyed(bench, { a: 2 })))
      const order: string[] = []
      for (let leases = await claim(bench); leases.length > 0; leases = await claim(bench)) {
        order.push(...idsOf(leases))
        await settle(bench, succeeded(leases[0] as NonNullable<(typeof leases)[0]>))
        if (leases[1]) await settle(bench, succeeded(leases[1]))
      }
      expect(order).toStrictEqual(ids)
    })

    contract('of one type take turns with each other and with what has no key', async (bench) => {
      await addAll(bench, [
        ...times(20, keyed(bench, { a: 100 })),
        ...times(20, keyed(bench, { b: 100 })),
        ...times(20, {}),
      ])
      const leases = await claimAll(bench)
      const names = leases.map(({ concurrencyKeys }) => concurrencyKeys?.[0]?.key ?? 'none')
      for (let i = 0; i < names.length; i += 3) expect(new Set(names.slice(i, i + 3)).size).toBe(3)
    })

    contract('ten thousand jobs of one tenant do not delay the one of another', async (bench) => {
      for (let i = 0; i < 10; i++) await addAll(bench, times(1_000, keyed(bench, { big: 3 })))
      const small = await add(bench, keyed(bench, { small: 1 }))
      const plain = await add(bench)
      const leases = await claim(bench, { limit: 3 })
      expect(idsOf(leases)).toContain(small)
      expect(idsOf(leases)).toContain(plain)
      expect(await claimed(bench)).toHaveLength(2)
      await expectKey(bench, 'big', { running: 3, waiting: 9_997 })
      const late = await add(bench, keyed(bench, { late: 1 }))
      expect(await claimed(bench)).toStrictEqual([late])
    })

    contract('a thousand keys with one job each are all claimed at once', async (bench) => {
      const drafts = Array.from({ length: 1_000 }, (_, i) => keyed(bench, { [`k${i}`]: 1 }))
      const ids = await addAll(bench, drafts)
      expect(sorted(await claimed(bench, { limit: 1_000 }))).toStrictEqual(sorted(ids))
    })

    contract('hundreds that are full hide nothing behind them', async (bench) => {
      const drafts = Array.from({ length: 600 }, (_, i) => keyed(bench, { [`k${i % 300}`]: 1 }))
      const ids = await addAll(bench, drafts)
      expect(sorted(await claimed(bench, { limit: 1_000 }))).toStrictEqual(sorted(ids.slice(0, 300)))
      const last = await add(bench, keyed(bench, { last: 1 }))
      expect(await claimed(bench, { limit: 2 })).toStrictEqual([last])
    })

    contract('a firing that comes back stands before those that wait for the key', async (bench) => {
      const ids = await addAll(bench, times(3, keyed(bench, { a: 1 })))
      await settle(bench, failed(await claimOne(bench), 1_000))
      const second = await claimOne(bench)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(second))
      expect(await claimed(bench)).toStrictEqual([ids[0]])
    })

    contract('delayed and retrying jobs hold no slot and count as waiting', async (bench) => {
      const [later, now] = await addAll(bench, [
        keyed(bench, { a: 1 }, { delayMs: 1_000 }),
        keyed(bench, { a: 1 }),
      ])
      await expectKey(bench, 'a', { running: 0, waiting: 2 })
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(now)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, failed(lease, 5_000))
      await expectKey(bench, 'a', { running: 0, waiting: 2 })
      expect(await claimed(bench)).toStrictEqual([later])
    })

    contract('a paused job gives way, and joins the end when it is resumed', async (bench) => {
      const ids = await addAll(bench, times(4, keyed(bench, { a: 1 })))
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'pause', id: ids[1] })
      await obey(bench, { verb: 'resume', id: ids[1] })
      await settle(bench, repeated(lease))
      for (const id of [ids[2], ids[3], ids[1], ids[0]]) {
        const next = await claimOne(bench)
        expect(next.jobId).toBe(id)
        await settle(bench, succeeded(next))
      }
    })

    contract('a job that is retried by hand waits for its key again', async (bench) => {
      const [a, b] = await addAll(bench, times(2, keyed(bench, { a: 1 })))
      await obey(bench, { verb: 'cancel', id: b })
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'retry', id: b })
      await expectKey(bench, 'a', { running: 1, waiting: 1 })
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(lease))
      expect(lease.jobId).toBe(a)
      expect(await claimed(bench)).toStrictEqual([b])
    })

    contract('a slot one type has no use for goes to the others', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('x'), handler('y')] })
      await announce(bench, 'n2', { handlers: [handler('y')] })
      const ids = await addAll(
        bench,
        ['x', 'x', 'y', 'x'].map((taskType) => keyed(bench, { a: 1 }, { taskType })),
      )
      await settle(bench, succeeded(await claimOne(bench, { free: { y: 0 } })))
      const next = await claimOne(bench, { nodeId: 'n2' })
      expect(next.jobId).toBe(ids[2])
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(next))
      expect(await claimed(bench)).toStrictEqual([ids[1]])
    })

    contract('a slot the next version has nobody for goes to another version', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('plain', { version: '1' })] })
      await announce(bench, 'n2', { handlers: [handler('plain', { version: '2' })] })
      const ids = await addAll(
        bench,
        ['1', '1', '2', '1', '2'].map((version) => keyed(bench, { a: 1 }, { version })),
      )
      const first = await claimOne(bench)
      expect(await claimed(bench, { nodeId: 'n2' })).toStrictEqual([])
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      await settle(bench, succeeded(first))
      for (const id of [ids[2], ids[4]]) {
        let next = await claim(bench, { nodeId: 'n2' })
        for (let i = 0; i < 3 && next.length === 0; i++) next = await claim(bench, { nodeId: 'n2' })
        expect(idsOf(next)).toStrictEqual([id])
        await settle(bench, succeeded(next[0] as NonNullable<(typeof next)[0]>))
      }
    })

    contract('a handler without room leaves the slot to another', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('x'), handler('y')] })
      const ids = await addAll(
        bench,
        ['x', 'x', 'y'].map((taskType) => keyed(bench, { a: 1 }, { taskType })),
      )
      await settle(bench, succeeded(await claimOne(bench, { free: { y: 0 } })))
      expect(await claimed(bench, { free: { x: 0 } })).toStrictEqual([ids[2]])
    })
  })
}
