import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContractOptions, StoreAdapter } from '../adapter.ts'
import { benchFor, withStore } from '../bench.ts'
import { receive } from '../fixtures/instances.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { expectInstanceInvariants } from '../property/instance-invariants.ts'
import { type InstanceHistory, instanceHistories } from '../property/instance-operations.ts'
import { InstancePlay } from '../property/instance-play.ts'
import { createVirtualClock } from '../virtual-clock.ts'

/** Few by default, so that the whole suite stays quick; `DUREQ_RUNS` asks for more. */
const DEFAULT_RUNS = 20

/**
 * Invariants I7 and I8: several engines that decide from what they received earlier, crash between any two calls, commit
 * twice or without hearing the answer, while messages, signals and orders come in and jobs run, fail and are lost. A
 * failure prints its seed; `DUREQ_SEED` plays it again.
 */
export function instancesPropertySuite(adapter: StoreAdapter, options: ContractOptions): void {
  const runs = Number(process.env.DUREQ_RUNS ?? DEFAULT_RUNS)
  const seed = process.env.DUREQ_SEED === undefined ? {} : { seed: Number(process.env.DUREQ_SEED) }
  const timeLimitMs = 60_000 + runs * 3_000

  describe('any history of instances', () => {
    it('consumes every message once, in order, and brings every instance to its end', {
      timeout: timeLimitMs + 30_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(instanceHistories, (history) => playHistory(adapter, options, history)),
        { ...seed, numRuns: runs, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true },
      )
    })
  })
}

async function playHistory(
  adapter: StoreAdapter,
  options: ContractOptions,
  history: InstanceHistory,
): Promise<void> {
  const clock = createVirtualClock()
  await withStore(adapter, { clock }, async (made) => {
    const bench = { ...benchFor(made, options), clock }
    const play = new InstancePlay(bench)
    await play.playAll(history, () => expectInstanceInvariants(bench, play.model))
    expect(await receive(bench)).toStrictEqual([])
    await removeEverything(bench)
  })
}
