import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimJobs, claimOne, obey, settle } from '../fixtures/acts.ts'
import { claimed, configure, configureTier, configureType, tierOf, typeOf } from '../fixtures/flow.ts'
import { failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { sorted } from '../fixtures/sorted.ts'
import { nudged, sleeper, until } from '../fixtures/waiting.ts'

/** What can be paused, for jobs of type `plain` and priority 5, and what is then said of it. */
const pausable: Readonly<Record<string, (bench: Bench, paused: boolean) => Promise<void>>> = {
  tier: (bench, paused) => configureTier(bench, 'normal', { paused }),
  'task type': (bench, paused) => configureType(bench, 'plain', { paused }),
}

/** Pauses of tiers and task types. Those of single jobs and schedules are in `pause.ts` and `recurring-jobs.ts`. */
export function flowPausesSuite(contract: Contract): void {
  for (const [what, pause] of Object.entries(pausable)) {
    describe(`a paused ${what}`, () => {
      contract('gives nothing to a claim, also not to one ahead, and loses nothing', async (bench) => {
        const early = await addAll(bench, [{}, {}])
        await pause(bench, true)
        const late = await addAll(bench, [{}, {}])
        expect(await claimed(bench)).toStrictEqual([])
        expect(await claimed(bench, { start: false })).toStrictEqual([])
        expect((await jobOf(bench.store, early[0])).status).toBe('pending')
        await pause(bench, false)
        expect(await claimed(bench)).toStrictEqual([...early, ...late])
      })

      contract('does not hold up what is beside it', async (bench) => {
        await pause(bench, true)
        await add(bench)
        const other = await add(bench, { taskType: 'other', priority: 9 })
        expect(await claimed(bench)).toStrictEqual([other])
      })

      contract('lets what runs go on', async (bench) => {
        const ids = await addAll(bench, [{}, {}])
        const [first, second] = await claimJobs(bench, ids)
        await pause(bench, true)
        const beat = { ...ref(first), leaseMs: 60_000 }
        expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['live'])
        await settle(bench, succeeded(first))
        await settle(bench, failed(second, 0))
        expect((await jobOf(bench.store, ids[0])).status).toBe('completed')
        expect(await claimed(bench)).toStrictEqual([])
        await pause(bench, false)
        expect(await claimed(bench)).toStrictEqual([ids[1]])
      })

      contract('keeps the order of what comes back and of what becomes due', async (bench) => {
        const [a, b] = await addAll(bench, [{}, {}])
        const lease = await claimOne(bench, { limit: 1 })
        const due = await add(bench, { delayMs: 1_000 })
        await pause(bench, true)
        await settle(bench, failed(lease, 2_000))
        await bench.clock.advanceBy(2_000)
        await advanceAll(bench)
        expect(await claimed(bench)).toStrictEqual([])
        await pause(bench, false)
        expect(await claimed(bench)).toStrictEqual([a, b, due])
      })

      contract('still obeys orders and the schedule-to-start timeout', async (bench) => {
        const [a, b, c] = await addAll(bench, [{}, {}, { scheduleToStartTimeoutMs: 1_000 }])
        await pause(bench, true)
        await obey(bench, { verb: 'cancel', id: a })
        await bench.clock.advanceBy(1_000)
        await advanceAll(bench)
        expect((await jobOf(bench.store, c)).status).toBe('dead')
        await pause(bench, false)
        expect(await claimed(bench)).toStrictEqual([b])
      })

      contract('says so, with what waits', async (bench) => {
        await pause(bench, true)
        await addAll(bench, [{}, {}])
        const usage = what === 'tier' ? await tierOf(bench, 'normal') : await typeOf(bench)
        expect(usage).toMatchObject({ paused: true, waiting: 2, oldestAt: bench.clock.now() })
        await pause(bench, false)
        const after = what === 'tier' ? await tierOf(bench, 'normal') : await typeOf(bench)
        expect(after).toMatchObject({ paused: false, waiting: 2, oldestAt: bench.clock.now() })
      })

      contract('leaves nothing behind', async (bench) => {
        await addAll(bench, [{}, {}, { delayMs: 5 }])
        await claim(bench, { limit: 1 })
        await pause(bench, true)
        await add(bench)
        await removeEverything(bench)
      })

      contract.inRealTime('wakes nobody, and who can run it when it is resumed', async (bench) => {
        await pause(bench, true)
        const node = await sleeper(bench, 'n1')
        await add(bench)
        expect((await nudged(bench, node)).filter(({ kind }) => kind === 'work')).toStrictEqual([])
        await bench.store.nodes.drain(bench.calls.next(), 'n1', false)
        expect(await claimed(bench)).toStrictEqual([])
        const waiting = until(bench, node, 'work')
        await pause(bench, false)
        expect(await waiting).toBe(true)
        expect(await claimed(bench)).toHaveLength(1)
      })
    })
  }

  describe('pauses of tiers and types', () => {
    contract('a type is paused in every tier and version', async (bench) => {
      await configureType(bench, 'plain', { paused: true })
      await addAll(bench, [{ priority: 9 }, { priority: 1 }, { version: '2' }])
      const other = await add(bench, { taskType: 'other' })
      expect(await claimed(bench)).toStrictEqual([other])
      await configureType(bench, 'plain')
      expect(await claimed(bench)).toHaveLength(3)
    })

    contract('what is paused twice needs both to be resumed', async (bench) => {
      await configureTier(bench, 'normal', { paused: true })
      await configureType(bench, 'plain', { paused: true })
      const id = await add(bench)
      await configureTier(bench, 'normal', { paused: false })
      expect(await claimed(bench)).toStrictEqual([])
      await configureTier(bench, 'normal', { paused: true })
      await configureType(bench, 'plain')
      expect(await claimed(bench)).toStrictEqual([])
      await configureTier(bench, 'normal', { paused: false })
      expect(await claimed(bench)).toStrictEqual([id])
    })

    contract('a paused tier does not spend the credit of the others', async (bench) => {
      await configureTier(bench, 'high', { paused: true })
      await addAll(bench, [
        { priority: 9 },
        ...Array.from({ length: 18 }, (_, i) => ({ priority: i < 12 ? 5 : 1 })),
      ])
      const served = await claim(bench, { limit: 12 })
      expect(served.map(({ priority }) => priority)).toStrictEqual([5, 5, 5, 5, 5, 1, 5, 5, 5, 5, 5, 1])
    })

    contract('a paused tier that is taken out is paused no more', async (bench) => {
      await configureTier(bench, 'high', { paused: true })
      const ids = await addAll(bench, [{ priority: 9 }, { priority: 9 }])
      expect(await claimed(bench)).toStrictEqual([])
      await configure(bench, { tiers: [{ name: 'all', minPriority: 1, weight: 1 }] })
      expect(sorted(await claimed(bench))).toStrictEqual(sorted(ids))
    })
  })
}
