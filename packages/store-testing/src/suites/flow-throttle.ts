import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, claim, claimOne, requestOf, settle } from '../fixtures/acts.ts'
import { claimed, keyOf } from '../fixtures/flow.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { failed, succeeded } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { sorted } from '../fixtures/sorted.ts'

/** `runs.throttle`: a handler that was told to wait, such as by a 429, lets everybody wait. */
export function flowThrottleSuite(contract: Contract): void {
  describe('runs.throttle', () => {
    contract('lets nothing with the key start before the time is over', async (bench) => {
      const ids = await addAll(bench, times(3, keyed(bench, { a: 9 })))
      await throttle(bench, 'a', 1_000)
      expect(await claimed(bench)).toStrictEqual([])
      await bench.clock.advanceBy(999)
      expect(await claimed(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect(await claimed(bench)).toStrictEqual(ids)
    })

    contract('a claim says when it is over', async (bench) => {
      const until = bench.clock.now() + 1_000
      await add(bench, keyed(bench, { a: 9 }))
      await throttle(bench, 'a', 1_000)
      const request = await requestOf(bench)
      const reply = await bench.store.runs.claim(bench.calls.next(), request)
      expect(reply).toMatchObject({ kind: 'claimed', leases: [], nextAt: until })
    })

    contract('holds for jobs that come later, and lets what runs go on', async (bench) => {
      await add(bench, keyed(bench, { a: 9 }))
      const lease = await claimOne(bench)
      await throttle(bench, 'a', 1_000)
      const late = await add(bench, keyed(bench, { a: 9 }))
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, failed(lease, 0))
      expect(await claimed(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1_000)
      expect(await claimed(bench)).toStrictEqual([lease.jobId, late])
    })

    contract('a longer time already set stays, a longer one takes over', async (bench) => {
      const begin = bench.clock.now()
      await throttle(bench, 'a', 2_000)
      await throttle(bench, 'a', 500)
      expect((await keyOf(bench, bench.key('a'))).throttledUntil).toBe(begin + 2_000)
      await throttle(bench, 'a', 3_000)
      expect((await keyOf(bench, bench.key('a'))).throttledUntil).toBe(begin + 3_000)
      await add(bench, keyed(bench, { a: 1 }))
      await bench.clock.advanceBy(2_000)
      expect(await claimed(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1_000)
      expect(await claimed(bench)).toHaveLength(1)
      expect((await keyOf(bench, bench.key('a'))).throttledUntil).toBeUndefined()
    })

    contract('a repeat under the same key changes nothing', async (bench) => {
      const begin = bench.clock.now()
      const call = bench.calls.next()
      await bench.store.runs.throttle(call, [{ key: bench.key('a'), forMs: 1_000 }])
      await bench.clock.advanceBy(400)
      await bench.store.runs.throttle(call, [{ key: bench.key('a'), forMs: 1_000 }])
      expect((await keyOf(bench, bench.key('a'))).throttledUntil).toBe(begin + 1_000)
    })

    contract('holds up nothing with other keys, and every key of a job counts', async (bench) => {
      const ids = await addAll(bench, [
        keyed(bench, { b: 9, a: 9 }),
        keyed(bench, { c: 9 }),
        {},
        keyed(bench, { a: 9 }),
      ])
      await throttle(bench, 'a', 1_000)
      expect(sorted(await claimed(bench))).toStrictEqual(sorted([ids[1], ids[2]]))
      await bench.clock.advanceBy(1_000)
      expect(sorted(await claimed(bench))).toStrictEqual(sorted([ids[0], ids[3]]))
    })

    contract('several keys in one call', async (bench) => {
      await addAll(bench, [keyed(bench, { a: 1 }), keyed(bench, { b: 1 })])
      await bench.store.runs.throttle(bench.calls.next(), [
        { key: bench.key('a'), forMs: 1_000 },
        { key: bench.key('b'), forMs: 2_000 },
      ])
      expect(await claimed(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1_000)
      expect(await claimed(bench)).toHaveLength(1)
      await bench.clock.advanceBy(1_000)
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract('takes no slot meanwhile', async (bench) => {
      await addAll(bench, [keyed(bench, { a: 9, b: 1 }), keyed(bench, { b: 1 })])
      await throttle(bench, 'a', 1_000)
      expect(await claim(bench)).toHaveLength(1)
    })

    contract('leaves nothing behind', async (bench) => {
      await add(bench, keyed(bench, { a: 1 }))
      await throttle(bench, 'a', 1_000)
      await throttle(bench, 'nobody', 1_000)
      await claim(bench)
      await removeEverything(bench)
    })

    contract.inRealTime('who sleeps is woken when it is over', async (bench) => {
      const id = await add(bench, keyed(bench, { a: 1 }))
      await throttle(bench, 'a', 300)
      const request = await requestOf(bench)
      for (let i = 0; i < 20; i++) {
        const reply = await bench.store.runs.claim(bench.calls.next(), request)
        if (reply.kind !== 'claimed') throw new Error('the node must be announced')
        const [lease] = reply.leases
        if (lease !== undefined) {
          expect(lease.jobId).toBe(id)
          await settle(bench, succeeded(lease))
          return
        }
        const timeoutMs = Math.max(1, (reply.nextAt ?? reply.now + 4_000) - reply.now)
        await bench.store.runs.wait({ nodeId: 'n1', handlerSet: request.handlerSet }, { timeoutMs })
      }
      throw new Error('nothing was claimed')
    })
  })
}

function throttle(bench: Bench, name: string, forMs: number): Promise<void> {
  return bench.store.runs.throttle(bench.calls.next(), [{ key: bench.key(name), forMs }])
}
