import { defaultSettings } from '@dureq/types'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { ContractOptions, StoreAdapter } from '../adapter.ts'
import { benchFor, type TimedBench, withStore } from '../bench.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { createWorld } from '../model/world.ts'
import { Comparison } from '../property/comparison.ts'
import { History } from '../property/history.ts'
import { expectInvariants, expectListed } from '../property/invariants.ts'
import { histories, type Step } from '../property/operations.ts'
import { createVirtualClock } from '../virtual-clock.ts'

/** Few by default, so that the whole suite stays quick; `DUREQ_RUNS` asks for more. */
const DEFAULT_RUNS = 20

/**
 * The property test: random histories, with lost replies, repeats and stale tokens, after each step of which the store
 * must keep I1, I2, I3, I6, I9 and I10 and say exactly what a naive model says. A failure prints its seed; `DUREQ_SEED`
 * plays it again.
 */
export function propertySuite(adapter: StoreAdapter, options: ContractOptions): void {
  const runs = Number(process.env.DUREQ_RUNS ?? DEFAULT_RUNS)
  const seed = process.env.DUREQ_SEED === undefined ? {} : { seed: Number(process.env.DUREQ_SEED) }
  const timeLimitMs = 60_000 + runs * 2_000

  describe('any history', () => {
    it('keeps the invariants and does what the model does', { timeout: timeLimitMs + 30_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(histories, (steps) => playHistory(adapter, options, steps)),
        { ...seed, numRuns: runs, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true },
      )
    })
  })
}

async function playHistory(
  adapter: StoreAdapter,
  options: ContractOptions,
  steps: readonly Step[],
): Promise<void> {
  const clock = createVirtualClock()
  await withStore(adapter, { clock }, async (made) => {
    const bench: TimedBench = { ...benchFor(made, options), clock }
    const world = createWorld(clock.now(), defaultSettings.retention)
    const history = new History(bench, world)
    const comparison = new Comparison(bench.store, world)
    await history.begin()
    await comparison.expectEqual(history.ids)
    for (const step of steps) {
      await history.play(step)
      expectInvariants(await comparison.expectEqual(history.ids))
    }
    await history.end()
    const { records } = await comparison.expectEqual(history.ids)
    await expectListed(bench.store, records)
    await removeEverything(bench)
  })
}
