import type { FiringOutcome, ScheduleChange } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { allEvents, eventsOf, eventTypesOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  change,
  changed,
  everyMinute,
  fire,
  fireTimes,
  firingsOf,
  MINUTE,
  type MinuteSchedule,
  planOf,
  type Recurring,
  scheduleOf,
  unfinishedOf,
} from '../fixtures/schedules.ts'

type Update = Extract<ScheduleChange, { readonly verb: 'update' }>

/** `schedules.change`: update, trigger, backfill and remove. */
export function schedulesChangeSuite(contract: Contract): void {
  describe('schedules.change: update', () => {
    contract('replaces the schedule, and firings already created go on', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const before = await scheduleOf(bench.store, job.id)
      const update = await updateOf(bench, job, everyMinute({ interval: 10 * MINUTE }))
      expect(await changed(bench, update)).toStrictEqual([])
      const { schedule, anchorAt, next } = update.recurrence
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual({
        ...before,
        schedule,
        anchorAt,
        next,
        version: before.version + 1,
        lastFiredAt: update.lastFiredAt,
      })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ schedule, nextRunAt: next?.nextRunAt })
      await settle(bench, succeeded(await claimOne(bench)))
      expect((await jobOf(bench.store, job.firing(1))).status).toBe('completed')
    })

    contract('is due when its next says, not when the old one would have been', async (bench) => {
      const job = await addRecurring(bench)
      const update = await updateOf(bench, job, everyMinute({ interval: 10 * MINUTE }))
      await changed(bench, update)
      await bench.clock.advanceBy(10 * MINUTE - 1)
      expect((await bench.store.schedules.due(10)).entries).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect((await bench.store.schedules.due(10)).entries).toHaveLength(1)
    })

    contract('records the times of the old schedule that are fired no more, and tells it', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      const skips = [{ from: job.at(1), to: job.at(2), count: 2, reason: 'changed' }] as const
      await changed(bench, { ...(await updateOf(bench, job, everyMinute())), skips })
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({ skips, skippedTimes: 2 })
      expect((await eventsOf(bench.store, job.id)).at(-1)).toMatchObject({
        type: 'schedule.skipped',
        jobId: job.id,
        error: 'changed',
      })
    })

    contract('is stale when the schedule has another version, and changes nothing', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const update = await updateOf(bench, job, everyMinute({ interval: 10 * MINUTE }))
      await fireTimes(bench, job, 1)
      const before = await scheduleOf(bench.store, job.id)
      expect(await change(bench, update)).toStrictEqual({ kind: 'stale' })
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual(before)
    })

    contract('makes plans from before it stale', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const plan = planOf(await scheduleOf(bench.store, job.id), [job.at(1)])
      await changed(bench, await updateOf(bench, job, everyMinute()))
      expect(await fire(bench, plan)).toStrictEqual({ kind: 'stale' })
    })

    contract('a paused one stays paused', async (bench) => {
      const job = await addRecurring(bench)
      await obey(bench, { verb: 'pause', id: job.id })
      const { pausedSpans } = await scheduleOf(bench.store, job.id)
      await changed(bench, await updateOf(bench, job, everyMinute({ interval: 1_000 })))
      await bench.clock.advanceBy(10 * MINUTE)
      expect((await bench.store.schedules.due(10)).entries).toStrictEqual([])
      const entry = await scheduleOf(bench.store, job.id)
      expect(entry.status).toBe('paused')
      expect(entry.pausedSpans.at(-1)).not.toHaveProperty('to')
      expect(pausedSpans).toHaveLength(1)
    })

    contract('with nothing next the schedule is over', async (bench) => {
      const job = await addRecurring(bench)
      const { recurrence, ...update } = await updateOf(bench, job, everyMinute())
      const { next: _, ...over } = recurrence
      await changed(bench, { ...update, recurrence: over })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
      expect((await eventTypesOf(bench.store, job.id)).slice(-2)).toStrictEqual([
        'schedule.removed',
        'job.completed',
      ])
    })

    contract('the overlap policy of later firings is the new one', async (bench) => {
      const job = await addRecurring(bench, everyMinute({ overlapPolicy: 'BUFFER_ALL' }))
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      await changed(bench, await updateOf(bench, job, everyMinute({ overlapPolicy: 'ALLOW_ALL' })))
      await bench.clock.advanceBy(MINUTE)
      expect(await fireTimes(bench, job, 3)).toStrictEqual(['created'])
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'held', 'waiting'])
    })
  })

  describe('schedules.change: trigger', () => {
    contract('fires now, and the schedule goes on as it was', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(5)
      const before = await scheduleOf(bench.store, job.id)
      const now = bench.clock.now()
      const firingId = `${job.id}:${now}t`
      expect(await trigger(bench, job)).toStrictEqual([{ kind: 'created', at: now, firingId }])
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual({
        ...before,
        version: before.version + 1,
        status: 'pending',
        unfinished: [{ firingId, state: 'waiting' }],
      })
      const record = await jobOf(bench.store, firingId)
      expect(record).toMatchObject({ id: firingId, schedule: { type: 'ONE_TIME', runAt: now } })
      expect(record.headers).toStrictEqual({
        'x-dureq-scheduled-at': new Date(now).toISOString(),
        'x-dureq-firing-id': firingId,
      })
      expect((await eventsOf(bench.store, job.id)).at(-1)).toMatchObject({ type: 'job.dispatched', firingId })
      expect(await claimOne(bench)).toMatchObject({ firingId, jobId: job.id, runId: `${firingId}-1` })
      await removeEverything(bench)
    })

    contract('a second one in the same millisecond takes the next', async (bench) => {
      const job = await addRecurring(bench)
      const now = bench.clock.now()
      const orders = [1, 2, 3].map(() => ({ verb: 'trigger', jobId: job.id }) as const)
      const { outcomes } = await bench.store.schedules.change(bench.calls.next(), orders)
      expect(outcomes.flatMap((each) => (each.kind === 'done' ? each.firings : []))).toMatchObject(
        [0, 1, 2].map((ms) => ({ kind: 'created', firingId: `${job.id}:${now + ms}t` })),
      )
      expect(await firingsOf(bench.store, job.id)).toHaveLength(3)
    })

    contract('is another firing than that of the schedule at the same time', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await trigger(bench, job)
      expect(await fireTimes(bench, job, 1)).toStrictEqual(['created'])
      expect((await firingsOf(bench.store, job.id)).map(({ id }) => id).toSorted()).toStrictEqual([
        job.firing(1),
        `${job.firing(1)}t`,
      ])
    })

    contract('works while the schedule is paused', async (bench) => {
      const job = await addRecurring(bench)
      await obey(bench, { verb: 'pause', id: job.id })
      expect(await trigger(bench, job)).toMatchObject([{ kind: 'created' }])
      expect(await claim(bench)).toHaveLength(1)
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'paused' })
    })

    contract('skipped by the overlap policy, it leaves neither a record nor an event', async (bench) => {
      const job = await addBusy(bench, 'SKIP')
      const told = await allEvents(bench.store)
      const before = await scheduleOf(bench.store, job.id)
      expect(await trigger(bench, job)).toMatchObject([{ kind: 'skipped' }])
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({ skips: before.skips, skippedTimes: 0 })
      expect(await allEvents(bench.store)).toStrictEqual(told)
      expect(await firingsOf(bench.store, job.id)).toHaveLength(1)
    })

    contract('is held by the overlap policy, and replaces by it', async (bench) => {
      const buffered = await addBusy(bench, 'BUFFER_ALL')
      expect(await trigger(bench, buffered)).toMatchObject([{ kind: 'held' }])
      expect(await unfinishedOf(bench.store, buffered.id)).toStrictEqual(['waiting', 'held'])
      const replacing = await addBusy(bench, 'REPLACE')
      const [firing] = await trigger(bench, replacing)
      expect((await jobOf(bench.store, replacing.firing(1))).status).toBe('cancelled')
      expect((await scheduleOf(bench.store, replacing.id)).unfinished).toStrictEqual([
        { firingId: firing?.firingId, state: 'waiting' },
      ])
    })
  })

  describe('schedules.change: backfill', () => {
    contract('creates the firings that have no record, with the late header', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(3 * MINUTE)
      await fireTimes(bench, job, 2, 3)
      const before = await scheduleOf(bench.store, job.id)
      const kinds = await backfill(bench, job, -2, 1, 2)
      expect(kinds).toStrictEqual(['created', 'created', 'existing'])
      const firings = await firingsOf(bench.store, job.id)
      expect(firings.map(({ id }) => id)).toStrictEqual([-2, 1, 2, 3].map(job.firing))
      expect(firings.map(({ headers }) => headers['x-dureq-backfill'])).toStrictEqual([
        'true',
        'true',
        undefined,
        undefined,
      ])
      const { next, lastFiredAt, version } = await scheduleOf(bench.store, job.id)
      expect({ next, lastFiredAt }).toStrictEqual({ next: before.next, lastFiredAt: before.lastFiredAt })
      expect(version).toBe(before.version + 1)
    })

    contract('an existing one stays as it is, ended or not', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await settle(bench, succeeded(await claimOne(bench), '1'))
      const before = await firingsOf(bench.store, job.id)
      expect(await backfill(bench, job, 1)).toStrictEqual(['existing'])
      expect(await firingsOf(bench.store, job.id)).toStrictEqual(before)
    })

    contract('one that was deleted is created again', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await settle(bench, succeeded(await claimOne(bench)))
      await obey(bench, { verb: 'delete', id: job.firing(1) })
      expect(await backfill(bench, job, 1)).toStrictEqual(['created'])
      expect(await claimOne(bench)).toMatchObject({ firingId: job.firing(1), attempt: 1 })
      await removeEverything(bench)
    })

    contract('with times from the next firing on is refused as a whole', async (bench) => {
      const job = await addRecurring(bench)
      const order = { verb: 'backfill', jobId: job.id, times: [job.at(0), job.at(1)] } as const
      const before = await scheduleOf(bench.store, job.id)
      expect(await change(bench, order)).toStrictEqual({ kind: 'ahead' })
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual(before)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const next = { ...order, times: [job.at(2)] }
      expect(await change(bench, next)).toStrictEqual({ kind: 'ahead', lastFiredAt: job.at(1) })
      expect(await firingsOf(bench.store, job.id)).toHaveLength(1)
    })

    contract('goes by the overlap policy', async (bench) => {
      const buffered = await addBusy(bench, 'BUFFER_ALL')
      expect(await backfill(bench, buffered, -1, 0)).toStrictEqual(['held', 'held'])
      const skipping = await addBusy(bench, 'SKIP')
      expect(await backfill(bench, skipping, -1, 0)).toStrictEqual(['skipped', 'skipped'])
      expect(await scheduleOf(bench.store, skipping.id)).toMatchObject({ skips: [], skippedTimes: 0 })
    })
  })

  describe('schedules.change: remove', () => {
    contract('without firings completes the job in the same step', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { uniqueKey: 'k' })
      expect(await changed(bench, { verb: 'remove', jobId: job.id })).toStrictEqual([])
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
      expect((await eventTypesOf(bench.store, job.id)).slice(-2)).toStrictEqual([
        'schedule.removed',
        'job.completed',
      ])
      await removeEverything(bench)
    })

    contract('cancels held firings; the others finish, then the job is completed', async (bench) => {
      const job = await addBusy(bench, 'BUFFER_ALL')
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 2, 3)
      const before = (await eventsOf(bench.store, job.id)).length
      const order = { verb: 'remove', jobId: job.id } as const
      const { outcomes, ended } = await bench.store.schedules.change(bench.calls.next(), [order])
      expect(outcomes).toStrictEqual([{ kind: 'done', firings: [] }])
      expect(ended.map(({ firingId, status }) => `${firingId} ${status}`).toSorted()).toStrictEqual(
        [2, 3].map((n) => `${job.firing(n)} cancelled`),
      )
      const told = (await eventsOf(bench.store, job.id)).slice(before)
      expect(told.map(({ type }) => type).toSorted()).toStrictEqual([
        'job.cancelled',
        'job.cancelled',
        'schedule.removed',
      ])
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'pending' })
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
      await removeEverything(bench)
    })

    contract('takes what is due away with it', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await changed(bench, { verb: 'remove', jobId: job.id })
      await bench.clock.advanceBy(10 * MINUTE)
      const reply = await bench.store.schedules.due(10)
      expect(reply).toStrictEqual({ entries: [], now: bench.clock.now() })
    })
  })

  describe('schedules.change of what cannot be changed', () => {
    contract('a job that does not recur or does not exist is unknown', async (bench) => {
      for (const jobId of [await add(bench), bench.draft().id]) {
        const orders: readonly ScheduleChange[] = [
          { verb: 'trigger', jobId },
          { verb: 'remove', jobId },
          { verb: 'backfill', jobId, times: [1] },
        ]
        const { outcomes } = await bench.store.schedules.change(bench.calls.next(), orders)
        expect(outcomes).toStrictEqual(orders.map(() => ({ kind: 'unknown' })))
      }
    })

    contract('one that has ended refuses with its status', async (bench) => {
      const job = await addRecurring(bench)
      const update = await updateOf(bench, job, everyMinute())
      await obey(bench, { verb: 'cancel', id: job.id })
      const orders: readonly ScheduleChange[] = [
        update,
        { verb: 'trigger', jobId: job.id },
        { verb: 'remove', jobId: job.id },
        { verb: 'backfill', jobId: job.id, times: [job.at(-1)] },
      ]
      const { outcomes } = await bench.store.schedules.change(bench.calls.next(), orders)
      expect(outcomes).toStrictEqual(orders.map(() => ({ kind: 'refused', status: 'cancelled' })))
    })
  })
}

