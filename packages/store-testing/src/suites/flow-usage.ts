import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, obey, settle } from '../fixtures/acts.ts'
import { configureType, tierOf, typeOf } from '../fixtures/flow.ts'
import { announce } from '../fixtures/handlers.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { newJob } from '../fixtures/new-job.ts'
import { failed } from '../fixtures/outcomes.ts'

/** `inspector.queues`: what waits and runs. What limits, pauses and rates add to it is in their suites. */
export function flowUsageSuite(contract: Contract): void {
  describe('inspector.queues', () => {
    contract('of an empty store has its tiers, the highest first, and nothing else', async (bench) => {
      const nothing = { paused: false, waiting: 0 }
      expect(await bench.store.inspector.queues()).toStrictEqual({
        tiers: [
          { name: 'high', weight: 10, ...nothing },
          { name: 'normal', weight: 5, ...nothing },
          { name: 'low', weight: 1, ...nothing },
        ],
        taskTypes: [],
        unserved: [],
      })
    })

    contract('counts by tier and by type, with the longest waiting', async (bench) => {
      await announce(bench, 'n1')
      const first = bench.clock.now()
      await addAll(bench, [{ taskType: 'b' }, { taskType: 'b', priority: 9 }])
      await bench.clock.advanceBy(100)
      const second = bench.clock.now()
      await addAll(bench, [{ taskType: 'a' }, keyed(bench, { k: 1 }, { taskType: 'a' }), { taskType: 'b' }])
      const usage = await bench.store.inspector.queues()
      expect(usage).toStrictEqual({
        tiers: [
          { name: 'high', weight: 10, paused: false, waiting: 1, oldestAt: first },
          { name: 'normal', weight: 5, paused: false, waiting: 4, oldestAt: first },
          { name: 'low', weight: 1, paused: false, waiting: 0 },
        ],
        taskTypes: [
          { taskType: 'a', paused: false, waiting: 2, running: 0, oldestAt: second },
          { taskType: 'b', paused: false, waiting: 3, running: 0, oldestAt: first },
        ],
        unserved: [],
      })
    })

    contract('a retry in line waits, a delayed or paused job does not, a claimed one runs', async (bench) => {
      const [paused] = await addAll(bench, [{ delayMs: 1_000 }, {}, {}, {}])
      await obey(bench, { verb: 'pause', id: paused })
      const [first, second] = await claim(bench, { limit: 2 })
      await settle(bench, failed(first as NonNullable<typeof first>, 0))
      expect(await typeOf(bench)).toMatchObject({ waiting: 2, running: 1 })
      await settle(bench, failed(second as NonNullable<typeof second>, 5_000))
      expect(await typeOf(bench)).toMatchObject({ waiting: 2, running: 0 })
      expect((await tierOf(bench, 'normal')).waiting).toBe(2)
      await bench.clock.advanceBy(5_000)
      await advanceAll(bench)
      expect((await tierOf(bench, 'normal')).waiting).toBe(3)
    })

    contract('a type with a setting is there without jobs, one without either is not', async (bench) => {
      await configureType(bench, 'known', { maxDepth: bench.share(5), maxRunning: bench.share(2) })
      const id = await add(bench)
      const types = async () =>
        (await bench.store.inspector.queues()).taskTypes.map(({ taskType }) => taskType)
      expect(await types()).toStrictEqual(['known', 'plain'])
      expect(await typeOf(bench, 'known')).toStrictEqual({
        taskType: 'known',
        paused: false,
        waiting: 0,
        running: 0,
        maxRunning: bench.share(2),
        maxDepth: bench.share(5),
      })
      await obey(bench, { verb: 'cancel', id })
      expect(await types()).toStrictEqual(['known'])
    })

    contract('what waits for a key, a pause or a rate is counted where it stands', async (bench) => {
      await addAll(bench, times(5, keyed(bench, { a: 1 })))
      await claim(bench)
      await configureType(bench, 'plain', { paused: true })
      await add(bench)
      expect(await typeOf(bench)).toMatchObject({ waiting: 5, running: 1, paused: true })
      expect(await tierOf(bench, 'normal')).toMatchObject({ waiting: 5 })
    })

    contract('is the same from every handle and counts every partition', async (bench) => {
      const drafts = Array.from({ length: 30 }, () => newJob())
      await bench.store.jobs.enqueue(bench.calls.next(), drafts)
      expect((await (await bench.other()).inspector.queues()).taskTypes[0]?.waiting).toBe(30)
    })
  })
}
