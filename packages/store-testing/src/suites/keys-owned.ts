import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, advanceAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { beginBatch, enqueueItems } from '../fixtures/batches.ts'
import { claimed, idsOf } from '../fixtures/flow.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  enqueueMembers,
  headOf,
  remove,
  take,
} from '../fixtures/instances.ts'
import { expectKey, keyed, keysOf, times } from '../fixtures/keys.ts'
import { died, failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, changed, everyMinute, fireTimes, MINUTE, scheduleOf } from '../fixtures/schedules.ts'

/** Concurrency keys of jobs that others made: members of instances and firings of recurring jobs. */
export function keysOwnedSuite(contract: Contract): void {
  describe('concurrency keys of members', () => {
    contract('of a workflow hold beside those of other jobs', async (bench) => {
      const head = await begin(bench)
      const alone = await add(bench, keyed(bench, { a: 1 }))
      const [first, second] = await enqueueMembers(bench, head, times(2, keyed(bench, { a: 1 })))
      await expectKey(bench, 'a', { running: 0, waiting: 3, limit: 1 })
      for (const id of [alone, first, second]) {
        const lease = await claimOne(bench)
        expect(lease.jobId).toBe(id)
        expect(lease.concurrencyKeys).toStrictEqual(keysOf(bench, { a: 1 }))
        await settle(bench, succeeded(lease))
      }
      expect(await take(bench, head.id)).toHaveLength(2)
    })

    contract('of a batch are freed by every end', async (bench) => {
      const head = await beginBatch(bench, 5)
      const ids = await enqueueItems(bench, head, times(5, keyed(bench, { a: 1 })))
      await settle(bench, succeeded(await claimOne(bench)))
      await settle(bench, died(await claimOne(bench)))
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(ids[2])
      await obey(bench, { verb: 'cancel', id: ids[2] as string })
      await settle(bench, succeeded(lease))
      await claimOne(bench)
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      await expectKey(bench, 'a', { running: 0, waiting: 2 })
      expect(await claimed(bench)).toStrictEqual([ids[3]])
    })

    contract('state the limit as by enqueue', async (bench) => {
      const head = await begin(bench)
      await add(bench, keyed(bench, { a: 1 }))
      await enqueueMembers(bench, head, times(2, keyed(bench, { a: 3 })))
      await expectKey(bench, 'a', { running: 0, waiting: 3, limit: 3 })
      expect(await claimed(bench)).toHaveLength(3)
    })

    contract('that a commit cancels give way at once', async (bench) => {
      const head = await begin(bench)
      const [first, second] = (await enqueueMembers(bench, head, times(2, keyed(bench, { a: 1 })))) as [
        string,
        string,
      ]
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(first)
      const order = commitOf(await headOf(bench.store, head.id), { cancel: [{ id: second }, { id: first }] })
      expect(await commit(bench, order)).toBe('committed')
      await expectKey(bench, 'a', { running: 1, waiting: 0 })
      const outside = await add(bench, keyed(bench, { a: 1 }))
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(lease))
      expect(await claimed(bench)).toStrictEqual([outside])
    })

    contract('go with their instance', async (bench) => {
      const head = await begin(bench)
      await enqueueMembers(bench, head, times(3, keyed(bench, { a: 1 })))
      const lease = await claimOne(bench)
      await committed(bench, await headOf(bench.store, head.id), { status: 'cancelled' })
      await settle(bench, succeeded(lease))
      await remove(bench, head.id)
      await advanceAll(bench)
      await removeEverything(bench)
    })
  })

  describe('concurrency keys of a recurring job', () => {
    contract('are those of its firings', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), keyed(bench, { a: 1 }))
      await bench.clock.advanceBy(3 * MINUTE)
      await fireTimes(bench, job, 1, 2, 3)
      expect((await jobOf(bench.store, job.firing(2))).concurrencyKeys).toStrictEqual(keysOf(bench, { a: 1 }))
      for (const n of [1, 2, 3]) {
        const lease = await claimOne(bench)
        expect(lease.firingId).toBe(job.firing(n))
        expect(lease.concurrencyKeys).toStrictEqual(keysOf(bench, { a: 1 }))
        expect((await bench.store.inspector.key(bench.key('a'))).holders).toStrictEqual([
          { runId: lease.runId, firingId: job.firing(n), nodeId: 'n1' },
        ])
        await settle(bench, succeeded(lease))
      }
    })

    contract('a firing that is retried at once is the next to take the slot', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), keyed(bench, { a: 1 }))
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      await settle(bench, failed(await claimOne(bench), 0))
      expect((await claimOne(bench)).firingId).toBe(job.firing(1))
    })

    contract('its firings wait beside other jobs', async (bench) => {
      const other = await add(bench, keyed(bench, { a: 1 }))
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(other)
      await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 2 * MINUTE }])
      const job = await addRecurring(bench, everyMinute(), keyed(bench, { a: undefined }))
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(lease))
      expect(await claimed(bench)).toStrictEqual([job.id])
    })

    contract('cancelling the job frees what its running firings hold, when they end', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), keyed(bench, { a: 1 }))
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'cancel', id: job.id })
      const other = await add(bench, keyed(bench, { a: 1 }))
      expect(await claimed(bench)).toStrictEqual([])
      await settle(bench, succeeded(lease))
      expect(await claimed(bench)).toStrictEqual([other])
    })

    contract('firings that were held join the line of the key', async (bench) => {
      const job = await addRecurring(
        bench,
        everyMinute({ overlapPolicy: 'BUFFER_ALL' }),
        keyed(bench, { a: 1 }),
      )
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const first = await claimOne(bench)
      const other = await add(bench, keyed(bench, { a: 1 }))
      await settle(bench, succeeded(first))
      const leases = await claim(bench)
      expect(idsOf(leases)).toStrictEqual([other])
      for (const lease of leases) await settle(bench, succeeded(lease))
      expect((await claimOne(bench)).firingId).toBe(job.firing(2))
      expect((await scheduleOf(bench.store, job.id)).unfinished).toHaveLength(1)
    })

    contract('leave nothing behind', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), keyed(bench, { a: 1, b: 2 }))
      await bench.clock.advanceBy(3 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      await settle(bench, succeeded(await claimOne(bench)))
      await changed(bench, { verb: 'remove', jobId: job.id })
      await removeEverything(bench)
    })
  })
}
