import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { claimed, configure, configureTier, configureType, idsOf, tierOf, typeOf } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { died, failed, succeeded } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { sorted } from '../fixtures/sorted.ts'

/** What can have `maxRunning`, for jobs of type `plain` and priority 5. */
const limitable: Readonly<Record<string, (bench: Bench, n: number | undefined) => Promise<void>>> = {
  'task type': (bench, n) =>
    configureType(bench, 'plain', n === undefined ? undefined : { maxRunning: bench.share(n) }),
  tier: (bench, n) =>
    configure(bench, {
      tiers: [
        { name: 'high', minPriority: 8, weight: 10 },
        {
          name: 'normal',
          minPriority: 1,
          weight: 5,
          ...(n === undefined ? {} : { maxRunning: bench.share(n) }),
        },
      ],
    }),
}

/** `maxRunning` of task types and tiers: a limit of live leases over all nodes (I4). */
export function flowLimitsSuite(contract: Contract): void {
  for (const [what, limit] of Object.entries(limitable)) {
    describe(`maxRunning of a ${what}`, () => {
      contract('lets in so many, and the next when one is done, in order', async (bench) => {
        await limit(bench, 2)
        const ids = await addAll(bench, times(5, {}))
        const order: string[] = []
        for (
          let leases = [...(await claim(bench))];
          leases.length > 0;
          leases.push(...(await claim(bench)))
        ) {
          expect(leases.length).toBeLessThanOrEqual(2)
          const lease = leases.shift() as (typeof leases)[number]
          order.push(lease.jobId)
          expect(await claimed(bench)).toHaveLength(0)
          await settle(bench, succeeded(lease))
        }
        expect(order).toStrictEqual(ids)
      })

      contract('holds over nodes, and lets what is beside it go on', async (bench) => {
        await announce(bench, 'n2')
        await limit(bench, 3)
        await addAll(bench, times(4, {}))
        await addAll(bench, times(2, { taskType: 'other', priority: 9 }))
        const first = await claim(bench, { limit: 2 })
        const second = await claim(bench, { nodeId: 'n2' })
        const types = [...first, ...second].map(({ taskType }) => taskType)
        expect(types.filter((each) => each === 'plain')).toHaveLength(3)
        expect(types.filter((each) => each === 'other')).toHaveLength(2)
      })

      contract('frees a slot with every end of a lease', async (bench) => {
        await limit(bench, 1)
        const ids = await addAll(bench, times(6, {}))
        await settle(bench, died(await claimOne(bench)))
        await settle(bench, failed(await claimOne(bench), 600_000))
        const handed = await claimOne(bench)
        await handBack(bench, handed)
        expect((await claimOne(bench)).jobId).toBe(handed.jobId)
        await bench.clock.advanceBy(30_000)
        await advanceAll(bench)
        const reclaimed = await claimOne(bench)
        expect(reclaimed.jobId).toBe(ids[2])
        await obey(bench, { verb: 'cancel', id: reclaimed.jobId })
        expect(await claimed(bench)).toStrictEqual([])
        await settle(bench, succeeded(reclaimed))
        expect(await claimed(bench)).toStrictEqual([ids[3]])
      })

      contract('counts what runs already', async (bench) => {
        await addAll(bench, times(6, {}))
        const leases = await claim(bench, { limit: 3 })
        await limit(bench, 2)
        for (const lease of leases.slice(0, 2)) {
          expect(await claimed(bench)).toStrictEqual([])
          await settle(bench, succeeded(lease))
        }
        expect(await claimed(bench)).toHaveLength(1)
      })

      contract(
        'raised or taken away lets those that wait start; lowered stops only new ones',
        async (bench) => {
          await limit(bench, 1)
          const ids = await addAll(bench, times(8, {}))
          await claimOne(bench)
          await limit(bench, 3)
          const leases = await claim(bench)
          expect(idsOf(leases)).toStrictEqual(ids.slice(1, 3))
          await limit(bench, 1)
          for (const lease of leases) await settle(bench, succeeded(lease))
          expect(await claimed(bench)).toStrictEqual([])
          await limit(bench, undefined)
          expect(await claimed(bench)).toStrictEqual(ids.slice(3))
        },
      )

      contract('is not claimed ahead', async (bench) => {
        await limit(bench, 5)
        const [id] = await addAll(bench, [{}, { taskType: 'other', priority: 9 }])
        expect((await claim(bench, { start: false })).map(({ taskType }) => taskType)).toStrictEqual([
          'other',
        ])
        expect(await claimed(bench)).toStrictEqual([id])
      })

      contract('takes no slot of a key for what it does not let in', async (bench) => {
        await limit(bench, 1)
        await add(bench)
        await claimOne(bench)
        await add(bench, keyed(bench, { a: 1 }))
        expect(await claimed(bench)).toStrictEqual([])
        const beside = await add(bench, keyed(bench, { a: 1 }, { taskType: 'other', priority: 9 }))
        expect(await claimed(bench)).toContain(beside)
      })

      contract('says how many run', async (bench) => {
        await limit(bench, 2)
        await addAll(bench, times(5, {}))
        await claim(bench)
        const usage = what === 'tier' ? await tierOf(bench, 'normal') : await typeOf(bench)
        expect(usage).toMatchObject({ running: 2, waiting: 3, maxRunning: bench.share(2) })
      })

      contract('leaves nothing behind', async (bench) => {
        await limit(bench, 1)
        await addAll(bench, times(5, {}))
        await claim(bench)
        await removeEverything(bench)
      })
    })
  }

  describe('limits together', () => {
    contract('the tightest one holds: key, type and tier', async (bench) => {
      await configureType(bench, 'plain', { maxRunning: bench.share(3) })
      await configureTier(bench, 'normal', { maxRunning: bench.share(4) })
      const plain = await addAll(bench, times(3, keyed(bench, { a: 2 })))
      const free = await addAll(bench, times(3, {}))
      const other = await addAll(bench, times(4, { taskType: 'other' }))
      const high = await addAll(bench, times(2, { taskType: 'other', priority: 9 }))
      const running = new Set(await claimed(bench))
      const count = (ids: readonly string[]) => ids.filter((id) => running.has(id)).length
      expect(count(high)).toBe(2)
      expect(count([...plain, ...free, ...other])).toBe(4)
      expect(count([...plain, ...free])).toBeLessThanOrEqual(3)
      expect(count(plain)).toBeLessThanOrEqual(2)
    })

    contract('what is let in by all of them runs in the end', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('x'), handler('y')] })
      await configureType(bench, 'x', { maxRunning: bench.share(1) })
      await configureTier(bench, 'normal', { maxRunning: bench.share(2) })
      const drafts = Array.from({ length: 24 }, (_, i) =>
        keyed(bench, { [`k${i % 3}`]: 1 }, { taskType: i % 2 ? 'x' : 'y', priority: i % 5 ? 5 : 9 }),
      )
      const ids = await addAll(bench, drafts)
      const done: string[] = []
      for (let i = 0; i < 60 && done.length < ids.length; i++) {
        const leases = await claim(bench)
        expect(leases.filter(({ taskType }) => taskType === 'x').length).toBeLessThanOrEqual(1)
        expect(leases.length).toBeGreaterThan(0)
        for (const lease of leases) await settle(bench, succeeded(lease))
        done.push(...idsOf(leases))
      }
      expect(sorted(done)).toStrictEqual(sorted(ids))
    })
  })
}
