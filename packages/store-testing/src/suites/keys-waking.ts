import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, claim, claimOne, handBack, obey, requestOf, settle } from '../fixtures/acts.ts'
import { claimed, configureKey, configureType } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { died, failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { advanceUntilMoved, firstOf, nudged, sleeper, until } from '../fixtures/waiting.ts'

type Act = (bench: Bench, lease: LeasedRun) => Promise<unknown>

/** What lets the next job of key `a` start. */
const freeing: Readonly<Record<string, Act>> = {
  'a success': (bench, lease) => settle(bench, succeeded(lease)),
  'a last failure': (bench, lease) => settle(bench, died(lease)),
  'a retry later': (bench, lease) => settle(bench, failed(lease, 60_000)),
  'a hand-back': handBack,
  'an expired lease': async (bench, lease) => {
    await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1 }])
    await advanceUntilMoved(bench)
  },
  'the end of a cancelled run': async (bench, lease) => {
    await obey(bench, { verb: 'cancel', id: lease.jobId })
    await settle(bench, succeeded(lease))
  },
  'a limit raised by an enqueue': (bench) => add(bench, keyed(bench, { a: 3 })),
  'a limit raised by an operator': (bench) => configureKey(bench, bench.key('a'), { maxConcurrency: 2 }),
}

/** Nobody polls for a slot: who can run the next job is woken when one is free. */
export function keysWakingSuite(contract: Contract): void {
  describe('runs.wait for a slot of a concurrency key', () => {
    for (const [name, free] of Object.entries(freeing)) {
      contract.inRealTime(`${name} wakes who can run the next job of the key`, async (bench) => {
        await addAll(bench, times(3, keyed(bench, { a: 1 })))
        const lease = await claimOne(bench, { nodeId: 'holder' })
        const waiting = until(bench, await sleeper(bench, 'n1'), 'work')
        await free(bench, lease)
        expect(await waiting).toBe(true)
        expect(await claim(bench, { limit: 1 })).toHaveLength(1)
      })
    }

    contract.inRealTime('a job whose key is full wakes nobody', async (bench) => {
      await add(bench, keyed(bench, { a: 1 }))
      await claimOne(bench, { nodeId: 'holder' })
      const node = await sleeper(bench, 'n1')
      await add(bench, keyed(bench, { a: 1 }))
      const work = (await nudged(bench, node)).filter(({ kind }) => kind === 'work')
      // One look at the line is what finds the key full.
      expect(work.length).toBeLessThanOrEqual(1)
      const late = await sleeper(bench, 'n2')
      await add(bench, keyed(bench, { a: 1 }))
      expect((await nudged(bench, late)).filter(({ kind }) => kind === 'work')).toStrictEqual([])
    })

    contract.inRealTime(
      'a job that came while its key was full wakes when the slot is free',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('other')] })
        await add(bench, keyed(bench, { a: 1 }))
        const lease = await claimOne(bench, { nodeId: 'holder' })
        const node = await sleeper(bench, 'n1')
        await add(bench, keyed(bench, { a: 1 }, { taskType: 'other' }))
        await settle(bench, succeeded(lease))
        expect(await until(bench, node, 'work')).toBe(true)
        expect(await claim(bench, { limit: 1 })).toHaveLength(1)
      },
    )

    contract.inRealTime(
      'a claim that had enough leaves the rest of its lines to who sleeps',
      async (bench) => {
        const nodes = [await sleeper(bench, 'n1'), await sleeper(bench, 'n2')]
        // The one slot there is wakes one of them.
        await addAll(bench, times(2, keyed(bench, { a: 1 })))
        const lease = await claimOne(bench, { nodeId: 'holder', limit: 1 })
        await settle(bench, succeeded(lease))
        expect(await Promise.all(nodes.map((node) => until(bench, node, 'work')))).toStrictEqual([true, true])
      },
    )

    contract.inRealTime('one slot wakes one of two sleeping nodes', async (bench) => {
      await addAll(bench, times(3, keyed(bench, { a: 1 })))
      const lease = await claimOne(bench, { nodeId: 'holder' })
      const nodes = [await sleeper(bench, 'n1'), await sleeper(bench, 'n2')] as const
      const waiting = nodes.map((node) => firstOf(bench, node, ['work', 'drain']))
      await settle(bench, succeeded(lease))
      const woken = await Promise.race(waiting.map(async (each, i) => ({ i, kind: await each })))
      expect(woken.kind).toBe('work')
      const other = 1 - woken.i
      await bench.store.nodes.drain(bench.calls.next(), `n${other + 1}`, true)
      expect(await waiting[other]).toBe('drain')
    })

    contract.inRealTime('the node that can run it is woken, whoever else sleeps', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('other')] })
      await announce(bench, 'n2', { handlers: [handler('b')] })
      await addAll(bench, [keyed(bench, { a: 1 }), keyed(bench, { a: 1 }, { taskType: 'b' })])
      const lease = await claimOne(bench, { nodeId: 'holder', limit: 1 })
      await sleeper(bench, 'n1')
      const waiting = until(bench, await sleeper(bench, 'n2'), 'work')
      await settle(bench, succeeded(lease))
      expect(await waiting).toBe(true)
      expect(await claim(bench, { nodeId: 'n2' })).toHaveLength(1)
    })

    contract.inRealTime('each type that waits for a slot gets its chance', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('x')] })
      await announce(bench, 'n2', { handlers: [handler('y')] })
      await addAll(bench, [
        keyed(bench, { a: 1 }, { taskType: 'x' }),
        keyed(bench, { a: 1 }, { taskType: 'x' }),
        keyed(bench, { a: 1 }, { taskType: 'y' }),
      ])
      const lease = await claimOne(bench)
      const waiting = until(bench, await sleeper(bench, 'n2'), 'work')
      await settle(bench, succeeded(lease))
      expect(await waiting).toBe(true)
      expect(await claim(bench, { nodeId: 'n2' })).toHaveLength(1)
      expect(await claimed(bench)).toStrictEqual([])
    })

    contract.inRealTime('a raised maxRunning wakes, too', async (bench) => {
      await configureType(bench, 'plain', { maxRunning: bench.share(1) })
      await addAll(bench, [{}, {}])
      await claimOne(bench, { nodeId: 'holder' })
      const waiting = until(bench, await sleeper(bench, 'n1'), 'work')
      await configureType(bench, 'plain', { maxRunning: bench.share(2) })
      expect(await waiting).toBe(true)
      const request = await requestOf(bench)
      const reply = await bench.store.runs.claim(bench.calls.next(), request)
      expect(reply).toMatchObject({ leases: [{ taskType: 'plain' }] })
    })
  })
}
