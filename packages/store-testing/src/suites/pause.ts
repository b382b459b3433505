import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { bring, type Situation } from '../fixtures/bring.ts'
import { freshRecord, jobEvent, jobEvents } from '../fixtures/expected.ts'
import { failed, failedThen, paused, repeated } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'
import { notWaiting } from '../fixtures/records.ts'
import { sorted } from '../fixtures/sorted.ts'

const pausable: readonly Situation[] = ['pending', 'scheduled', 'retrying, due later', 'retrying, in line']

/** `jobs.command` with `pause` and `resume`, and the resume that time brings. */
export function pauseSuite(contract: Contract): void {
  describe('jobs.command pause', () => {
    for (const situation of pausable) {
      contract(`takes a job that is ${situation} out of all waiting`, async (bench) => {
        const { id } = await bring(bench, situation)
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()

        await obey(bench, { verb: 'pause', id })
        const paused = { ...notWaiting(before), status: 'paused', pausedAt: now, updatedAt: now }
        expect(await jobOf(bench.store, id)).toStrictEqual(paused)
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.paused', { jobId: id, timestamp: now, attempt: before.attempt }),
        ])
        expect(await countsOf(bench.store)).toStrictEqual({ paused: 1 })

        await bench.clock.advanceBy(120_000)
        await advanceAll(bench)
        expect(await claim(bench)).toStrictEqual([])
        expect(await jobOf(bench.store, id)).toStrictEqual(paused)
      })
    }

    contract('stops schedule-to-start, which begins anew with the resume', async (bench) => {
      const id = await add(bench, { scheduleToStartTimeoutMs: 10_000 })
      await obey(bench, { verb: 'pause', id })
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'paused' })
      await obey(bench, { verb: 'resume', id })
      await bench.clock.advanceBy(9_999)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'pending' })
      await bench.clock.advanceBy(2)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'dead' })
    })
  })

  describe('jobs.command resume', () => {
    contract('makes a job pending with attempt and consecutive errors 0', async (bench) => {
      const begin = bench.clock.now()
      const { id } = await bring(bench, 'retrying, due later')
      await obey(bench, { verb: 'pause', id })
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()

      await obey(bench, { verb: 'resume', id })
      expect(await jobOf(bench.store, id)).toStrictEqual(
        freshRecord(id, begin, { lastError: 'boom', lastRunAt: begin, updatedAt: now }),
      )
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        ...jobEvents(['job.resumed', 'job.dispatched'], { jobId: id, timestamp: now, attempt: 0 }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
      expect(await claimOne(bench)).toMatchObject({
        jobId: id,
        attempt: 1,
        consecutiveErrors: 0,
        claimableAt: now,
      })
    })

    contract('makes a job scheduled again when its own due time lies ahead', async (bench) => {
      const begin = bench.clock.now()
      const { id } = await bring(bench, 'scheduled')
      const before = await jobOf(bench.store, id)
      await obey(bench, { verb: 'pause', id })
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(1_000)

      await obey(bench, { verb: 'resume', id })
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, updatedAt: begin + 1_000 })
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.resumed', { jobId: id, timestamp: begin + 1_000, attempt: 0 }),
      ])
      await bench.clock.advanceBy(58_999)
      expect(await claim(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect((await claimOne(bench)).jobId).toBe(id)
    })

    contract('makes a delayed job pending when its time passed while it was paused', async (bench) => {
      const { id } = await bring(bench, 'scheduled')
      await obey(bench, { verb: 'pause', id })
      await bench.clock.advanceBy(60_000)
      await obey(bench, { verb: 'resume', id })
      const record = await jobOf(bench.store, id)
      expect(record.status).toBe('pending')
      expect(record).not.toHaveProperty('nextRunAt')
      expect(record).not.toHaveProperty('pausedAt')
    })

    contract('forgets the time a repeat had set: only its own due time counts', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await settle(bench, repeated(lease, 60_000))
      await obey(bench, { verb: 'pause', id })
      await obey(bench, { verb: 'resume', id })
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'pending' })
    })

    contract('goes to the end of its line', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      await obey(bench, { verb: 'pause', id: ids[0] })
      await obey(bench, { verb: 'resume', id: ids[0] })
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([ids[1], ids[2], ids[0]])
    })

    contract('a job paused and resumed many times is claimed once', async (bench) => {
      const ids = await addAll(bench, [{}, {}])
      for (let i = 0; i < 5; i++) {
        await obey(bench, { verb: 'pause', id: ids[0] })
        await obey(bench, { verb: 'resume', id: ids[0] })
        await obey(bench, { verb: 'cancel', id: ids[1] })
        await obey(bench, { verb: 'retry', id: ids[1] })
      }
      const leases = await claim(bench)
      expect(sorted(leases.map((lease) => lease.jobId))).toStrictEqual(sorted(ids))
      expect(await claim(bench)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ running: 2 })
    })
  })

  describe('auto-resume', () => {
    contract('comes when resumeAt is reached, not before, and is a resume', async (bench) => {
      const begin = bench.clock.now()
      const { id, lease } = await bring(bench, 'running, started')
      await settle(bench, paused(lease, 10_000))
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(9_999)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('paused')
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      const now = begin + 10_000
      expect(await jobOf(bench.store, id)).toStrictEqual(
        freshRecord(id, begin, { lastRunAt: begin, updatedAt: now }),
      )
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        ...jobEvents(['job.resumed', 'job.dispatched'], { jobId: id, timestamp: now, attempt: 0 }),
      ])
    })

    contract('a job resumed by hand is not resumed again', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await settle(bench, failedThen(lease, { do: 'pause', resumeAfterMs: 10_000 }))
      await obey(bench, { verb: 'resume', id })
      await settle(bench, failed(await claimOne(bench), 60_000))
      const before = await jobOf(bench.store, id)
      await bench.clock.advanceBy(10_000)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toStrictEqual(before)
    })
  })
}
