import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, advanceAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { claimed, configure, configureTier, configureType } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { begin, committed, enqueueMembers, headOf, remove } from '../fixtures/instances.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'

/** A slot that is free is used by whoever can use it, whoever stood in front of those. */
export function keysPassedSuite(contract: Contract): void {
  describe('a free slot of a concurrency key', () => {
    contract('is not kept for a tier that is paused', async (bench) => {
      const holder = await runningWith(bench, 'a')
      const [high, normal] = await addAll(bench, [
        keyed(bench, { a: 1 }, { priority: 9 }),
        keyed(bench, { a: 1 }),
      ])
      expect(await claimed(bench)).toStrictEqual([])
      await configureTier(bench, 'high', { paused: true })
      await settle(bench, succeeded(holder))
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(normal)
      await configureTier(bench, 'high', { paused: false })
      await settle(bench, succeeded(lease))
      expect(await claimed(bench)).toStrictEqual([high])
    })

    contract('is not kept for a tier that is full', async (bench) => {
      await configureTier(bench, 'high', { maxRunning: bench.share(1) })
      await add(bench, { priority: 9 })
      await claimOne(bench)
      const holder = await runningWith(bench, 'a')
      const [, normal] = await addAll(bench, [
        keyed(bench, { a: 1 }, { priority: 9 }),
        keyed(bench, { a: 1 }),
      ])
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(holder))
      expect(await claimed(bench)).toStrictEqual([normal])
    })

    contract('is not kept for a type that is paused', async (bench) => {
      const holder = await runningWith(bench, 'a')
      const [, other] = await addAll(bench, [
        keyed(bench, { a: 1 }),
        keyed(bench, { a: 1 }, { taskType: 'other' }),
      ])
      expect(await claimed(bench)).toStrictEqual([])
      await configureType(bench, 'plain', { paused: true })
      await settle(bench, succeeded(holder))
      expect(await claimed(bench)).toStrictEqual([other])
    })

    contract('is not kept for a job that waits for another key', async (bench) => {
      const holder = await runningWith(bench, 'b')
      const [, second] = await addAll(bench, [keyed(bench, { x: 1, b: 1 }), keyed(bench, { y: 1, b: 1 })])
      expect(await claimed(bench)).toStrictEqual([])
      const other = await add(bench, keyed(bench, { x: 1 }, { taskType: 'other' }))
      expect(await claimed(bench)).toStrictEqual([other])
      await settle(bench, succeeded(holder))
      expect(await claimed(bench)).toStrictEqual([second])
    })

    contract('is passed on by one whose other key was taken meanwhile', async (bench) => {
      await announce(bench, 'n2', { handlers: [handler('other')] })
      const holder = await runningWith(bench, 'b')
      const [, second] = await addAll(bench, [keyed(bench, { x: 1, b: 1 }), keyed(bench, { y: 1, b: 1 })])
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(holder))
      await add(bench, keyed(bench, { x: 1 }, { taskType: 'other' }))
      await claimOne(bench, { nodeId: 'n2' })
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([second])
    })

    contract('is passed on by one that waits for its third key', async (bench) => {
      await announce(bench, 'n2', { handlers: [handler('other')] })
      const holder = await runningWith(bench, 'b')
      const [, second] = await addAll(bench, [
        keyed(bench, { x: 1, b: 1, c: 1 }),
        keyed(bench, { y: 1, b: 1 }),
      ])
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(holder))
      await add(bench, keyed(bench, { c: 1 }, { taskType: 'other' }))
      await claimOne(bench, { nodeId: 'n2' })
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([second])
    })

    contract('is passed on by one that was cancelled while its line stood behind others', async (bench) => {
      const holder = await runningWith(bench, 'b')
      const [first, second, third] = await addAll(bench, [
        keyed(bench, { x: 1, b: 1 }),
        keyed(bench, { y: 1, b: 1 }, { priority: 9 }),
        keyed(bench, { z: 1, b: 1 }),
      ])
      expect(await claimed(bench)).toStrictEqual([])
      for (const id of [first, second]) await obey(bench, { verb: 'cancel', id })
      await settle(bench, succeeded(holder))
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([third])
    })

    contract('is passed on by a line whose jobs were all cancelled and cleared away', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('plain')] })
      const holder = await runningWith(bench, 'b')
      const [alone, beside] = await addAll(bench, [keyed(bench, { b: 1 }), keyed(bench, { y: 1, b: 1 })])
      expect(await claimed(bench)).toStrictEqual([])
      await obey(bench, { verb: 'cancel', id: alone })
      await advanceAll(bench)
      await settle(bench, succeeded(holder))
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([beside])
    })

    contract('is passed on by a member whose instance is gone', async (bench) => {
      const head = await begin(bench)
      await enqueueMembers(bench, head, [keyed(bench, { x: 1, a: 1 })])
      await committed(bench, await headOf(bench.store, head.id), { status: 'cancelled' })
      await remove(bench, head.id)
      const id = await add(bench, keyed(bench, { y: 1, a: 1 }))
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([id])
    })
  })

  describe('a rate limit', () => {
    contract('gives the start back that a member of a gone instance took', async (bench) => {
      await configureType(bench, 'plain', { rateLimit: bench.share(1), rateBurst: bench.share(1) })
      await configureTier(bench, 'normal', { rateLimit: bench.share(1), rateBurst: bench.share(1) })
      const head = await begin(bench)
      await enqueueMembers(bench, head, [{}])
      await committed(bench, await headOf(bench.store, head.id), { status: 'cancelled' })
      await remove(bench, head.id)
      const id = await add(bench)
      expect([...(await claimed(bench)), ...(await claimed(bench))]).toStrictEqual([id])
    })
  })

  describe('unservedMs', () => {
    contract('ends the jobs of many keys, few at a time', async (bench) => {
      await configure(bench, { unservedMs: 1_000 })
      const ids = await addAll(
        bench,
        Array.from({ length: 12 }, (_, i) => keyed(bench, { [`k${i}`]: 1 }, { taskType: 'lost' })),
      )
      await bench.clock.advanceBy(1_000)
      for (let i = 0; i < 12; i++) await bench.store.runs.advance(bench.calls.next(), 2)
      await advanceAll(bench)
      const statuses = await Promise.all(ids.map(async (id) => (await jobOf(bench.store, id)).status))
      expect(statuses).toStrictEqual(times(12, 'dead'))
    })
  })
}

/** The lease of a job that holds this key, and whose line is of another type than those that wait for it, on a node of its own. */
async function runningWith(bench: Bench, key: string): ReturnType<typeof claimOne> {
  const id = await add(bench, keyed(bench, { [key]: 1 }, { taskType: 'holder' }))
  await announce(bench, 'holder', { handlers: [handler('holder')] })
  const lease = await claimOne(bench, { nodeId: 'holder' })
  expect(lease.jobId).toBe(id)
  return lease
}
