import type { Beat, LeaseRef } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { addAll, advanceAll, claimJobs, claimOne, obey, settle } from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { by, endedRun, jobEvent, openRun } from '../fixtures/expected.ts'
import { newJob } from '../fixtures/new-job.ts'
import { failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'

/** `runs.extend`. */
export function extendSuite(contract: Contract): void {
  describe('runs.extend', () => {
    contract('a beat prolongs the lease from now on, and is no move of the job', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(29_000)
      const beat = { ...ref(lease), leaseMs: 5_000 }
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['live'])
      expect(await jobOf(bench.store, id)).toStrictEqual(before)
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)
      expect(await runsOf(bench.store, id)).toStrictEqual([
        openRun(lease, { lastHeartbeatAt: bench.clock.now() }),
      ])

      await bench.clock.advanceBy(4_999)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('running')
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('retrying')
    })

    contract('a beat can shorten a lease', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1_000 }])
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('retrying')
    })

    contract(
      'progress is kept to the letter: the last value, also after the run has ended',
      async (bench) => {
        const { id, lease } = await bring(bench, 'running, started')
        const beats = ['{"percent": 1.0}', `"${'é'.repeat(3_000)}\\n\\t|"`, undefined]
        const seen: (string | undefined)[] = []
        for (const progress of beats) {
          const beat = { ...ref(lease), leaseMs: 30_000, ...(progress === undefined ? {} : { progress }) }
          expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['live'])
          seen.push((await runsOf(bench.store, id))[0]?.progress)
        }
        expect(seen).toStrictEqual([beats[0], beats[1], beats[1]])

        const now = bench.clock.now()
        const expected = { progress: beats[1] as string, lastHeartbeatAt: now }
        await settle(bench, failed(lease, 0))
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(lease, 'failed', now, { error: 'boom', ...expected }),
        ])
        const second = await claimOne(bench)
        await bench.store.runs.extend(bench.calls.next(), [
          { ...ref(second), leaseMs: 30_000, progress: '2' },
        ])
        await settle(bench, succeeded(second))
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(second, 'succeeded', now, { progress: '2', lastHeartbeatAt: now }),
          endedRun(lease, 'failed', now, { error: 'boom', ...expected }),
        ])
      },
    )

    contract('a claimed run starts with the beat that says so, once', async (bench) => {
      const { id, lease } = await bring(bench, 'running, claimed')
      const told = await eventsOf(bench.store, id)
      const before = await jobOf(bench.store, id)
      await bench.clock.advanceBy(40)
      const startedAt = bench.clock.now()
      const beat = { ...ref(lease), leaseMs: 30_000 }
      await bench.store.runs.extend(bench.calls.next(), [beat])
      expect(await runsOf(bench.store, id)).toStrictEqual([
        openRun(lease, { status: 'claimed', lastHeartbeatAt: startedAt }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)

      const started = { ...beat, started: true }
      expect(await bench.store.runs.extend(bench.calls.next(), [started])).toStrictEqual(['live'])
      await bench.clock.advanceBy(40)
      expect(await bench.store.runs.extend(bench.calls.next(), [started])).toStrictEqual(['live'])
      expect(await runsOf(bench.store, id)).toStrictEqual([
        openRun(lease, { startedAt, lastHeartbeatAt: bench.clock.now() }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.started', { jobId: id, timestamp: startedAt, attempt: 1, ...by(lease) }),
      ])
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, updatedAt: startedAt })
    })

    contract('`started` of a run that was leased running tells nothing twice', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const told = await eventsOf(bench.store, id)
      await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 30_000, started: true }])
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)
    })

    contract('answers each beat in order: live, cancelRequested, lost', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      const [a, b, c] = await claimJobs(bench, ids)
      await obey(bench, { verb: 'cancel', id: ids[1] })
      const beat = (lease: LeaseRef): Beat => ({ ...ref(lease), leaseMs: 30_000 })
      expect(
        await bench.store.runs.extend(bench.calls.next(), [
          beat(b),
          beat({ ...a, token: c.token }),
          beat({ ...c, firingId: newJob().id }),
          beat(a),
          beat({ ...a, token: '' }),
          beat(c),
        ]),
      ).toStrictEqual(['cancelRequested', 'lost', 'lost', 'live', 'lost', 'live'])
      expect(await bench.store.runs.extend(bench.calls.next(), [])).toStrictEqual([])
    })

    contract('an old token changes nothing and is lost', async (bench) => {
      const { id, lease: old } = await bring(bench, 'retrying, in line')
      const beat = { ...ref(old), leaseMs: 90_000, progress: '"late"', started: true }
      const before = [await jobOf(bench.store, id), await runsOf(bench.store, id)]
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['lost'])
      expect([await jobOf(bench.store, id), await runsOf(bench.store, id)]).toStrictEqual(before)

      const now = await claimOne(bench, { start: false })
      const held = [await jobOf(bench.store, id), await runsOf(bench.store, id)]
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['lost'])
      expect([await jobOf(bench.store, id), await runsOf(bench.store, id)]).toStrictEqual(held)
      await bench.clock.advanceBy(now.leaseMs)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
    })
  })
}