/** An update to this schedule from now on, as planned from the schedule as it is. */
async function updateOf(bench: TimedBench, job: Recurring, schedule: MinuteSchedule): Promise<Update> {
  const { version, anchorAt } = await scheduleOf(bench.store, job.id)
  const lastFiredAt = bench.clock.now()
  const nextRunAt = lastFiredAt + (schedule.type === 'DURATION' ? schedule.interval : MINUTE)
  const recurrence = { schedule, anchorAt, next: { nextRunAt, dueAt: nextRunAt } }
  return { verb: 'update', jobId: job.id, version, recurrence, skips: [], lastFiredAt }
}

function trigger(bench: TimedBench, { id }: Recurring): Promise<readonly FiringOutcome[]> {
  return changed(bench, { verb: 'trigger', jobId: id })
}

/** Fills in the n-th times of a job, and says what became of each. */
async function backfill(
  bench: TimedBench,
  job: Recurring,
  ...numbers: readonly number[]
): Promise<readonly FiringOutcome['kind'][]> {
  const times = numbers.map((n) => job.at(n))
  const firings = await changed(bench, { verb: 'backfill', jobId: job.id, times })
  expect(firings.map(({ firingId }) => firingId)).toStrictEqual(numbers.map(job.firing))
  return firings.map(({ kind }) => kind)
}

/** A recurring job with this overlap policy whose first firing waits. */
async function addBusy(
  bench: TimedBench,
  overlapPolicy: MinuteSchedule['overlapPolicy'] & string,
): Promise<Recurring> {
  const job = await addRecurring(bench, everyMinute({ overlapPolicy }))
  await bench.clock.advanceBy(MINUTE)
  await fireTimes(bench, job, 1)
  return job
}
