import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { ContractOptions, StoreAdapter } from '../adapter.ts'
import { benchFor, withStore } from '../bench.ts'
import { expectScheduleInvariants } from '../property/schedule-invariants.ts'
import { type ScheduleHistory, scheduleHistories } from '../property/schedule-operations.ts'
import { SchedulePlay } from '../property/schedule-play.ts'
import { createVirtualClock } from '../virtual-clock.ts'

/** Few by default, so that the whole suite stays quick; `DUREQ_RUNS` asks for more. */
const DEFAULT_RUNS = 20

/**
 * Invariant I5: several schedulers that plan from what they read earlier, crash between any two steps, send their plans
 * twice or without hearing the answer, while jobs are paused, changed and triggered and their firings run and fail. A
 * failure prints its seed; `DUREQ_SEED` plays it again.
 */
export function schedulesPropertySuite(adapter: StoreAdapter, options: ContractOptions): void {
  const runs = Number(process.env.DUREQ_RUNS ?? DEFAULT_RUNS)
  const seed = process.env.DUREQ_SEED === undefined ? {} : { seed: Number(process.env.DUREQ_SEED) }
  const timeLimitMs = 60_000 + runs * 2_000

  describe('any history of schedules', () => {
    it('fires every time once or records that it was skipped', {
      timeout: timeLimitMs + 30_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(scheduleHistories, (history) => playHistory(adapter, options, history)),
        { ...seed, numRuns: runs, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true },
      )
    })
  })
}

async function playHistory(
  adapter: StoreAdapter,
  options: ContractOptions,
  history: ScheduleHistory,
): Promise<void> {
  const clock = createVirtualClock()
  await withStore(adapter, { clock }, async (made) => {
    const bench = { ...benchFor(made, options), clock }
    const play = new SchedulePlay(bench)
    await play.begin(history)
    for (const operation of history.operations) {
      await play.play(operation)
      await expectScheduleInvariants(bench.store, play.jobs)
    }
    await play.end()
    await expectScheduleInvariants(bench.store, play.jobs)
  })
}
