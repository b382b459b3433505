import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import {
  add,
  addAll,
  claim,
  claimAll,
  claimJobs,
  claimOne,
  obey,
  requestOf,
  settle,
} from '../fixtures/acts.ts'
import { claimed, idsOf, keyOf } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { expectKey, keyed, keysOf, times } from '../fixtures/keys.ts'
import { ref, succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { sorted } from '../fixtures/sorted.ts'

/** Concurrency keys: never more live leases with a key than its limit (I4). */
export function keysSlotsSuite(contract: Contract): void {
  describe('concurrency keys', () => {
    contract('let in as many as the limit says, and the next one when one is done', async (bench) => {
      const ids = await addAll(bench, times(5, keyed(bench, { a: 2 })))
      const running = [...(await claim(bench))]
      expect(idsOf(running)).toStrictEqual(ids.slice(0, 2))
      await expectKey(bench, 'a', { running: 2, waiting: 3, limit: 2 })
      for (const [i, id] of ids.slice(2).entries()) {
        expect(await claimed(bench)).toStrictEqual([])
        await settle(bench, succeeded(running.shift() as (typeof running)[number]))
        const next = await claimOne(bench)
        expect(next.jobId).toBe(id)
        running.push(next)
        await expectKey(bench, 'a', { running: 2, waiting: 2 - i })
      }
      for (const lease of running) await settle(bench, succeeded(lease))
      await expectKey(bench, 'a', { running: 0, waiting: 0 })
    })

    contract('without a limit let in one', async (bench) => {
      const [first] = await addAll(bench, times(3, keyed(bench, { a: undefined })))
      expect(await claimed(bench)).toStrictEqual([first])
      await expectKey(bench, 'a', { running: 1, waiting: 2, limit: 1 })
    })

    contract('are kept in the record and handed out with the lease', async (bench) => {
      const concurrencyKeys = keysOf(bench, { a: 3, b: undefined })
      const id = await add(bench, { concurrencyKeys })
      expect((await jobOf(bench.store, id)).concurrencyKeys).toStrictEqual(concurrencyKeys)
      expect((await claimOne(bench)).concurrencyKeys).toStrictEqual(concurrencyKeys)
    })

    contract('leave a job that waits pending, without an event for it', async (bench) => {
      const [, waiting] = await addAll(bench, times(2, keyed(bench, { a: 1 })))
      const before = await jobOf(bench.store, waiting)
      expect(before.status).toBe('pending')
      await bench.clock.advanceBy(100)
      await claim(bench)
      expect(await jobOf(bench.store, waiting)).toStrictEqual(before)
    })

    contract('hold over task types, tiers, versions and nodes', async (bench) => {
      await announce(bench, 'n2', { handlers: [handler('b'), handler('plain')] })
      const drafts = [
        {},
        { taskType: 'b' },
        { priority: 9 },
        { version: '1' },
        { taskType: 'b', version: '2' },
      ]
      const ids = await addAll(
        bench,
        drafts.map((draft) => keyed(bench, { a: 2 }, draft)),
      )
      const done: string[] = []
      for (let i = 0; done.length < ids.length && i < 20; i++) {
        const leases = [...(await claim(bench)), ...(await claim(bench, { nodeId: 'n2' }))]
        expect(leases.length).toBeGreaterThan(0)
        expect(leases.length).toBeLessThanOrEqual(2)
        await expectKey(bench, 'a', {
          running: leases.length,
          waiting: ids.length - done.length - leases.length,
        })
        for (const lease of leases) await settle(bench, succeeded(lease))
        done.push(...idsOf(leases))
      }
      expect(sorted(done)).toStrictEqual(sorted(ids))
    })

    contract('name who holds them, by when they were claimed', async (bench) => {
      await announce(bench, 'n2')
      const ids = await addAll(bench, times(3, keyed(bench, { a: 3 })))
      const first = await claimOne(bench, { nodeId: 'n2', limit: 1 })
      await bench.clock.advanceBy(1)
      const [second] = await claim(bench, { limit: 1 })
      expect(await keyOf(bench, bench.key('a'))).toStrictEqual({
        key: bench.key('a'),
        limit: 3,
        running: 2,
        holders: [
          { runId: first.runId, firingId: ids[0], nodeId: 'n2' },
          { runId: second?.runId, firingId: ids[1], nodeId: 'n1' },
        ],
        waiting: 1,
      })
    })

    contract('nobody has used are empty', async (bench) => {
      const key = bench.key('none')
      expect(await keyOf(bench, key)).toStrictEqual({ key, running: 0, holders: [], waiting: 0 })
    })

    contract('count a lease that has not started', async (bench) => {
      await addAll(bench, times(2, keyed(bench, { a: 1 })))
      await claimOne(bench, { limit: 1 })
      await expectKey(bench, 'a', { running: 1, waiting: 1 })
      expect(await claimed(bench, { nodeId: 'n2' })).toStrictEqual([])
    })

    contract('are not claimed ahead; what has none is', async (bench) => {
      const [withKey, without] = await addAll(bench, [keyed(bench, { a: 5 }), {}])
      expect(await claimed(bench, { start: false })).toStrictEqual([without])
      expect(await claimed(bench)).toStrictEqual([withKey])
    })

    contract('do not hold up what has none', async (bench) => {
      const ids = await addAll(bench, [...times(3, keyed(bench, { a: 1 })), {}, {}])
      expect(sorted(await claimed(bench))).toStrictEqual(sorted([ids[0], ids[3], ids[4]]))
    })

    contract('a claim repeated under its key takes no further slot', async (bench) => {
      await addAll(bench, times(4, keyed(bench, { a: 2 })))
      const request = await requestOf(bench, { limit: 1 })
      const call = bench.calls.next()
      const first = await bench.store.runs.claim(call, request)
      const again = await bench.store.runs.claim(call, request)
      expect(again).toMatchObject({ leases: (first as { readonly leases: unknown }).leases })
      await expectKey(bench, 'a', { running: 1, waiting: 3 })
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract('a settle repeated under its key frees the slot once', async (bench) => {
      await addAll(bench, times(4, keyed(bench, { a: 2 })))
      const [first] = await claim(bench)
      const call = bench.calls.next()
      const outcomes = [succeeded(first as NonNullable<typeof first>)]
      await bench.store.runs.settle(call, outcomes)
      await bench.store.runs.settle(call, outcomes)
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      await expectKey(bench, 'a', { running: 1, waiting: 2 })
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract('that are stale settles free nothing', async (bench) => {
      await addAll(bench, times(3, keyed(bench, { a: 1 })))
      const lease = await claimOne(bench)
      await bench.store.runs.release(bench.calls.next(), [ref(lease)])
      await claimOne(bench)
      const { outcomes } = await bench.store.runs.settle(bench.calls.next(), [succeeded(lease)])
      expect(outcomes).toStrictEqual(['lost'])
      await expectKey(bench, 'a', { running: 1, waiting: 2 })
      expect(await claimed(bench)).toStrictEqual([])
    })

    contract('two claims at once do not share a slot', async (bench) => {
      await announce(bench, 'n1')
      await announce(bench, 'n2')
      await addAll(bench, times(20, keyed(bench, { a: 3 })))
      const other = await bench.other()
      const replies = await Promise.all(
        Array.from({ length: 10 }, async (_, i) => {
          const request = await requestOf(bench, { nodeId: i % 2 ? 'n1' : 'n2', limit: 2 })
          return (i % 2 ? other : bench.store).runs.claim(bench.calls.lane(i + 1).next(), request)
        }),
      )
      const leases = replies.flatMap((reply) => (reply.kind === 'claimed' ? reply.leases : []))
      expect(leases).toHaveLength(3)
      expect(new Set(idsOf(leases)).size).toBe(3)
    })
  })

  describe('several concurrency keys of one job', () => {
    contract('are all taken', async (bench) => {
      const [both] = await addAll(bench, [
        keyed(bench, { a: 1, b: 1 }),
        keyed(bench, { a: 1 }),
        keyed(bench, { b: 1 }),
      ])
      expect(await claimed(bench)).toStrictEqual([both])
      await expectKey(bench, 'a', { running: 1, waiting: 1 })
      await expectKey(bench, 'b', { running: 1, waiting: 1 })
    })

    contract('nothing is taken of the one that has room when the other has none', async (bench) => {
      const ids = await addAll(bench, [
        keyed(bench, { a: 1 }),
        keyed(bench, { a: 1, b: 1 }),
        keyed(bench, { b: 1 }),
      ])
      expect(sorted(await claimed(bench))).toStrictEqual(sorted([ids[0], ids[2]]))
      await expectKey(bench, 'a', { running: 1, waiting: 1 })
      await expectKey(bench, 'b', { running: 1, waiting: 1 })
    })

    contract('a job starts when the last of them has room', async (bench) => {
      const ids = await addAll(bench, [
        keyed(bench, { b: 1 }),
        keyed(bench, { c: 1 }),
        keyed(bench, { a: 1, b: 1, c: 1 }),
      ])
      const [b, c] = await claimJobs(bench, [ids[0], ids[1]])
      await settle(bench, succeeded(b))
      expect(await claimed(bench)).toStrictEqual([])
      await expectKey(bench, 'b', { running: 0, waiting: 1 })
      await settle(bench, succeeded(c))
      expect(await claimed(bench)).toStrictEqual([ids[2]])
    })

    contract('those with the same first key are one line, in order', async (bench) => {
      const ids = await addAll(bench, [
        keyed(bench, { b: 1 }, { taskType: 'holder' }),
        keyed(bench, { a: 2, b: 1 }),
        keyed(bench, { a: 2 }),
      ])
      const holder = await claimOne(bench)
      expect(holder.jobId).toBe(ids[0])
      await settle(bench, succeeded(holder))
      expect(await claimed(bench)).toStrictEqual([ids[1], ids[2]])
    })

    contract('a head that goes away does not hold up the rest of its line', async (bench) => {
      const ids = await addAll(bench, [
        keyed(bench, { b: 1 }),
        keyed(bench, { a: 2, b: 1 }),
        keyed(bench, { a: 2, b: 1 }),
        keyed(bench, { a: 2 }),
      ])
      expect(await claimed(bench)).toStrictEqual([ids[0]])
      await obey(bench, { verb: 'cancel', id: ids[1] })
      expect(await claimed(bench)).toStrictEqual([])
      await obey(bench, { verb: 'pause', id: ids[2] })
      expect(await claimed(bench)).toStrictEqual([ids[3]])
    })

    contract('eight of them are freed together', async (bench) => {
      const eight = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`k${i}`, 1]))
      const ids = await addAll(bench, times(2, keyed(bench, eight)))
      await settle(bench, succeeded(await claimOne(bench)))
      for (let i = 0; i < 8; i++) await expectKey(bench, `k${i}`, { running: 0, waiting: 1 })
      expect(await claimed(bench)).toStrictEqual([ids[1]])
    })

    contract('that overlap in a ring are all served in the end, one by one', async (bench) => {
      const names = ['a', 'b', 'c', 'd']
      const ids = await addAll(
        bench,
        Array.from({ length: 24 }, (_, i) =>
          keyed(bench, { [names[i % 4] as string]: 1, [names[(i + 1) % 4] as string]: 1 }),
        ),
      )
      const done: string[] = []
      for (let i = 0; i < 100 && done.length < ids.length; i++) {
        const leases = await claim(bench)
        expect(leases.length).toBeGreaterThan(0)
        const held = leases.flatMap(({ concurrencyKeys = [] }) => concurrencyKeys.map(({ key }) => key))
        expect(new Set(held).size).toBe(held.length)
        for (const lease of leases) await settle(bench, succeeded(lease))
        done.push(...idsOf(leases))
      }
      expect(sorted(done)).toStrictEqual(sorted(ids))
      await removeEverything(bench)
    })
  })

  describe('concurrency keys and what is left of them', () => {
    contract('no trace, of waiting, running and ended jobs', async (bench) => {
      await addAll(bench, [
        ...times(3, keyed(bench, { a: 2, b: 5 })),
        keyed(bench, { c: 1 }, { delayMs: 1_000 }),
        ...times(2, keyed(bench, { d: 1 })),
      ])
      await claimAll(bench)
      await removeEverything(bench)
      for (const name of ['a', 'b', 'c', 'd']) {
        const key = bench.key(name)
        expect(await keyOf(bench, key)).toStrictEqual({ key, running: 0, holders: [], waiting: 0 })
      }
    })
  })
}
