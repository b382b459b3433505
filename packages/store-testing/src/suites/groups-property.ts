import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ContractOptions, StoreAdapter } from '../adapter.ts'
import { benchFor, withStore } from '../bench.ts'
import { groupsOf } from '../fixtures/groups.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { expectGroupInvariants } from '../property/group-invariants.ts'
import { type GroupHistory, groupHistories } from '../property/group-operations.ts'
import { GroupPlay } from '../property/group-play.ts'
import { createVirtualClock } from '../virtual-clock.ts'

/** Few by default, so that the whole suite stays quick; `DUREQ_RUNS` asks for more. */
const DEFAULT_RUNS = 20

/**
 * No message of a group is ever lost, delivered twice or out of its place: clients collect at once and repeat what was lost, time
 * passes, settings change, aggregators fail, engines crash between any two calls, commit twice or without hearing the answer. A
 * failure prints its seed; `DUREQ_SEED` plays it again.
 */
export function groupsPropertySuite(adapter: StoreAdapter, options: ContractOptions): void {
  const runs = Number(process.env.DUREQ_RUNS ?? DEFAULT_RUNS)
  const seed = process.env.DUREQ_SEED === undefined ? {} : { seed: Number(process.env.DUREQ_SEED) }
  const timeLimitMs = 60_000 + runs * 3_000

  describe('any history of groups', () => {
    it('brings every message into exactly one job', { timeout: timeLimitMs + 30_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(groupHistories, (history) => playHistory(adapter, options, history)),
        { ...seed, numRuns: runs, interruptAfterTimeLimit: timeLimitMs, markInterruptAsFailure: true },
      )
    })
  })
}

async function playHistory(
  adapter: StoreAdapter,
  options: ContractOptions,
  history: GroupHistory,
): Promise<void> {
  const clock = createVirtualClock()
  await withStore(adapter, { clock }, async (made) => {
    const bench = { ...benchFor(made, options), clock }
    const play = new GroupPlay(bench, await bench.other())
    await play.playAll(history, () => expectGroupInvariants(bench, play.model))
    expect(await groupsOf(bench)).toStrictEqual([])
    await removeEverything(bench)
  })
}
