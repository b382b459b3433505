import type { LeasedRun, TierConfig } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { claimed, configure, tierOf } from '../fixtures/flow.ts'
import { failed } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

/** The lowest first, so that nobody goes by the order they are named in. */
const custom: readonly TierConfig[] = [
  { name: 'rest', minPriority: 1, weight: 2 },
  { name: 'sofort/ü', minPriority: 9, weight: 7 },
  { name: 'bald', minPriority: 4, weight: 5 },
]

/** A priority of each of them. */
const priorities = { R: 1, B: 5, S: 9 } as const

/** Tiers as the settings name them ("Lines" in docs/architecture.md). The default ones are in `lines.ts`. */
export function flowTiersSuite(contract: Contract): void {
  describe('tiers of the settings', () => {
    contract('a priority belongs to the highest tier it reaches: first in, first out', async (bench) => {
      await configure(bench, { tiers: custom })
      const ids = await addAll(
        bench,
        [10, 3, 9, 8, 1, 4].map((priority) => ({ priority })),
      )
      expect(await claimed(bench)).toStrictEqual([0, 2, 3, 5, 1, 4].map((i) => ids[i]))
    })

    contract('are served by their weights, the highest first in each round', async (bench) => {
      await configure(bench, { tiers: custom })
      await fill(bench, 30)
      const round = `${'S'.repeat(7)}${'B'.repeat(5)}RR`
      expect(lettersOf(await claim(bench, { limit: 28 }))).toBe(round.repeat(2))
    })

    contract('there may be ten, one for each priority', async (bench) => {
      const tiers = Array.from({ length: 10 }, (_, i) => ({ name: `t${i}`, minPriority: i + 1, weight: 1 }))
      await configure(bench, { tiers })
      const ids = await addAll(
        bench,
        [...tiers, ...tiers].map(({ minPriority }) => ({ priority: minPriority })),
      )
      const round = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
      const expected = [...round, ...round.map((i) => i + 10)].map((i) => ids[i])
      expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual(expected)
    })

    contract('full, they get shares as their weights say, and the lowest never starves', async (bench) => {
      await configure(bench, { tiers: custom })
      await fill(bench, 5_200)
      let served = ''
      for (let i = 0; served.length < 10_000; i++) {
        const limit = Math.min(10_000 - served.length, i % 2 === 0 ? 137 : 400)
        served += lettersOf(await claim(bench, { limit }))
      }
      for (const [letter, weight] of [
        ['S', 7],
        ['B', 5],
        ['R', 2],
      ] as const) {
        const share = served.split(letter).length - 1
        const fair = (10_000 * weight) / 14
        expect(Math.abs(share - fair), `${letter}: ${share} of ${fair}`).toBeLessThan(0.05 * fair)
      }
      const longest = Math.max(...served.split('R').map((others) => others.length))
      expect(longest, 'served between two of the lowest').toBeLessThanOrEqual(2 * 12)
    })

    contract('new weights hold from the next claim on', async (bench) => {
      await fillDefault(bench, 40)
      await claim(bench, { limit: 16 })
      const flat = [8, 3, 1].map((minPriority, i) => ({ name: ['high', 'normal', 'low'][i], minPriority }))
      await configure(bench, { tiers: flat.map((tier) => ({ ...tier, weight: 1 })) as TierConfig[] })
      // A round may still be under way.
      await claim(bench, { limit: 16 })
      const letters = (await claim(bench, { limit: 30 })).map(({ priority }) => priority)
      for (const priority of [9, 5, 1]) {
        expect(letters.filter((each) => each === priority)).toHaveLength(10)
      }
    })

    contract('a job gets its tier when it enters a line', async (bench) => {
      const [waiting, later] = await addAll(bench, [{ priority: 5 }, { priority: 5, delayMs: 1_000 }])
      await configure(bench, { tiers: custom })
      const fresh = await add(bench, { priority: 5 })
      expect((await tierOf(bench, 'normal')).waiting).toBe(1)
      expect((await tierOf(bench, 'bald')).waiting).toBe(1)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect((await tierOf(bench, 'bald')).waiting).toBe(2)
      expect(await claimed(bench)).toStrictEqual([fresh, later, waiting])
    })

    contract('one that was taken out is served with weight 1 until it is empty', async (bench) => {
      await fillDefault(bench, 60)
      await configure(bench, { tiers: [{ name: 'low', minPriority: 1, weight: 3 }] })
      expect(await tierOf(bench, 'high')).toMatchObject({ weight: 0, waiting: 60, paused: false })
      const served = await claim(bench, { limit: 100 })
      const counts = [9, 5, 1].map((priority) => served.filter((each) => each.priority === priority).length)
      expect(counts[2], 'the one that is left').toBeGreaterThanOrEqual(50)
      expect(Math.min(...counts), 'those that were taken out').toBeGreaterThanOrEqual(10)
      expect(await claim(bench, { limit: 1_000 })).toHaveLength(80)
      const { tiers } = await bench.store.inspector.queues()
      expect(tiers.map(({ name, waiting }) => [name, waiting])).toStrictEqual([['low', 0]])
    })

    contract('work of a tier that was taken out can be cancelled and go with its job', async (bench) => {
      const ids = await addAll(bench, [{ priority: 9 }, { priority: 9 }])
      await configure(bench, { tiers: custom })
      for (const id of ids) await obey(bench, { verb: 'cancel', id })
      const { tiers } = await bench.store.inspector.queues()
      expect(tiers.map(({ name }) => name)).toStrictEqual(['sofort/ü', 'bald', 'rest'])
      expect(await claimed(bench)).toStrictEqual([])
      await removeEverything(bench)
    })

    contract('a retry goes to the front of the tier that holds then', async (bench) => {
      const [job] = await addAll(bench, [{ priority: 9 }, { priority: 9 }])
      const lease = await claimOne(bench, { limit: 1 })
      await configure(bench, { tiers: custom })
      const [first] = await addAll(bench, [{ priority: 9 }, { priority: 1 }])
      await settle(bench, failed(lease, 0))
      expect((await tierOf(bench, 'high')).waiting).toBe(1)
      expect((await tierOf(bench, 'sofort/ü')).waiting).toBe(2)
      expect((await claimed(bench)).slice(0, 2)).toStrictEqual([job, first])
    })

    contract('that come back under their name find what waited there', async (bench) => {
      const id = await add(bench, { priority: 9 })
      const { tiers } = (await bench.store.settings.get()).settings
      await configure(bench, { tiers: custom })
      await configure(bench, { tiers })
      expect(await tierOf(bench, 'high')).toMatchObject({ weight: 10, waiting: 1 })
      expect(await claimed(bench)).toStrictEqual([id])
    })
  })
}

async function fill(bench: TimedBench, each: number): Promise<void> {
  for (const priority of Object.values(priorities)) await addMany(bench, priority, each)
}

async function fillDefault(bench: TimedBench, each: number): Promise<void> {
  for (const priority of [1, 5, 9]) await addMany(bench, priority, each)
}

async function addMany(bench: TimedBench, priority: number, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    await addAll(
      bench,
      Array.from({ length: Math.min(left, 1_000) }, () => ({ priority })),
    )
  }
}

function lettersOf(leases: readonly LeasedRun[]): string {
  return leases.map(({ priority }) => (priority === 9 ? 'S' : priority === 5 ? 'B' : 'R')).join('')
}
