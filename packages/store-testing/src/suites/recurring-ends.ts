import { KEPT_FIRINGS, type LeasedRun, type RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, advanceAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { jobEvent } from '../fixtures/expected.ts'
import { cancelled, died, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, eventTypesOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  everyMinute,
  fireLast,
  firePlan,
  fireTimes,
  firingsOf,
  lastPlan,
  MINUTE,
  planOf,
  type Recurring,
  recurrenceFrom,
  scheduleOf,
} from '../fixtures/schedules.ts'

/** How recurring jobs end, and how long their firings are kept. */
export function recurringEndsSuite(contract: Contract): void {
  describe('the end of a recurring job', () => {
    contract('comes with its last firing once the schedule is over', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { uniqueKey: 'k' })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1)
      await fireLast(bench, job, 2)
      const [first, second] = (await claim(bench)) as [LeasedRun, LeasedRun]
      await settle(bench, succeeded(first, '1'))
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'running' })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([job.id])
      await bench.clock.advanceBy(5)
      const now = bench.clock.now()
      expect(await settle(bench, succeeded(second, '2'))).toMatchObject({ firingId: job.firing(2) })
      expect(await jobOf(bench.store, job.id)).toMatchObject({
        status: 'completed',
        attempt: 1,
        completedAt: now,
        updatedAt: now,
      })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
      expect(await bench.store.schedules.get([job.id])).toStrictEqual([undefined])
      expect((await bench.store.schedules.list({ limit: 10 })).rows).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1 })
      expect(await firingsOf(bench.store, job.id)).toHaveLength(2)
      await removeEverything(bench)
    })

    contract('is its own when it was cancelled, whatever became of its firings', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await obey(bench, { verb: 'cancel', id: job.firing(1), reason: 'one firing' })
      await obey(bench, { verb: 'cancel', id: job.id, reason: 'all of it' })
      expect(await jobOf(bench.store, job.id)).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'all of it' },
      })
      expect(await jobOf(bench.store, job.firing(1))).toMatchObject({
        result: { status: 'cancelled', error: 'one firing' },
      })
    })

    contract('is told after the end of that firing, without it', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireLast(bench, job, 1)
      await settle(bench, succeeded(await claimOne(bench)))
      const [ofFiring, ofJob] = (await eventsOf(bench.store, job.id)).slice(-2)
      const told = { jobId: job.id, timestamp: bench.clock.now(), attempt: 1 }
      expect(ofFiring).toMatchObject({ type: 'job.completed', firingId: job.firing(1), ...told })
      expect(ofJob).toStrictEqual(jobEvent('job.completed', told))
    })

    contract(
      'is a completion also after a dead firing, which changes nothing for the schedule',
      async (bench) => {
        const job = await addRecurring(bench)
        await bench.clock.advanceBy(2 * MINUTE)
        await fireTimes(bench, job, 1)
        await settle(bench, died(await claimOne(bench)))
        expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'scheduled', nextRunAt: job.at(2) })
        await fireLast(bench, job, 2)
        await settle(bench, died(await claimOne(bench)))
        expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
        expect((await eventTypesOf(bench.store, job.id)).slice(-3)).toStrictEqual([
          'job.failed',
          'job.dead',
          'job.completed',
        ])
      },
    )

    contract('waits for held firings, one after the other', async (bench) => {
      const job = await addRecurring(bench, everyMinute({ overlapPolicy: 'BUFFER_ALL' }))
      await bench.clock.advanceBy(3 * MINUTE)
      const times = [job.at(1), job.at(2), job.at(3)]
      await firePlan(bench, lastPlan(planOf(await scheduleOf(bench.store, job.id), times)))
      for (const n of [1, 2, 3]) {
        const lease = await claimOne(bench)
        expect(lease.firingId).toBe(job.firing(n))
        await settle(bench, succeeded(lease))
      }
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
    })

    contract('waits for a paused firing, and comes when that is cancelled', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireLast(bench, job, 1)
      await obey(bench, { verb: 'pause', id: job.firing(1) })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'pending' })
      await obey(bench, { verb: 'cancel', id: job.firing(1) })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
    })

    contract('comes with a lease that is lost and has no attempts left', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { dlqAfter: 1 })
      await bench.clock.advanceBy(MINUTE)
      await fireLast(bench, job, 1)
      await claimOne(bench)
      await bench.clock.advanceBy(30_000)
      expect(await advanceAll(bench)).toMatchObject([{ firingId: job.firing(1), status: 'dead' }])
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
      await removeEverything(bench)
    })

    contract.inRealTime('is told to who watches the job', async (bench) => {
      const { now } = await bench.store.inspector.info()
      const id = await add(bench, { recurrence: recurrenceFrom(now - MINUTE) })
      await firePlan(bench, lastPlan(planOf(await scheduleOf(bench.store, id), [now])))
      const watching = bench.store.events.watch([id], { timeoutMs: 4_000 })
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await watching).toStrictEqual([{ id, state: 'completed' }])
    })

    contract.inRealTime('by a cancel is told to who watches the job, too', async (bench) => {
      const { now } = await bench.store.inspector.info()
      const id = await add(bench, { recurrence: recurrenceFrom(now) })
      const watching = bench.store.events.watch([id], { timeoutMs: 4_000 })
      await obey(bench, { verb: 'cancel', id })
      expect(await watching).toStrictEqual([{ id, state: 'cancelled' }])
    })
  })

  describe('what is kept of a recurring job', () => {
    const endings: Readonly<Record<keyof typeof KEPT_FIRINGS, (lease: LeasedRun) => RunOutcome>> = {
      completed: (lease) => succeeded(lease, '1'),
      dead: died,
      cancelled,
    }
    for (const [status, end] of Object.entries(endings)) {
      const kept = KEPT_FIRINGS[status as keyof typeof KEPT_FIRINGS]
      contract(`are its newest ${kept} ${status} firings`, async (bench) => {
        const [job, leases] = await runMany(bench, kept + 3)
        await bench.store.runs.settle(bench.calls.next(), leases.slice(0, kept).map(end))
        expect((await bench.store.schedules.firings(job.id, { limit: 1 })).total).toBe(kept + 3)
        await bench.store.runs.settle(bench.calls.next(), leases.slice(kept).map(end))
        const left = await firingsOf(bench.store, job.id)
        expect(left.map(({ id }) => id)).toStrictEqual(leases.slice(3).map(({ firingId }) => firingId))
        expect(left.every((firing) => firing.status === status)).toBe(true)
        for (const gone of leases.slice(0, 3)) {
          expect(await bench.store.jobs.get([gone.firingId])).toStrictEqual([undefined])
          expect(await runsOf(bench.store, gone.firingId)).toStrictEqual([])
        }
        expect(await countsOf(bench.store)).toStrictEqual({ scheduled: 1 })
        await removeEverything(bench)
      })
    }

    contract('are its firings however long ago they ended, while it goes on', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { retainMs: 1_000 })
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await settle(bench, succeeded(await claimOne(bench)))
      await bench.clock.advanceBy(365 * 24 * 60 * MINUTE)
      await advanceAll(bench)
      expect(await firingsOf(bench.store, job.id)).toHaveLength(1)
    })

    for (const retainMs of [0, 1_000]) {
      contract(`is nothing ${retainMs} ms after its end when it says so`, async (bench) => {
        const job = await addRecurring(bench, everyMinute(), { retainMs })
        await bench.clock.advanceBy(2 * MINUTE)
        await fireTimes(bench, job, 1)
        await fireLast(bench, job, 2)
        const leases = await claim(bench)
        for (const lease of leases) await settle(bench, succeeded(lease, '1'))
        await bench.clock.advanceBy(retainMs)
        await advanceAll(bench)
        await expectGone(bench, job, leases)
      })
    }

    contract.inRealTime('is at once unknown to who watches a firing of it', async (bench) => {
      const { now } = await bench.store.inspector.info()
      const id = await add(bench, { recurrence: recurrenceFrom(now - MINUTE) })
      const [firing] = await firePlan(bench, lastPlan(planOf(await scheduleOf(bench.store, id), [now])))
      const firingId = firing?.firingId ?? ''
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await bench.store.events.watch([firingId], { timeoutMs: 4_000 })).toStrictEqual([
        { id: firingId, state: 'completed' },
      ])
      await obey(bench, { verb: 'delete', id })
      expect(await bench.store.events.watch([firingId], { timeoutMs: 4_000 })).toStrictEqual([
        { id: firingId, state: 'unknown' },
      ])
    })

    contract('is nothing once it was deleted', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { uniqueKey: 'k' })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1)
      await fireLast(bench, job, 2)
      const leases = await claim(bench)
      for (const lease of leases) await settle(bench, died(lease))
      await obey(bench, { verb: 'delete', id: job.id })
      await advanceAll(bench)
      await expectGone(bench, job, leases)
    })
  })
}

