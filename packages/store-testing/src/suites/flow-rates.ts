import type { RateSetting } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { add, addAll, claim, claimAll, claimOne, obey, requestOf, settle } from '../fixtures/acts.ts'
import {
  claimed,
  configureKey,
  configureTier,
  configureType,
  idsOf,
  keyOf,
  tierOf,
  typeOf,
} from '../fixtures/flow.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { died, failed, succeeded } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { sleeper } from '../fixtures/waiting.ts'

/** So many starts a second, and at once. */
interface Rate {
  readonly rate: number
  readonly burst: number
}

/** What can have a rate, and how it stands. All jobs have type `plain`, priority 5 and key `a`. */
interface Limited {
  limit(bench: Bench, rate: Rate | undefined): Promise<void>
  usage(bench: Bench): Promise<{ readonly rate?: unknown }>
}

const share = (bench: Bench, rate: Rate | undefined): RateSetting =>
  rate === undefined ? {} : { rateLimit: bench.share(rate.rate), rateBurst: bench.share(rate.burst) }

const limitable: Readonly<Record<string, Limited>> = {
  'task type': {
    limit: (bench, rate) => configureType(bench, 'plain', share(bench, rate)),
    usage: (bench) => typeOf(bench),
  },
  tier: {
    async limit(bench, rate) {
      const { tiers } = (await bench.store.settings.get()).settings
      const bare = tiers.map(({ name, minPriority, weight }) => ({ name, minPriority, weight }))
      const { version, settings } = await bench.store.settings.get()
      const changed = bare.map((tier) => (tier.name === 'normal' ? { ...tier, ...share(bench, rate) } : tier))
      await bench.store.settings.put(bench.calls.next(), version, { ...settings, tiers: changed })
    },
    usage: (bench) => tierOf(bench, 'normal'),
  },
  'concurrency key': {
    limit: (bench, rate) =>
      configureKey(
        bench,
        bench.key('a'),
        rate === undefined ? {} : { rateLimit: rate.rate, rateBurst: rate.burst },
      ),
    usage: (bench) => keyOf(bench, bench.key('a')),
  },
}

