import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimAll,
  claimJobs,
  claimOne,
  handBack,
  obey,
  settle,
} from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { by, endedRun, jobEvent, jobEvents } from '../fixtures/expected.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { failed, paused } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, eventsOf, eventTypesOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { cancelledRecord } from '../fixtures/records.ts'
import { sorted } from '../fixtures/sorted.ts'

const crashed = 'node n1 crashed or became unresponsive'
const late = 'dureq: schedule-to-start timeout exceeded'

/** `runs.advance`: what time alone moves. Retention is in `retention.ts`, nodes in `nodes.ts`. */
export function advanceSuite(contract: Contract): void {
  describe('runs.advance', () => {
    contract('makes a delayed job pending when its time has come, not before', async (bench) => {
      const begin = bench.clock.now()
      const id = await add(bench, { delayMs: 10_000 })
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(9_999)
      expect(await bench.store.runs.advance(bench.calls.next(), 100)).toStrictEqual({
        moved: 0,
        ended: [],
        now: begin + 9_999,
        nextAt: begin + 10_000,
      })
      expect(await jobOf(bench.store, id)).toStrictEqual(before)

      await bench.clock.advanceBy(1)
      expect(await bench.store.runs.advance(bench.calls.next(), 100)).toMatchObject({ moved: 1, ended: [] })
      const { nextRunAt: _, ...rest } = before
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...rest,
        status: 'pending',
        updatedAt: begin + 10_000,
      })
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.dispatched', { jobId: id, timestamp: begin + 10_000, attempt: 0 }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('is idempotent: what has moved does not move again', async (bench) => {
      await addAll(bench, [{ delayMs: 1 }, { delayMs: 2 }, { delayMs: 3 }])
      await bench.clock.advanceBy(2)
      expect((await bench.store.runs.advance(bench.calls.next(), 100)).moved).toBe(2)
      const told = await allEvents(bench.store)
      expect((await bench.store.runs.advance(bench.calls.next(), 100)).moved).toBe(0)
      expect(await allEvents(bench.store)).toStrictEqual(told)
    })

    contract('moves about `limit` things, and says by `moved` that there may be more', async (bench) => {
      await addAll(
        bench,
        Array.from({ length: 90 }, () => ({ delayMs: 1_000 })),
      )
      await bench.clock.advanceBy(1_000)
      let moved = 0
      for (let calls = 1; ; calls++) {
        const reply = await bench.store.runs.advance(bench.calls.next(), 10)
        moved += reply.moved
        const pending = (await countsOf(bench.store)).pending ?? 0
        expect(pending).toBe(moved)
        if (reply.moved < 10) break
        expect(reply.moved).toBeLessThanOrEqual(20)
        expect(calls).toBeLessThanOrEqual(9)
      }
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 90 })
    })

    contract('two calls at once share the work', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 60 }, () => ({ delayMs: 1_000 })),
      )
      await bench.clock.advanceBy(1_000)
      const other = await bench.other()
      const replies = await Promise.all(
        Array.from({ length: 6 }, (_, i) => {
          const store = i % 2 === 0 ? bench.store : other
          return store.runs.advance(bench.calls.lane(i + 1).next(), 100)
        }),
      )
      expect(replies.reduce((sum, reply) => sum + reply.moved, 0)).toBe(60)
      const told = await allEvents(bench.store, { types: ['job.dispatched'] })
      expect(sorted(told.map((event) => event.jobId))).toStrictEqual(sorted(ids))
      expect(sorted((await claimAll(bench)).map((lease) => lease.jobId))).toStrictEqual(sorted(ids))
    })

    contract('nextAt is the earliest of all that waits for its time', async (bench) => {
      const begin = bench.clock.now()
      const nextAt = async () => (await bench.store.runs.advance(bench.calls.next(), 100)).nextAt
      await add(bench, { delayMs: 50_000 })
      expect(await nextAt()).toBe(begin + 50_000)

      await announce(bench, 'n1', { handlers: [handler('*', { leaseMs: 40_000 })] })
      const [first, second] = await addAll(bench, [{}, {}])
      const [a, b] = await claimJobs(bench, [first, second])
      expect(await nextAt()).toBe(begin + 40_000)

      await settle(bench, failed(a, 30_000))
      expect(await nextAt()).toBe(begin + 30_000)
      await settle(bench, paused(b, 20_000))
      expect(await nextAt()).toBe(begin + 20_000)
      const waiting = await add(bench, { scheduleToStartTimeoutMs: 10_000 })
      expect(await nextAt()).toBe(begin + 10_000)
      await obey(bench, { verb: 'pause', id: waiting })
      expect(await nextAt()).toBe(begin + 20_000)
      await obey(bench, { verb: 'cancel', id: second })
      expect(await nextAt()).toBe(begin + 30_000)
      await obey(bench, { verb: 'pause', id: first })
      expect(await nextAt()).toBe(begin + 50_000)
    })

    contract('when nextAt comes, something moves', async (bench) => {
      const begin = bench.clock.now()
      await addAll(bench, [{ delayMs: 1_000 }, { scheduleToStartTimeoutMs: 2_000 }, { delayMs: 3_000 }, {}])
      const moments: number[] = []
      for (;;) {
        const { nextAt = Infinity, now } = await bench.store.runs.advance(bench.calls.next(), 100)
        if (nextAt > begin + 60_000) break
        expect(nextAt).toBeGreaterThan(now)
        moments.push(nextAt - begin)
        await bench.clock.advanceBy(nextAt - now)
        expect((await bench.store.runs.advance(bench.calls.next(), 100)).moved).toBe(1)
      }
      expect(moments).toStrictEqual([1_000, 2_000, 3_000])
    })
  })

  describe('schedule-to-start', () => {
    for (const situation of ['pending', 'retrying, in line'] as const) {
      contract(`exceeded while ${situation}: dead at once, attempt unchanged`, async (bench) => {
        const { id } = await bring(bench, situation, { scheduleToStartTimeoutMs: 5_000 })
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        const runs = await runsOf(bench.store, id)
        await bench.clock.advanceBy(4_999)
        await advanceAll(bench)
        expect(await jobOf(bench.store, id)).toStrictEqual(before)

        await bench.clock.advanceBy(2)
        const now = bench.clock.now()
        expect(await advanceAll(bench)).toStrictEqual([
          {
            firingId: id,
            jobId: id,
            taskType: 'plain',
            status: 'dead',
            attempt: before.attempt,
            error: late,
          },
        ])
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...before,
          status: 'dead',
          lastError: late,
          updatedAt: now,
          result: { status: 'dead', error: late },
        })
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          ...jobEvents(['job.schedule_to_start_timeout', 'job.dead'], {
            jobId: id,
            timestamp: now,
            attempt: before.attempt,
            error: late,
          }),
        ])
        expect(await runsOf(bench.store, id)).toStrictEqual(runs)
        expect(await claim(bench)).toStrictEqual([])
      })
    }

    contract('counts from when the firing last became claimable', async (bench) => {
      const id = await add(bench, { delayMs: 20_000, scheduleToStartTimeoutMs: 5_000 })
      await bench.clock.advanceBy(20_000)
      await advanceAll(bench)
      await bench.clock.advanceBy(4_000)
      await handBack(bench, await claimOne(bench))
      await bench.clock.advanceBy(4_000)
      await settle(bench, failed(await claimOne(bench), 10_000))
      await bench.clock.advanceBy(10_000)
      await advanceAll(bench)
      await bench.clock.advanceBy(4_999)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('retrying')
      await bench.clock.advanceBy(2)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('dead')
    })

    contract('does not touch what runs, waits for its time or is paused', async (bench) => {
      const own = { scheduleToStartTimeoutMs: 1_000 }
      const { id: running } = await bring(bench, 'running, started', {
        ...own,
        heartbeatTimeoutMs: 3_600_000,
      })
      const { id: retrying } = await bring(bench, 'retrying, due later', own)
      const { id: scheduled } = await bring(bench, 'scheduled', own)
      const { id: paused } = await bring(bench, 'paused', own)
      await bench.clock.advanceBy(59_999)
      await advanceAll(bench)
      const records = await bench.store.jobs.get([running, retrying, scheduled, paused])
      expect(records.map((record) => record?.status)).toStrictEqual([
        'running',
        'retrying',
        'scheduled',
        'paused',
      ])
    })
  })

  describe('an expired lease', () => {
    contract('of a started run is a failed attempt: the firing waits again at once', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(29_999)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toStrictEqual(before)

      await bench.clock.advanceBy(1)
      const now = bench.clock.now()
      expect(await advanceAll(bench)).toStrictEqual([])
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'retrying',
        attempt: 1,
        consecutiveErrors: 1,
        lastError: crashed,
        updatedAt: now,
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        endedRun(lease, 'failed', now, { error: crashed }),
      ])
      const fields = { jobId: id, timestamp: now, attempt: 1, ...by(lease) }
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.failed', { ...fields, error: crashed }),
        jobEvent('job.auto_recovered', fields),
      ])
      expect(await claimOne(bench)).toMatchObject({ runId: `${id}-2`, attempt: 2, claimableAt: now })
    })

    contract('of the last attempt is the death of the job', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started', { dlqAfter: 1 })
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(30_000)
      const now = bench.clock.now()
      expect(await advanceAll(bench)).toStrictEqual([
        {
          firingId: id,
          jobId: id,
          taskType: 'plain',
          status: 'dead',
          attempt: 1,
          runId: lease.runId,
          error: crashed,
        },
      ])
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'dead',
        attempt: 1,
        consecutiveErrors: 1,
        lastError: crashed,
        updatedAt: now,
        result: { status: 'dead', error: crashed },
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        endedRun(lease, 'failed', now, { error: crashed }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        ...jobEvents(['job.failed', 'job.dead'], {
          jobId: id,
          timestamp: now,
          attempt: 1,
          error: crashed,
          ...by(lease),
        }),
      ])
    })

    contract('of a run still claimed does not count and leaves no record', async (bench) => {
      const { id, lease } = await bring(bench, 'running, claimed', { dlqAfter: 1 })
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      await bench.clock.advanceBy(30_000)
      const now = bench.clock.now()
      expect(await advanceAll(bench)).toStrictEqual([])
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, status: 'pending', updatedAt: now })
      expect(await runsOf(bench.store, id)).toStrictEqual([])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.auto_recovered', { jobId: id, timestamp: now, attempt: 0, ...by(lease) }),
      ])
      expect((await claimOne(bench)).runId).toBe(`${id}-2`)
    })

    for (const [situation, attempt] of [
      ['running, started', 1],
      ['running, claimed', 0],
    ] as const) {
      contract(`of a ${situation} job asked to be cancelled ends it cancelled`, async (bench) => {
        const { id, lease } = await bring(bench, situation)
        await obey(bench, { verb: 'cancel', id, reason: 'enough' })
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(30_000)
        const now = bench.clock.now()
        const of = { jobId: id, attempt, error: 'enough' }
        expect(await advanceAll(bench)).toStrictEqual([
          { firingId: id, taskType: 'plain', status: 'cancelled', runId: lease.runId, ...of },
        ])
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...cancelledRecord(before, now, 'enough'),
          attempt,
          ...(attempt === 1 ? { lastRunAt: now } : {}),
        })
        expect(await runsOf(bench.store, id)).toStrictEqual(
          attempt === 1 ? [endedRun(lease, 'cancelled', now, { error: 'enough' })] : [],
        )
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', { ...of, timestamp: now, ...by(lease) }),
        ])
      })
    }

    contract('runs lost again and again die with the maximum of attempts', async (bench) => {
      const { id } = await bring(bench, 'running, started')
      for (let i = 0; i < 2; i++) {
        await bench.clock.advanceBy(30_000)
        await claimOne(bench)
      }
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'dead', attempt: 3, consecutiveErrors: 3 })
      const lost = ['job.started', 'job.failed', 'job.auto_recovered']
      expect(await eventTypesOf(bench.store, id)).toStrictEqual([
        'job.enqueued',
        ...lost,
        ...lost,
        'job.started',
        'job.failed',
        'job.dead',
      ])
    })
  })
}