async function runMany(
  bench: TimedBench,
  count: number,
): Promise<readonly [Recurring, readonly LeasedRun[]]> {
  const job = await addRecurring(bench)
  await bench.clock.advanceBy(count * MINUTE)
  const times = Array.from({ length: count }, (_, i) => job.at(i + 1))
  await firePlan(bench, planOf(await scheduleOf(bench.store, job.id), times))
  const leases: LeasedRun[] = []
  while (leases.length < count) leases.push(...(await claim(bench, { limit: 500 })))
  expect(leases.map(({ firingId }) => firingId)).toStrictEqual(times.map((at) => `${job.id}:${at}`))
  return [job, leases]
}

async function expectGone(bench: TimedBench, job: Recurring, leases: readonly LeasedRun[]): Promise<void> {
  const ids = [job.id, ...leases.map(({ firingId }) => firingId)]
  expect(await bench.store.jobs.get(ids)).toStrictEqual(ids.map(() => undefined))
  const runs = await bench.store.inspector.getRuns(leases.map(({ runId }) => runId))
  expect(runs).toStrictEqual(leases.map(() => undefined))
  expect(await firingsOf(bench.store, job.id)).toStrictEqual([])
  expect(await bench.store.schedules.get([job.id])).toStrictEqual([undefined])
  expect(await countsOf(bench.store)).toStrictEqual({})
  await removeEverything(bench)
}
