import { defaultSettings } from '@dureq/types'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { ContractOptions, StoreAdapter } from '../adapter.ts'
import { benchFor, withStore } from '../bench.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { type FlowMove, flowHistories } from '../property/flow-operations.ts'
import { FlowPlay } from '../property/flow-play.ts'
import { createVirtualClock } from '../virtual-clock.ts'

/** Few by default, so that the whole suite stays quick; `DUREQ_RUNS` asks for more. */
const DEFAULT_RUNS = 20

/**
 * I4: random histories of jobs with concurrency keys under limits, rates and pauses that change, with nodes that crash, lost
 * replies and repeats. Every slot belongs to a live lease, no limit and no rate is ever exceeded, nothing waits without a
 * reason, and everything runs in the end. A failure prints its seed; `DUREQ_SEED` plays it again.
 */
export function flowPropertySuite(adapter: StoreAdapter, options: ContractOptions): void {
  const runs = Number(process.env.DUREQ_RUNS ?? DEFAULT_RUNS)
  const seed = process.env.DUREQ_SEED === undefined ? {} : { seed: Number(process.env.DUREQ_SEED) }
  const timeLimitMs = 60_000 + runs * 4_000

  describe('any history of limits', () => {
    it('exceeds none, leaks no slot and starves nothing', { timeout: timeLimitMs + 30_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(flowHistories, (history) => playHistory(adapter, options, history)),
        { ...seed, numRuns: runs, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true },
      )
    })
  })
}

async function playHistory(
  adapter: StoreAdapter,
  options: ContractOptions,
  history: readonly FlowMove[],
): Promise<void> {
  const clock = createVirtualClock()
  await withStore(adapter, { clock }, async (made) => {
    const bench = { ...benchFor(made, options), clock }
    await new FlowPlay(bench, defaultSettings).playAll(history)
    await removeEverything(bench)
  })
}