/** Rates: token buckets in the store, filled by its clock. */
export function flowRatesSuite(contract: Contract): void {
  for (const [what, { limit, usage }] of Object.entries(limitable)) {
    const draft = (bench: Bench) => keyed(bench, { a: 1_000 })

    describe(`the rate of a ${what}`, () => {
      contract('lets in a full bucket at once, then one by one, in order', async (bench) => {
        await limit(bench, { rate: 2, burst: 4 })
        const ids = await addAll(bench, times(8, draft(bench)))
        expect(await claimed(bench)).toStrictEqual(ids.slice(0, 4))
        for (const id of ids.slice(4)) {
          await bench.clock.advanceBy(499)
          expect(await claimed(bench)).toStrictEqual([])
          await bench.clock.advanceBy(1)
          expect(await claimed(bench)).toStrictEqual([id])
        }
      })

      contract('is exact over any time, however it is claimed', async (bench) => {
        await limit(bench, { rate: 7, burst: 4 })
        await addAll(bench, times(200, draft(bench)))
        const begin = bench.clock.now()
        const allowed = () => 4 + ((bench.clock.now() - begin) * 7) / 1_000
        let started = 0
        for (let i = 0; i < 60; i++) {
          started += (await claim(bench, { limit: 4 + (i % 3) })).length
          expect(started).toBeLessThanOrEqual(allowed())
          // All that had fallen in was taken, but a part of one; a store may round by a few ms.
          expect(started).toBeGreaterThan(allowed() - 1.05)
          await bench.clock.advanceBy([10, 90, 250, 333][i % 4] as number)
        }
      })

      contract('loses no part of a token', async (bench) => {
        await limit(bench, { rate: 3, burst: 2 })
        await addAll(bench, times(40, draft(bench)))
        let started = (await claimed(bench)).length
        for (let i = 0; i < 100; i++) {
          await bench.clock.advanceBy(100)
          started += (await claimed(bench)).length
        }
        // The last of them may be a rounding away.
        expect([31, 32]).toContain(started)
      })

      contract('does not save more than a bucket', async (bench) => {
        await limit(bench, { rate: 10, burst: 3 })
        await addAll(bench, times(10, draft(bench)))
        expect(await claimed(bench)).toHaveLength(3)
        await bench.clock.advanceBy(60_000)
        expect(await claimed(bench)).toHaveLength(3)
      })

      contract('takes nothing for what was not found', async (bench) => {
        await limit(bench, { rate: 1, burst: 2 })
        for (let i = 0; i < 5; i++) expect(await claimed(bench)).toStrictEqual([])
        await addAll(bench, [{ taskType: 'other', priority: 9 }, draft(bench)])
        expect(await claimed(bench)).toHaveLength(2)
        await addAll(bench, times(3, draft(bench)))
        expect(await claimed(bench)).toHaveLength(1)
      })

      contract('takes no more than a claim asked for', async (bench) => {
        await limit(bench, { rate: 1, burst: 5 })
        await addAll(bench, times(8, draft(bench)))
        expect(await claimed(bench, { limit: 2 })).toHaveLength(2)
        expect(await claimed(bench, { limit: 1 })).toHaveLength(1)
        expect(await claimed(bench)).toHaveLength(2)
      })

      contract('takes nothing for what another limit keeps back', async (bench) => {
        await limit(bench, { rate: 0.01, burst: 3 })
        const drafts = times(2, keyed(bench, { a: 1_000, b: 1 }))
        const [first, second] = await addAll(bench, drafts)
        const lease = await claimOne(bench)
        expect(lease.jobId).toBe(first)
        for (let i = 0; i < 5; i++) expect(await claimed(bench)).toStrictEqual([])
        await settle(bench, succeeded(lease))
        const next = await claimOne(bench)
        expect(next.jobId).toBe(second)
        await settle(bench, succeeded(next))
        await addAll(bench, times(3, draft(bench)))
        expect(await claimed(bench)).toHaveLength(1)
      })

      contract('counts starts, also of retries and after a hand-back', async (bench) => {
        await limit(bench, { rate: 0.01, burst: 3 })
        await addAll(bench, times(4, draft(bench)))
        await settle(bench, failed(await claimOne(bench, { limit: 1 }), 0))
        await settle(bench, died(await claimOne(bench, { limit: 1 })))
        expect(await claimed(bench)).toHaveLength(1)
      })

      contract('says when the next start is possible', async (bench) => {
        await limit(bench, { rate: 4, burst: 1 })
        await addAll(bench, times(4, draft(bench)))
        const begin = bench.clock.now()
        expect(await claimed(bench)).toHaveLength(1)
        for (let n = 1; n <= 3; n++) {
          expect(await followNextAt(bench)).toHaveLength(1)
          expect(bench.clock.now() - begin).toBe(n * 250)
        }
      })

      contract('holds up nothing beside it', async (bench) => {
        await limit(bench, { rate: 0.01, burst: 1 })
        await addAll(bench, times(50, draft(bench)))
        expect(await claimed(bench)).toHaveLength(1)
        const others = await addAll(bench, times(3, { taskType: 'other', priority: 9 }))
        expect(await claimed(bench, { limit: 3 })).toStrictEqual(others)
      })

      contract('a claim repeated under its key takes no further token', async (bench) => {
        await limit(bench, { rate: 0.01, burst: 3 })
        await addAll(bench, times(5, draft(bench)))
        const request = await requestOf(bench, { limit: 1 })
        const call = bench.calls.next()
        const first = await bench.store.runs.claim(call, request)
        expect(await bench.store.runs.claim(call, request)).toMatchObject({
          leases: (first as { readonly leases: unknown }).leases,
        })
        expect(await claimed(bench)).toHaveLength(2)
      })

      contract('is not claimed ahead', async (bench) => {
        await limit(bench, { rate: 1, burst: 5 })
        await add(bench, draft(bench))
        expect(await claimed(bench, { start: false })).toStrictEqual([])
        expect(await claimed(bench)).toHaveLength(1)
      })

      contract('raised lets those that wait start, taken away too', async (bench) => {
        await limit(bench, { rate: 0.01, burst: 1 })
        await addAll(bench, times(20, draft(bench)))
        expect(await claimed(bench)).toHaveLength(1)
        await limit(bench, { rate: 10, burst: 5 })
        await bench.clock.advanceBy(200)
        const some = await claimed(bench)
        expect(some.length).toBeGreaterThanOrEqual(2)
        expect(some.length).toBeLessThanOrEqual(5)
        await limit(bench, undefined)
        expect(await claimed(bench)).toHaveLength(19 - some.length)
      })

      contract('says how it stands', async (bench) => {
        await limit(bench, { rate: 4, burst: 2 })
        await addAll(bench, times(3, draft(bench)))
        const factor = what === 'concurrency key' ? 1 : bench.share(1)
        const facts = { rateLimit: 4 * factor, rateBurst: 2 * factor }
        expect((await usage(bench)).rate).toMatchObject({ ...facts, available: 2 * factor })
        const begin = bench.clock.now()
        await claim(bench)
        const { rate } = await usage(bench)
        expect(rate).toMatchObject({ ...facts, available: 2 * factor - 2 })
        if (factor === 1) expect(rate).toMatchObject({ until: begin + 250 })
      })

      contract('leaves nothing behind', async (bench) => {
        await limit(bench, { rate: 1, burst: 1 })
        await addAll(bench, times(4, draft(bench)))
        await claim(bench)
        await bench.clock.advanceBy(2_000)
        await claim(bench)
        await limit(bench, undefined)
        await removeEverything(bench)
      })

      contract.inRealTime('wakes who sleeps, in time and not before', async (bench) => {
        await limit(bench, { rate: 2, burst: 1 })
        await addAll(bench, times(3, draft(bench)))
        await claimOne(bench, { nodeId: 'holder' })
        const first = (await sleeper(bench, 'n1')) && (await untilClaimed(bench))
        const second = await untilClaimed(bench)
        expect(second - first).toBeGreaterThan(400)
        expect(second - first).toBeLessThan(2_000)
      })
    })
  }

  describe('rates together', () => {
    contract('a start takes a token of each, or of none', async (bench) => {
      await configureType(bench, 'plain', { rateLimit: bench.share(0.01), rateBurst: bench.share(3) })
      await configureTier(bench, 'normal', { rateLimit: bench.share(0.01), rateBurst: bench.share(4) })
      await configureKey(bench, bench.key('a'), { rateLimit: 0.01, rateBurst: 2 })
      const plain = times(4, keyed(bench, { a: 9 }))
      await addAll(bench, plain)
      expect(await claimed(bench)).toHaveLength(2)
      await addAll(bench, times(3, {}))
      expect(await claimed(bench)).toHaveLength(1)
      await addAll(bench, times(3, { taskType: 'other' }))
      expect(await claimed(bench)).toHaveLength(1)
    })

    contract('without a burst the bucket holds a second of starts, at least one', async (bench) => {
      await configureKey(bench, bench.key('a'), { rateLimit: 2.5 })
      await configureKey(bench, bench.key('b'), { rateLimit: 0.5 })
      await addAll(bench, [...times(9, keyed(bench, { a: 99 })), ...times(9, keyed(bench, { b: 99 }))])
      expect(await claimed(bench)).toHaveLength(3 + 1)
      await bench.clock.advanceBy(1_000)
      expect(await claimed(bench)).toHaveLength(2)
    })

    contract('a line that sleeps does not hold up the lines of its type', async (bench) => {
      await configureKey(bench, bench.key('a'), { rateLimit: 0.01, rateBurst: 1 })
      const slow = await addAll(bench, times(3, keyed(bench, { a: 9 })))
      const others = await addAll(bench, [keyed(bench, { b: 1 }), {}])
      const leases = await claimAll(bench)
      expect(idsOf(leases)).toHaveLength(3)
      expect(idsOf(leases)).toContain(slow[0])
      for (const id of others) expect(idsOf(leases)).toContain(id)
    })

    contract('a head that goes away wakes the rest of its line', async (bench) => {
      await configureKey(bench, bench.key('b'), { rateLimit: 0.01, rateBurst: 1 })
      const [first, second, third] = await addAll(bench, [
        keyed(bench, { a: 9, b: 9 }),
        keyed(bench, { a: 9, b: 9 }),
        keyed(bench, { a: 9 }),
      ])
      expect(await claimed(bench)).toStrictEqual([first])
      await obey(bench, { verb: 'cancel', id: second })
      expect(await claimed(bench)).toStrictEqual([third])
    })
  })
}

