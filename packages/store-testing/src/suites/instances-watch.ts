import type { WatchOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, claimOne, settle } from '../fixtures/acts.ts'
import { addMember, begin, committed, createChild, headOf, remove, suspend } from '../fixtures/instances.ts'
import { homeOf } from '../fixtures/new-instance.ts'
import { succeeded } from '../fixtures/outcomes.ts'

/** Longer than a watcher takes to look again, shorter than a test may. */
const PATIENCE_MS = 8_000

/** `events.watch` of instances, alone and together with jobs; in real time. */
export function instancesWatchSuite(contract: Contract): void {
  describe('events.watch of instances', () => {
    for (const status of ['completed', 'failed', 'cancelled'] as const) {
      contract.inRealTime(`tells that one is ${status}, when it ends and afterwards`, async (bench) => {
        const head = await begin(bench)
        const watching = watch(bench, [head.id])
        await committed(bench, head, { status })
        expect(await watching).toStrictEqual([{ id: head.id, state: status }])
        expect(await watch(bench, [head.id])).toStrictEqual([{ id: head.id, state: status }])
      })
    }

    contract.inRealTime('tells that one goes on as another', async (bench) => {
      const head = await begin(bench)
      const draft = bench.instance({ continuedFrom: head.id })
      const watching = watch(bench, [head.id])
      await committed(bench, head, { status: 'continued', continuedTo: draft.id, create: [draft] })
      expect(await watching).toStrictEqual([{ id: head.id, state: 'continued' }])
      const next = homeOf(head.id, draft.id)
      const onward = watch(bench, [next])
      await committed(bench, await headOf(bench.store, next), { status: 'completed' })
      expect(await onward).toStrictEqual([{ id: next, state: 'completed' }])
    })

    contract.inRealTime('tells that one is removed while it is watched, or unknown', async (bench) => {
      const head = await begin(bench)
      const childId = await createChild(bench, head)
      const watching = watch(bench, [childId])
      await committed(bench, await headOf(bench.store, head.id), { status: 'completed' })
      expect(await remove(bench, head.id)).toStrictEqual({ kind: 'done' })
      await advanceUntilStill(bench)
      const [outcome, ...rest] = await watching
      // The watcher may only come to look when it is gone: then it was never seen.
      expect(['gone', 'unknown']).toContain(outcome?.state)
      expect([outcome?.id, rest]).toStrictEqual([childId, []])
      expect(await watch(bench, [childId])).toStrictEqual([{ id: childId, state: 'unknown' }])
      const unknown = bench.idOf(bench.instance())
      expect(await watch(bench, [unknown])).toStrictEqual([{ id: unknown, state: 'unknown' }])
    })

    contract.inRealTime('of one that is suspended, or runs, waits', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      await suspend(bench, a.id)
      expect(await bench.store.events.watch([a.id, b.id], { timeoutMs: 50 })).toStrictEqual([])
    })

    contract.inRealTime('of jobs and instances together tells what ends first', async (bench) => {
      const head = await begin(bench)
      const jobId = await add(bench)
      const ids = [jobId, head.id]
      const first = watch(bench, ids)
      await committed(bench, head, { status: 'failed', error: 'boom' })
      expect(await first).toStrictEqual([{ id: head.id, state: 'failed' }])
      const second = watch(bench, [jobId])
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await second).toStrictEqual([{ id: jobId, state: 'completed' }])
      const both = await watch(bench, ids)
      expect([...both].sort((x, y) => ids.indexOf(x.id) - ids.indexOf(y.id))).toStrictEqual([
        { id: jobId, state: 'completed' },
        { id: head.id, state: 'failed' },
      ])
    })

    contract.inRealTime('of a member tells its end as of any job', async (bench) => {
      const { id } = await addMember(bench)
      const watching = watch(bench, [id])
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await watching).toStrictEqual([{ id, state: 'completed' }])
    })

    contract.inRealTime('from another handle works, too', async (bench) => {
      const head = await begin(bench)
      const watching = watch({ ...bench, store: await bench.other() }, [head.id])
      await committed(bench, head, { status: 'completed' })
      expect(await watching).toStrictEqual([{ id: head.id, state: 'completed' }])
    })
  })
}

function watch(bench: Bench, ids: readonly string[]): Promise<readonly WatchOutcome[]> {
  return bench.store.events.watch(ids, { timeoutMs: PATIENCE_MS })
}

async function advanceUntilStill(bench: Bench): Promise<void> {
  while ((await bench.store.runs.advance(bench.calls.next(), 100)).moved > 0);
}
