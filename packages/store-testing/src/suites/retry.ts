import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, claimAll, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { endedRun, freshRecord, jobEvents, openRun } from '../fixtures/expected.ts'
import { died, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'

/** `jobs.command` with `retry`. */
export function retrySuite(contract: Contract): void {
  describe('jobs.command retry', () => {
    contract(
      'a dead job begins a new life and keeps its id, runs, headers and last run time',
      async (bench) => {
        const begin = bench.clock.now()
        const { id, lease } = await bring(bench, 'dead', { headers: { a: '1' }, tags: ['t'] })
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()

        await obey(bench, { verb: 'retry', id })
        expect(await jobOf(bench.store, id)).toStrictEqual(
          freshRecord(id, begin, { headers: { a: '1' }, tags: ['t'], lastRunAt: begin, updatedAt: now }),
        )
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          ...jobEvents(['job.retrying', 'job.dispatched'], { jobId: id, timestamp: now, attempt: 0 }),
        ])
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(lease, 'failed', begin, { error: 'boom' }),
        ])
        expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
      },
    )

    contract('the next run is the first attempt again, and counts on in its id', async (bench) => {
      const { id, lease: first } = await bring(bench, 'retrying, in line')
      const second = await claimOne(bench)
      await settle(bench, died(second, 'again'))
      await obey(bench, { verb: 'retry', id })
      const now = bench.clock.now()

      const third = await claimOne(bench)
      expect(third).toMatchObject({ runId: `${id}-3`, attempt: 1, consecutiveErrors: 0, maxAttempts: 3 })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        openRun(third),
        endedRun(second, 'failed', now, { error: 'again' }),
        endedRun(first, 'failed', now, { error: 'boom' }),
      ])
      await settle(bench, succeeded(third))
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'completed', attempt: 1 })
    })

    contract('a job cancelled before it ran can be retried', async (bench) => {
      const begin = bench.clock.now()
      const { id } = await bring(bench, 'cancelled')
      await bench.clock.advanceBy(5)
      await obey(bench, { verb: 'retry', id })
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, begin, { updatedAt: begin + 5 }))
      expect(await runsOf(bench.store, id)).toStrictEqual([])
      expect((await claimOne(bench)).jobId).toBe(id)
    })

    contract('a delayed job cancelled and retried is claimable at once', async (bench) => {
      const id = await add(bench, { delayMs: 60_000, heartbeatTimeoutMs: 3_600_000 })
      await obey(bench, { verb: 'cancel', id })
      await obey(bench, { verb: 'retry', id })
      const record = await jobOf(bench.store, id)
      expect(record).toMatchObject({ status: 'pending' })
      expect(record).not.toHaveProperty('nextRunAt')
      await claimOne(bench)
      await bench.clock.advanceBy(60_000)
      expect(await claimAll(bench)).toStrictEqual([])
    })

    contract('goes to the front of its line', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      await obey(bench, { verb: 'cancel', id: ids[2] })
      await obey(bench, { verb: 'retry', id: ids[2] })
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([ids[2], ids[0], ids[1]])
    })

    contract('takes the unique key again in the same step', async (bench) => {
      const { id } = await bring(bench, 'dead', { uniqueKey: 'k' })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
      await obey(bench, { verb: 'retry', id })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([id])
    })

    contract(
      'answers with the holder when another job has its unique key, and changes nothing',
      async (bench) => {
        const { id } = await bring(bench, 'dead', { uniqueKey: 'k' })
        const holder = await add(bench, { uniqueKey: 'k' })
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(1)
        expect(await command(bench, { verb: 'retry', id })).toStrictEqual({ kind: 'keyHeld', holder })
        expect(await jobOf(bench.store, id)).toStrictEqual(before)
        expect(await eventsOf(bench.store, id)).toStrictEqual(told)
        expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([holder])
      },
    )

    contract('a job retried again and again counts every run', async (bench) => {
      const { id } = await bring(bench, 'dead')
      for (let n = 2; n <= 5; n++) {
        await obey(bench, { verb: 'retry', id })
        const lease = await claimOne(bench)
        expect(lease.runId).toBe(`${id}-${n}`)
        await settle(bench, died(lease))
      }
      const runs = await runsOf(bench.store, id)
      expect(runs.map((run) => run.id)).toStrictEqual([5, 4, 3, 2, 1].map((n) => `${id}-${n}`))
    })
  })
}
