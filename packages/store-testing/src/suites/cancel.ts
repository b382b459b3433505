import type { LeaseRef, RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { bring, situations } from '../fixtures/bring.ts'
import { by, endedRun, jobEvent, openRun } from '../fixtures/expected.ts'
import { died, failed, ref, repeated, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { cancelledRecord } from '../fixtures/records.ts'

const waiting = situations.filter((each) => /pending|scheduled|retrying|paused/.test(each))

/** `jobs.command` with `cancel`. */
export function cancelSuite(contract: Contract): void {
  describe('jobs.command cancel', () => {
    for (const situation of waiting) {
      contract(`ends a job that is ${situation} at once`, async (bench) => {
        const { id } = await bring(bench, situation)
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        const runs = await runsOf(bench.store, id)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()

        const order = { verb: 'cancel', id, reason: 'not needed' } as const
        expect(await bench.store.jobs.command(bench.calls.next(), [order])).toStrictEqual({
          outcomes: [{ kind: 'done' }],
          ended: [
            {
              firingId: id,
              jobId: id,
              taskType: 'plain',
              status: 'cancelled',
              attempt: before.attempt,
              error: 'not needed',
            },
          ],
        })
        expect(await jobOf(bench.store, id)).toStrictEqual(cancelledRecord(before, now, 'not needed'))
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', {
            jobId: id,
            timestamp: now,
            attempt: before.attempt,
            error: 'not needed',
          }),
        ])
        expect(await runsOf(bench.store, id)).toStrictEqual(runs)
        expect(await countsOf(bench.store)).toStrictEqual({ cancelled: 1 })

        await bench.clock.advanceBy(120_000)
        expect(await claim(bench)).toStrictEqual([])
      })
    }

    contract('without a reason the reason is `cancelled`', async (bench) => {
      const { id } = await bring(bench, 'pending')
      await obey(bench, { verb: 'cancel', id })
      expect((await jobOf(bench.store, id)).result).toStrictEqual({ status: 'cancelled', error: 'cancelled' })
      expect((await eventsOf(bench.store, id)).at(-1)?.error).toBe('cancelled')
    })

    contract('of a running job is recorded only; asked again, nothing changes', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const told = await eventsOf(bench.store, id)
      const before = await jobOf(bench.store, id)
      await bench.clock.advanceBy(1_000)
      const requestedAt = bench.clock.now()
      for (const reason of ['first', 'second']) {
        const reply = await bench.store.jobs.command(bench.calls.next(), [{ verb: 'cancel', id, reason }])
        expect(reply).toStrictEqual({ outcomes: [{ kind: 'done' }], ended: [] })
        await bench.clock.advanceBy(1_000)
      }
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, updatedAt: requestedAt })
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)
      expect(await countsOf(bench.store)).toStrictEqual({ running: 1 })
      const beat = { ...ref(lease), leaseMs: 30_000 }
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['cancelRequested'])
      await settle(bench, succeeded(lease))
      expect((await jobOf(bench.store, id)).result?.error).toBe('first')
    })

    const reports: Readonly<Record<string, (lease: LeaseRef) => RunOutcome>> = {
      'a success': (lease) => succeeded(lease, '1'),
      'a failed attempt': (lease) => failed(lease, 0),
      'a last failed attempt': (lease) => died(lease),
      'a repeat': (lease) => repeated(lease, 5_000),
      'a pause': (lease) => ({ ...ref(lease), kind: 'paused', reason: 'later' }),
      'a cancellation': (lease) => ({ ...ref(lease), kind: 'cancelled', reason: 'obeyed' }),
    }
    for (const [name, report] of Object.entries(reports)) {
      contract(`${name} reported after the request ends the job cancelled`, async (bench) => {
        const { id, lease } = await bring(bench, 'running, started')
        await obey(bench, { verb: 'cancel', id, reason: 'stop it' })
        const before = await jobOf(bench.store, id)
        await bench.clock.advanceBy(700)
        const now = bench.clock.now()
        const told = await eventsOf(bench.store, id)

        expect(await bench.store.runs.settle(bench.calls.next(), [report(lease)])).toStrictEqual({
          outcomes: ['settled'],
          ended: [
            {
              firingId: id,
              jobId: id,
              taskType: 'plain',
              status: 'cancelled',
              attempt: 1,
              runId: lease.runId,
              error: 'stop it',
            },
          ],
        })
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...cancelledRecord(before, now, 'stop it'),
          attempt: 1,
          lastRunAt: now,
        })
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(lease, 'cancelled', now, { error: 'stop it' }),
        ])
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', {
            jobId: id,
            timestamp: now,
            attempt: 1,
            error: 'stop it',
            ...by(lease),
          }),
        ])
      })
    }

    contract('a job that is asked to be cancelled is claimed by nobody else meanwhile', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await obey(bench, { verb: 'cancel', id })
      expect(await claim(bench)).toStrictEqual([])
      expect(await runsOf(bench.store, id)).toStrictEqual([openRun(lease)])
    })

    contract('a request belongs to one life: a retried job runs as if there had been none', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await obey(bench, { verb: 'cancel', id })
      await settle(bench, succeeded(lease))
      await obey(bench, { verb: 'retry', id })
      const again = await claimOne(bench)
      const beat = { ...ref(again), leaseMs: 30_000 }
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['live'])
      await settle(bench, succeeded(again, '2'))
      expect((await jobOf(bench.store, id)).result).toStrictEqual({ status: 'completed', output: '2' })
    })

    contract('of one of two jobs leaves the other alone', async (bench) => {
      const id = await add(bench)
      const other = await add(bench)
      await obey(bench, { verb: 'cancel', id })
      expect((await claim(bench)).map((lease) => lease.jobId)).toStrictEqual([other])
      expect((await jobOf(bench.store, id)).status).toBe('cancelled')
    })
  })
}