/** Waits until the time a claim names, as often as it finds nothing; answers with what it finds then. */
async function followNextAt(bench: TimedBench): Promise<readonly string[]> {
  for (let i = 0; i < 10; i++) {
    const request = await requestOf(bench)
    const reply = await bench.store.runs.claim(bench.calls.next(), request)
    if (reply.kind !== 'claimed') throw new Error('the node must be announced')
    if (reply.leases.length > 0) return idsOf(reply.leases)
    expect(reply.nextAt).toBeGreaterThan(bench.clock.now())
    await bench.clock.advanceBy((reply.nextAt as number) - bench.clock.now())
  }
  return []
}

/** Claims one job as a node does that sleeps until it is woken or the time it was told has come; says when. */
async function untilClaimed(bench: Bench): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const request = await requestOf(bench, { limit: 1 })
    const reply = await bench.store.runs.claim(bench.calls.next(), request)
    if (reply.kind !== 'claimed') throw new Error('the node must be announced')
    if (reply.leases.length > 0) return reply.now
    const timeoutMs = Math.min(4_000, Math.max(1, (reply.nextAt ?? reply.now + 4_000) - reply.now))
    await bench.store.runs.wait({ nodeId: 'n1', handlerSet: request.handlerSet }, { timeoutMs })
  }
  throw new Error('nothing was claimed')
}
