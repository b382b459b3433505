import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, claim, claimJobs, claimOne } from '../fixtures/acts.ts'
import { freshRecord, fullDraft, jobEvent } from '../fixtures/expected.ts'
import { countsOf, eventsOf, eventTypesOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  everyMinute,
  fire,
  fireLast,
  firePlan,
  fireTimes,
  firingsOf,
  lastPlan,
  MINUTE,
  planOf,
  recurrenceFrom,
  scheduleOf,
} from '../fixtures/schedules.ts'
import { sorted } from '../fixtures/sorted.ts'

/** `jobs.enqueue` with a recurrence, `schedules.due`, `fire`, `get`, `list` and `firings`. */
export function schedulesFireSuite(contract: Contract): void {
  describe('jobs.enqueue with a recurrence', () => {
    contract('stores a job that is scheduled, and its schedule in version 1', async (bench) => {
      const now = bench.clock.now()
      const schedule = everyMinute({ overlapPolicy: 'BUFFER_ALL', bufferLimit: 7, timezone: 'Asia/Tokyo' })
      const job = await addRecurring(bench, schedule)
      expect(await jobOf(bench.store, job.id)).toStrictEqual(
        freshRecord(job.id, now, { schedule, status: 'scheduled', nextRunAt: job.at(1) }),
      )
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual({
        jobId: job.id,
        taskType: 'plain',
        schedule,
        anchorAt: now,
        version: 1,
        next: { nextRunAt: job.at(1), dueAt: job.at(1) },
        createdAt: now,
        status: 'scheduled',
        pausedSpans: [],
        unfinished: [],
        skips: [],
        skippedTimes: 0,
      })
    })

    contract('tells job.scheduled and schedule.created', async (bench) => {
      const now = bench.clock.now()
      const { id } = await addRecurring(bench)
      const [scheduled, made, ...rest] = await eventsOf(bench.store, id)
      expect(rest).toStrictEqual([])
      expect(scheduled).toStrictEqual(jobEvent('job.scheduled', { jobId: id, timestamp: now, attempt: 0 }))
      expect(made).toMatchObject({ type: 'schedule.created', jobId: id, taskType: 'plain', timestamp: now })
    })

    contract('the anchor and the next time are kept as they were given', async (bench) => {
      const now = bench.clock.now()
      const next = { nextRunAt: now + 5_000, dueAt: now + 7_250 }
      const id = await add(bench, { recurrence: { ...recurrenceFrom(now - 999), next } })
      expect(await scheduleOf(bench.store, id)).toMatchObject({ anchorAt: now - 999, next })
      expect(await jobOf(bench.store, id)).toMatchObject({ nextRunAt: next.nextRunAt })
    })

    contract('is as unique and as repeatable as any enqueue', async (bench) => {
      const recurrence = recurrenceFrom(bench.clock.now())
      const id = await add(bench, { recurrence, uniqueKey: 'k', requestId: 'r' })
      const again = bench.draft({ recurrence, uniqueKey: 'k' })
      const repeated = bench.draft({ recurrence, uniqueKey: 'k', requestId: 'r' })
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [again, repeated])).toStrictEqual([
        { kind: 'duplicate', id },
        { kind: 'repeated', id },
      ])
      expect((await bench.store.schedules.list({ limit: 100 })).total).toBe(1)
    })

    contract('gives no work and counts as one job', async (bench) => {
      await addRecurring(bench)
      await bench.clock.advanceBy(10 * MINUTE)
      expect(await claim(bench)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ scheduled: 1 })
    })
  })

  describe('schedules.due', () => {
    contract('gives a schedule from its dueAt on, not before', async (bench) => {
      const begin = bench.clock.now()
      const next = { nextRunAt: begin + 1_000, dueAt: begin + 1_500 }
      const id = await add(bench, { recurrence: { ...recurrenceFrom(begin), next } })
      await bench.clock.advanceBy(1_499)
      expect(await bench.store.schedules.due(10)).toStrictEqual({
        entries: [],
        now: begin + 1_499,
        nextAt: begin + 1_500,
      })
      await bench.clock.advanceBy(1)
      expect(await bench.store.schedules.due(10)).toStrictEqual({
        entries: [await scheduleOf(bench.store, id)],
        now: begin + 1_500,
      })
    })

    contract('gives the earliest first, and says when the first of the rest is due', async (bench) => {
      const begin = bench.clock.now()
      const after = (ms: number) => ({ nextRunAt: begin + ms, dueAt: begin + ms })
      const ids = await addAll(
        bench,
        [3_000, 1_000, 2_000].map((ms) => ({ recurrence: { ...recurrenceFrom(begin), next: after(ms) } })),
      )
      await bench.clock.advanceBy(2_500)
      const both = await bench.store.schedules.due(10)
      expect(both.entries.map(({ jobId }) => jobId)).toStrictEqual([ids[1], ids[2]])
      expect(both.nextAt).toBe(begin + 3_000)
      const one = await bench.store.schedules.due(1)
      expect(one.entries.map(({ jobId }) => jobId)).toStrictEqual([ids[1]])
      expect(one.nextAt).toBe(begin + 2_000)
    })

    contract('with a limit of 0 tells the time only, and changes nothing ever', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const now = bench.clock.now()
      expect(await bench.store.schedules.due(0)).toStrictEqual({ entries: [], now, nextAt: job.at(1) })
      const first = await bench.store.schedules.due(10)
      expect(await bench.store.schedules.due(10)).toStrictEqual(first)
      expect(first.entries).toHaveLength(1)
    })

    contract('with no schedule has only the time to tell', async (bench) => {
      expect(await bench.store.schedules.due(10)).toStrictEqual({ entries: [], now: bench.clock.now() })
    })
  })

  describe('schedules.fire', () => {
    contract('creates a firing and moves the schedule on', async (bench) => {
      const job = await addRecurring(bench)
      const before = await scheduleOf(bench.store, job.id)
      await bench.clock.advanceBy(MINUTE + 5)
      const next = { nextRunAt: job.at(2), dueAt: job.at(2) + 17 }
      const firings = await firePlan(bench, planOf(before, [job.at(1)], { next }))
      expect(firings).toStrictEqual([{ kind: 'created', at: job.at(1), firingId: job.firing(1) }])
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual({
        ...before,
        version: 2,
        next,
        lastFiredAt: job.at(1),
        status: 'pending',
        unfinished: [{ firingId: job.firing(1), state: 'waiting' }],
      })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'pending', nextRunAt: job.at(2) })
    })

    contract('a firing is a record of its own at its firing time', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE + 5)
      const now = bench.clock.now()
      await fireTimes(bench, job, 1)
      const record = freshRecord(job.firing(1), now, {
        schedule: { type: 'ONE_TIME', runAt: job.at(1) },
        headers: {
          'x-dureq-scheduled-at': new Date(job.at(1)).toISOString(),
          'x-dureq-firing-id': job.firing(1),
        },
      })
      expect(await jobOf(bench.store, job.firing(1))).toStrictEqual(record)
      expect(await firingsOf(bench.store, job.id)).toStrictEqual([record])
    })

    contract('a firing has the definition of its job, but not its keys', async (bench) => {
      const { uniqueKey: _key, requestId: _request, retainMs: _retain, ...definition } = fullDraft
      const job = await addRecurring(bench, everyMinute(), fullDraft)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const firing = await jobOf(bench.store, job.firing(1))
      expect(firing).toMatchObject(definition)
      for (const key of ['uniqueKey', 'requestId', 'retainMs']) expect(firing).not.toHaveProperty(key)
      expect((await jobOf(bench.store, job.id)).headers).toStrictEqual(fullDraft.headers)
    })

    contract('tells job.dispatched with the firing', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const told = await eventsOf(bench.store, job.id)
      expect(told.slice(2)).toStrictEqual([
        jobEvent('job.dispatched', {
          jobId: job.id,
          firingId: job.firing(1),
          timestamp: bench.clock.now(),
          attempt: 0,
        }),
      ])
    })

    contract('a late one says so in its headers, and only there', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(3 * MINUTE)
      const entry = await scheduleOf(bench.store, job.id)
      const times = [{ at: job.at(1), late: true }, { at: job.at(2), late: false }, { at: job.at(3) }]
      await firePlan(bench, planOf(entry, [job.at(3)], { times }))
      const headers = (await firingsOf(bench.store, job.id)).map((each) => each.headers['x-dureq-backfill'])
      expect(headers).toStrictEqual(['true', undefined, undefined])
      const leases = await claim(bench)
      expect(leases.map((lease) => lease.headers['x-dureq-backfill'])).toStrictEqual(headers)
    })

    contract('several times become several firings in their order, at the end of the line', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(3 * MINUTE)
      const first = await add(bench)
      expect(await fireTimes(bench, job, 1, 2, 3)).toStrictEqual(['created', 'created', 'created'])
      const ids = (await claim(bench)).map((lease) => lease.firingId)
      expect(ids).toStrictEqual([first, job.firing(1), job.firing(2), job.firing(3)])
    })

    contract('of two plans from one version the second is stale and changes nothing', async (bench) => {
      const job = await addRecurring(bench)
      const entry = await scheduleOf(bench.store, job.id)
      await bench.clock.advanceBy(2 * MINUTE)
      await firePlan(bench, planOf(entry, [job.at(1)]))
      const after = await scheduleOf(bench.store, job.id)
      const told = await eventsOf(bench.store, job.id)
      for (const plan of [planOf(entry, [job.at(1)]), planOf(entry, [job.at(1), job.at(2)])])
        expect(await fire(bench, plan)).toStrictEqual({ kind: 'stale' })
      const ahead = planOf({ ...after, version: after.version + 1 }, [job.at(2)])
      expect(await fire(bench, ahead)).toStrictEqual({ kind: 'stale' })
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual(after)
      expect(await eventsOf(bench.store, job.id)).toStrictEqual(told)
    })

    contract(
      'a plan with a time that was passed is stale, though nothing is left of that firing',
      async (bench) => {
        const job = await addRecurring(bench)
        await bench.clock.advanceBy(3 * MINUTE)
        await fireTimes(bench, job, 1, 2)
        const before = await scheduleOf(bench.store, job.id)
        expect(await fire(bench, planOf(before, [job.at(2), job.at(3)]))).toStrictEqual({ kind: 'stale' })
        expect(await scheduleOf(bench.store, job.id)).toStrictEqual(before)
      },
    )

    contract('plans of one call stand or fall each by itself', async (bench) => {
      const [a, b] = [await addRecurring(bench), await addRecurring(bench)]
      const entries = [await scheduleOf(bench.store, a.id), await scheduleOf(bench.store, b.id)] as const
      await bench.clock.advanceBy(MINUTE)
      const reply = await bench.store.schedules.fire(bench.calls.next(), [
        planOf(entries[0], [a.at(1)]),
        planOf({ jobId: bench.draft().id, version: 1 }, [a.at(1)]),
        planOf(entries[0], [a.at(1)]),
        planOf(entries[1], [b.at(1)]),
      ])
      expect(reply.outcomes.map(({ kind }) => kind)).toStrictEqual(['fired', 'unknown', 'stale', 'fired'])
      expect(reply.ended).toStrictEqual([])
      await claimJobs(bench, [a.id, b.id])
    })

    contract('a job that does not recur has no schedule to fire', async (bench) => {
      const id = await add(bench)
      const plan = planOf({ jobId: id, version: 1 }, [bench.clock.now()])
      expect(await fire(bench, plan)).toStrictEqual({ kind: 'unknown' })
      expect(await bench.store.schedules.get([id])).toStrictEqual([undefined])
    })

    contract('records what a plan skips, and tells it once for each reason', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(6 * MINUTE)
      const skips = [
        { from: job.at(1), to: job.at(2), count: 2, reason: 'missed' },
        { from: job.at(3), to: job.at(3), count: 1, reason: 'paused' },
        { from: job.at(4), to: job.at(5), count: 2, reason: 'missed' },
      ] as const
      await firePlan(bench, planOf(await scheduleOf(bench.store, job.id), [job.at(6)], { skips }))
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({ skips, skippedTimes: 5 })
      const told = (await eventsOf(bench.store, job.id)).filter(({ type }) => type === 'schedule.skipped')
      expect(sorted(told.map(({ error }) => error))).toStrictEqual(['missed', 'paused'])
      for (const event of told) {
        expect(event).toMatchObject({ jobId: job.id, taskType: 'plain', timestamp: bench.clock.now() })
        expect(event).not.toHaveProperty('firingId')
      }
    })

    contract('keeps the newest 100 records of skipped times and counts all', async (bench) => {
      const job = await addRecurring(bench)
      const skips = Array.from({ length: 130 }, (_, i) => ({
        from: job.at(i + 1),
        to: job.at(i + 1),
        count: 1,
        reason: 'missed' as const,
      }))
      await bench.clock.advanceBy(131 * MINUTE)
      await firePlan(bench, planOf(await scheduleOf(bench.store, job.id), [], { skips: skips.slice(0, 60) }))
      await firePlan(bench, planOf(await scheduleOf(bench.store, job.id), [], { skips: skips.slice(60) }))
      const entry = await scheduleOf(bench.store, job.id)
      expect(entry.skips).toStrictEqual(skips.slice(30))
      expect(entry.skippedTimes).toBe(130)
    })

    contract('without next the schedule is over, and the job ends with its last firing', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1)
      await fireLast(bench, job, 2)
      const entry = await scheduleOf(bench.store, job.id)
      expect(entry).not.toHaveProperty('next')
      expect(await jobOf(bench.store, job.id)).not.toHaveProperty('nextRunAt')
      expect(
        (await eventTypesOf(bench.store, job.id)).filter((type) => type.startsWith('schedule.')),
      ).toEqual(['schedule.created', 'schedule.removed'])
      expect((await bench.store.schedules.due(10)).entries).toStrictEqual([])
      expect(await fire(bench, planOf(entry, [job.at(3)]))).not.toMatchObject({ kind: 'fired' })
    })

    contract(
      'with nothing fired, nothing next and nothing unfinished the job ends at once',
      async (bench) => {
        const job = await addRecurring(bench)
        await bench.clock.advanceBy(MINUTE)
        const skips = [{ from: job.at(1), to: job.at(1), count: 1, reason: 'missed' }] as const
        await firePlan(bench, lastPlan(planOf(await scheduleOf(bench.store, job.id), [], { skips })))
        expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'completed' })
        expect(await bench.store.schedules.get([job.id])).toStrictEqual([undefined])
        expect((await eventTypesOf(bench.store, job.id)).at(-1)).toBe('job.completed')
        await removeEverything(bench)
      },
    )
  })

  describe('schedules.get, list and firings', () => {
    contract('get answers in order, with undefined where there is none', async (bench) => {
      const [a, b] = [await addRecurring(bench), await addRecurring(bench)]
      const found = await bench.store.schedules.get([b.id, bench.draft().id, a.id])
      expect(found.map((entry) => entry?.jobId)).toStrictEqual([b.id, undefined, a.id])
    })

    contract('list pages through all schedules by creation', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        ids.push((await addRecurring(bench)).id)
        await add(bench)
        await bench.clock.advanceBy(1)
      }
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const where = cursor === undefined ? {} : { cursor }
        const page = await bench.store.schedules.list({ limit: 2, sort: 'oldest', ...where })
        expect(page).toMatchObject({ total: 5, totalExact: true })
        seen.push(...page.rows.map((row) => row.jobId))
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(seen).toStrictEqual(ids)
      const newest = await bench.store.schedules.list({ limit: 3, offset: 1 })
      expect(newest.rows.map((row) => row.jobId)).toStrictEqual([ids[3], ids[2], ids[1]])
      expect(newest.rows[0]).toStrictEqual(await scheduleOf(bench.store, ids[3] ?? ''))
    })

    contract('firings pages through the firings of one job by firing time', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(5 * MINUTE)
      await fireTimes(bench, job, 1, 2, 3, 4, 5)
      const first = await bench.store.schedules.firings(job.id, { limit: 3 })
      expect(first).toMatchObject({ total: 5, totalExact: true })
      const rest = await bench.store.schedules.firings(job.id, {
        limit: 3,
        ...(first.cursor === undefined ? {} : { cursor: first.cursor }),
      })
      expect([...first.rows, ...rest.rows].map((row) => row.id)).toStrictEqual(
        [5, 4, 3, 2, 1].map((n) => job.firing(n)),
      )
      expect(rest.cursor).toBeUndefined()
      const offset = await bench.store.schedules.firings(job.id, { limit: 2, offset: 1, sort: 'oldest' })
      expect(offset.rows.map((row) => row.id)).toStrictEqual([job.firing(2), job.firing(3)])
      expect((await bench.store.schedules.firings(bench.draft().id, { limit: 3 })).rows).toStrictEqual([])
    })

    contract('what a claimed firing leases names job and firing', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      expect(await claimOne(bench)).toMatchObject({
        jobId: job.id,
        firingId: job.firing(1),
        runId: `${job.firing(1)}-1`,
        attempt: 1,
      })
    })
  })
}
