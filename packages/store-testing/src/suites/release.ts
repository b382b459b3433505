import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { addAll, claim, claimJobs, claimOne, handBack, obey } from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { by, endedRun, jobEvent } from '../fixtures/expected.ts'
import { ref } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { cancelledRecord } from '../fixtures/records.ts'
import { sorted } from '../fixtures/sorted.ts'

/** `runs.release`. */
export function releaseSuite(contract: Contract): void {
  describe('runs.release', () => {
    contract('a started run is handed back: no attempt, no event, a run that says so', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(500)
      const now = bench.clock.now()
      expect(await bench.store.runs.release(bench.calls.next(), [ref(lease)])).toStrictEqual({
        outcomes: ['settled'],
        ended: [],
      })
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, status: 'pending', updatedAt: now })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        endedRun(lease, 'cancelled', now, { error: 'handed back' }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
      expect(await claimOne(bench)).toMatchObject({ runId: `${id}-2`, attempt: 1, claimableAt: now })
    })

    contract('a run still claimed leaves no record', async (bench) => {
      const { id, lease } = await bring(bench, 'running, claimed')
      const before = await jobOf(bench.store, id)
      await handBack(bench, lease)
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, status: 'pending' })
      expect(await runsOf(bench.store, id)).toStrictEqual([])
      expect(await bench.store.inspector.getRuns([lease.runId])).toStrictEqual([undefined])
      expect((await claimOne(bench)).runId).toBe(`${id}-2`)
    })

    contract('a job that had failed before keeps its attempts', async (bench) => {
      const { id } = await bring(bench, 'retrying, in line')
      await handBack(bench, await claimOne(bench))
      expect(await jobOf(bench.store, id)).toMatchObject({
        status: 'pending',
        attempt: 1,
        consecutiveErrors: 1,
        lastError: 'boom',
      })
      expect(await claimOne(bench)).toMatchObject({ attempt: 2, consecutiveErrors: 1 })
    })

    contract('a started run ends cancelled when that was asked for', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await obey(bench, { verb: 'cancel', id, reason: 'enough' })
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(500)
      const now = bench.clock.now()
      expect(await bench.store.runs.release(bench.calls.next(), [ref(lease)])).toStrictEqual({
        outcomes: ['settled'],
        ended: [
          {
            firingId: id,
            jobId: id,
            taskType: 'plain',
            status: 'cancelled',
            attempt: 1,
            runId: lease.runId,
            error: 'enough',
          },
        ],
      })
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...cancelledRecord(before, now, 'enough'),
        attempt: 1,
        lastRunAt: now,
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        endedRun(lease, 'cancelled', now, { error: 'enough' }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.cancelled', { jobId: id, timestamp: now, attempt: 1, error: 'enough', ...by(lease) }),
      ])
    })

    contract(
      'a claimed run ends its job cancelled when that was asked for, without an attempt',
      async (bench) => {
        const { id, lease } = await bring(bench, 'running, claimed')
        await obey(bench, { verb: 'cancel', id })
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        const now = bench.clock.now()
        expect(await bench.store.runs.release(bench.calls.next(), [ref(lease)])).toStrictEqual({
          outcomes: ['settled'],
          ended: [
            {
              firingId: id,
              jobId: id,
              taskType: 'plain',
              status: 'cancelled',
              attempt: 0,
              runId: lease.runId,
              error: 'cancelled',
            },
          ],
        })
        expect(await jobOf(bench.store, id)).toStrictEqual(cancelledRecord(before, now, 'cancelled'))
        expect(await runsOf(bench.store, id)).toStrictEqual([])
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', {
            jobId: id,
            timestamp: now,
            attempt: 0,
            error: 'cancelled',
            ...by(lease),
          }),
        ])
      },
    )

    contract('answers in order, and old tokens are lost', async (bench) => {
      const ids = await addAll(bench, [{}, {}])
      const [a, b] = await claimJobs(bench, ids)
      const leases = [ref(b), { ...ref(a), token: b.token }, ref(a), ref(b)]
      expect(await bench.store.runs.release(bench.calls.next(), leases)).toStrictEqual({
        outcomes: ['settled', 'lost', 'settled', 'lost'],
        ended: [],
      })
      const again = await claim(bench)
      expect(sorted(again.map((lease) => lease.jobId))).toStrictEqual(sorted(ids))
      expect(await bench.store.runs.release(bench.calls.next(), [ref(a), ref(b)])).toStrictEqual({
        outcomes: ['lost', 'lost'],
        ended: [],
      })
      expect(await countsOf(bench.store)).toStrictEqual({ running: 2 })
      expect(await bench.store.runs.release(bench.calls.next(), [])).toStrictEqual({
        outcomes: [],
        ended: [],
      })
    })
  })
}
