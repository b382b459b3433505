import { type JobRecord, type JobStatus, type LeasedRun, MAX_PAUSED_SPANS } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { add, claim, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { jobEvent } from '../fixtures/expected.ts'
import { died, failed, paused, repeated, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, eventTypesOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  change,
  everyMinute,
  fire,
  firePlan,
  fireTimes,
  MINUTE,
  type MinuteSchedule,
  planOf,
  type Recurring,
  scheduleOf,
  unfinishedOf,
} from '../fixtures/schedules.ts'

/** The derived status of recurring jobs, how they are counted and listed, and orders to them and their firings. */
export function recurringJobsSuite(contract: Contract): void {
  describe('the status of a recurring job', () => {
    const standings: Readonly<Record<string, (bench: TimedBench, job: Recurring) => Promise<JobStatus>>> = {
      'scheduled without firings': async () => 'scheduled',
      'pending while one waits': async (bench, job) => {
        await fireTimes(bench, job, 1)
        return 'pending'
      },
      'running while one is leased, whatever the others do': async (bench, job) => {
        await fireTimes(bench, job, 1, 2, 3)
        const [, second] = (await claim(bench, { limit: 2 })) as [LeasedRun, LeasedRun]
        await settle(bench, failed(second))
        expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['leased', 'retrying', 'waiting'])
        return 'running'
      },
      'retrying while one is to be tried again and none runs': async (bench, job) => {
        await fireTimes(bench, job, 1, 2)
        await settle(bench, failed(await claimOne(bench, { limit: 1 }), 10_000))
        return 'retrying'
      },
      'pending while one is delayed': async (bench, job) => {
        await fireTimes(bench, job, 1)
        await settle(bench, repeated(await claimOne(bench), 10_000))
        return 'pending'
      },
      'pending while one has paused itself': async (bench, job) => {
        await fireTimes(bench, job, 1)
        await settle(bench, paused(await claimOne(bench)))
        return 'pending'
      },
      'pending while one is paused by hand': async (bench, job) => {
        await fireTimes(bench, job, 1)
        await obey(bench, { verb: 'pause', id: job.firing(1) })
        return 'pending'
      },
      'scheduled again when all have ended, however': async (bench, job) => {
        await fireTimes(bench, job, 1, 2, 3)
        const [a, b] = (await claim(bench, { limit: 2 })) as [LeasedRun, LeasedRun]
        await settle(bench, succeeded(a))
        await settle(bench, died(b))
        await obey(bench, { verb: 'cancel', id: job.firing(3) })
        return 'scheduled'
      },
      'paused while its schedule is, whatever its firings do': async (bench, job) => {
        await fireTimes(bench, job, 1)
        await claimOne(bench)
        await obey(bench, { verb: 'pause', id: job.id })
        return 'paused'
      },
    }
    for (const [name, bring] of Object.entries(standings)) {
      contract(`is ${name}`, async (bench) => {
        const job = await addRecurring(bench)
        await bench.clock.advanceBy(3 * MINUTE)
        const status = await bring(bench, job)
        expect(await countsOf(bench.store)).toStrictEqual({ [status]: 1 })
        expect((await scheduleOf(bench.store, job.id)).status).toBe(status)
        const record = await jobOf(bench.store, job.id)
        expect(record.status).toBe(status)
        expect(await listed(bench, { status })).toStrictEqual([record])
        expect(await listed(bench, { taskType: 'plain' })).toStrictEqual([record])
        expect(await listed(bench, {})).toStrictEqual([record])
        await removeEverything(bench)
      })
    }

    contract('is pending while the only other firing is held', async (bench) => {
      const job = await addBusy(bench, 'BUFFER_ALL')
      await fireTimes(bench, job, 2)
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'held'])
      expect((await jobOf(bench.store, job.id)).status).toBe('pending')
    })

    contract('shows attempts, errors and result of the newest firing that has them', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const [first, second] = (await claim(bench)) as [LeasedRun, LeasedRun]
      await settle(bench, died(first, 'older'))
      expect(await jobOf(bench.store, job.id)).toMatchObject({
        lastError: 'older',
        result: { status: 'dead' },
      })
      await bench.clock.advanceBy(5)
      const shown = { attempt: 1, consecutiveErrors: 0, lastRunAt: bench.clock.now() }
      await settle(bench, succeeded(second, '"newer"'))
      const result = { status: 'completed', output: '"newer"' }
      expect(await jobOf(bench.store, job.id)).toMatchObject({ ...shown, result })
      await bench.clock.advanceBy(5)
      await obey(bench, { verb: 'retry', id: job.firing(1) })
      await settle(bench, died(await claimOne(bench), 'older again'))
      expect(await jobOf(bench.store, job.id)).toMatchObject({ ...shown, result })
    })

    contract('a listing by status goes on behind a firing that is in that status', async (bench) => {
      const before = await add(bench)
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const after = await add(bench)
      for (const id of [before, job.firing(1), after]) {
        await bench.clock.advanceBy(1)
        await obey(bench, { verb: 'pause', id })
      }
      for (const sort of ['oldest', 'newest'] as const) {
        const found: string[] = []
        let cursor: string | undefined
        do {
          const where = cursor === undefined ? {} : { cursor }
          const page = await bench.store.inspector.listJobs(
            { status: 'paused' },
            { limit: 1, sort, ...where },
          )
          found.push(...page.rows.map(({ id }) => id))
          cursor = page.cursor
        } while (cursor !== undefined)
        expect(found).toStrictEqual(sort === 'oldest' ? [before, after] : [after, before])
      }
    })

    contract('recurring jobs stand among the others in the order of creation', async (bench) => {
      const ids = [await add(bench), (await addRecurring(bench)).id, await add(bench)]
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      expect((await listed(bench, {})).map(({ id }) => id)).toStrictEqual([...ids, job.id].toReversed())
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 3, scheduled: 1 })
    })
  })

  describe('pause and resume of a recurring job', () => {
    contract('a paused one is not due, and its firings go on', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1)
      const { version } = await scheduleOf(bench.store, job.id)
      const now = bench.clock.now()
      await obey(bench, { verb: 'pause', id: job.id })
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({
        version: version + 1,
        status: 'paused',
        pausedSpans: [{ from: now }],
        next: { nextRunAt: job.at(2) },
      })
      const record = await jobOf(bench.store, job.id)
      expect(record).toMatchObject({ status: 'paused', pausedAt: now })
      expect(record).not.toHaveProperty('nextRunAt')
      expect(await bench.store.schedules.due(10)).toStrictEqual({ entries: [], now })
      expect((await eventsOf(bench.store, job.id)).at(-1)).toStrictEqual(
        jobEvent('job.paused', { jobId: job.id, timestamp: now, attempt: 0 }),
      )
      await settle(bench, succeeded(await claimOne(bench)))
      expect((await jobOf(bench.store, job.firing(1))).status).toBe('completed')
    })

    contract('resumed, it is due as it was, and the span is known to the next plan', async (bench) => {
      const job = await addRecurring(bench)
      const from = bench.clock.now()
      await obey(bench, { verb: 'pause', id: job.id })
      await bench.clock.advanceBy(3 * MINUTE)
      const to = bench.clock.now()
      await obey(bench, { verb: 'resume', id: job.id })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'scheduled', nextRunAt: job.at(1) })
      const entry = await scheduleOf(bench.store, job.id)
      expect(entry).toMatchObject({ version: 3, pausedSpans: [{ from, to }] })
      expect((await bench.store.schedules.due(10)).entries).toStrictEqual([entry])
      expect((await eventTypesOf(bench.store, job.id)).slice(-2)).toStrictEqual(['job.paused', 'job.resumed'])
    })

    contract('spans that lie behind the last time fired are forgotten', async (bench) => {
      const job = await addRecurring(bench)
      for (let i = 0; i < 2; i++) {
        await obey(bench, { verb: 'pause', id: job.id })
        await bench.clock.advanceBy(MINUTE)
        await obey(bench, { verb: 'resume', id: job.id })
        await bench.clock.advanceBy(MINUTE)
      }
      const { pausedSpans } = await scheduleOf(bench.store, job.id)
      expect(pausedSpans).toStrictEqual([
        { from: job.at(0), to: job.at(1) },
        { from: job.at(2), to: job.at(3) },
      ])
      const skips = [{ from: job.at(1), to: job.at(1), count: 1, reason: 'paused' }] as const
      await firePlan(bench, planOf(await scheduleOf(bench.store, job.id), [job.at(2)], { skips }))
      expect((await scheduleOf(bench.store, job.id)).pausedSpans).toStrictEqual(pausedSpans.slice(1))
    })

    contract('a span beyond those that are kept is joined to the newest', async (bench) => {
      const job = await addRecurring(bench)
      const begin = bench.clock.now()
      const orders = [
        { verb: 'pause', id: job.id },
        { verb: 'resume', id: job.id },
      ] as const
      for (let i = 0; i < MAX_PAUSED_SPANS; i++) {
        await bench.store.jobs.command(bench.calls.next(), orders)
        await bench.clock.advanceBy(10)
      }
      await obey(bench, orders[0])
      await bench.clock.advanceBy(10)
      await obey(bench, orders[1])
      const { pausedSpans } = await scheduleOf(bench.store, job.id)
      expect(pausedSpans).toHaveLength(MAX_PAUSED_SPANS)
      expect(pausedSpans[0]).toStrictEqual({ from: begin, to: begin })
      const newest = begin + (MAX_PAUSED_SPANS - 1) * 10
      expect(pausedSpans.at(-1)).toStrictEqual({ from: newest, to: newest + 20 })
    })

    contract('a plan made before the pause is stale', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const plan = planOf(await scheduleOf(bench.store, job.id), [job.at(1)])
      await obey(bench, { verb: 'pause', id: job.id })
      expect(await fire(bench, plan)).toStrictEqual({ kind: 'stale' })
      await obey(bench, { verb: 'resume', id: job.id })
      expect(await fire(bench, plan)).toStrictEqual({ kind: 'stale' })
    })

    contract('a resume also resumes the firings of it that are paused', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      await settle(bench, paused(await claimOne(bench, { limit: 1 })))
      await obey(bench, { verb: 'pause', id: job.firing(2) })
      await obey(bench, { verb: 'pause', id: job.id })
      await obey(bench, { verb: 'resume', id: job.id })
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'waiting'])
      expect(await claim(bench)).toHaveLength(2)
    })

    contract('each is refused with the status that forbids it', async (bench) => {
      const job = await addRecurring(bench)
      const refused = (status: JobStatus) => ({ kind: 'refused', status })
      expect(await command(bench, { verb: 'resume', id: job.id })).toStrictEqual(refused('scheduled'))
      await obey(bench, { verb: 'pause', id: job.id })
      expect(await command(bench, { verb: 'pause', id: job.id })).toStrictEqual(refused('paused'))
      await obey(bench, { verb: 'cancel', id: job.id })
      for (const verb of ['pause', 'resume', 'cancel', 'retry'] as const)
        expect(await command(bench, { verb, id: job.id })).toStrictEqual(refused('cancelled'))
      const payload = { verb: 'updatePayload', id: job.id, payload: '2' } as const
      expect(await command(bench, payload)).toStrictEqual(refused('cancelled'))
    })
  })

  describe('cancel of a recurring job', () => {
    contract('without firings ends it in the same step', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { uniqueKey: 'k' })
      const before = (await eventsOf(bench.store, job.id)).length
      const reply = await bench.store.jobs.command(bench.calls.next(), [
        { verb: 'cancel', id: job.id, reason: 'enough' },
      ])
      expect(reply).toStrictEqual({ outcomes: [{ kind: 'done' }], ended: [] })
      expect(await jobOf(bench.store, job.id)).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'enough' },
      })
      expect(await bench.store.schedules.get([job.id])).toStrictEqual([undefined])
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([undefined])
      const told = (await eventsOf(bench.store, job.id)).slice(before)
      expect(told.map(({ type }) => type)).toStrictEqual(['schedule.removed', 'job.cancelled'])
      expect(told[1]).toMatchObject({ jobId: job.id, error: 'enough' })
      expect(told[1]).not.toHaveProperty('firingId')
      await removeEverything(bench)
    })

    contract('ends what waits or is held at once, and asks what runs', async (bench) => {
      const job = await addBusy(bench, 'BUFFER_ALL')
      await fireTimes(bench, job, 2, 3)
      const lease = await claimOne(bench)
      const reply = await bench.store.jobs.command(bench.calls.next(), [{ verb: 'cancel', id: job.id }])
      expect(reply.ended.map((end) => end.firingId).toSorted()).toStrictEqual([job.firing(2), job.firing(3)])
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'running' })
      const entry = await scheduleOf(bench.store, job.id)
      expect(entry).not.toHaveProperty('next')
      expect(entry.unfinished).toStrictEqual([{ firingId: job.firing(1), state: 'leased' }])

      expect(await settle(bench, succeeded(lease))).toMatchObject({
        firingId: job.firing(1),
        jobId: job.id,
        status: 'cancelled',
      })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'cancelled' })
      expect(await countsOf(bench.store)).toStrictEqual({ cancelled: 1 })
      expect((await eventTypesOf(bench.store, job.id)).slice(-2)).toStrictEqual([
        'job.cancelled',
        'job.cancelled',
      ])
      await removeEverything(bench)
    })

    contract('while it ends, nothing new may be asked of it', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await claimOne(bench)
      await obey(bench, { verb: 'cancel', id: job.id })
      const entry = await scheduleOf(bench.store, job.id)
      const refused = { kind: 'refused', status: 'running' }
      for (const verb of ['pause', 'resume', 'delete'] as const)
        expect(await command(bench, { verb, id: job.id })).toStrictEqual(refused)
      expect(await change(bench, { verb: 'trigger', jobId: job.id })).toStrictEqual(refused)
      const backfill = { verb: 'backfill', jobId: job.id, times: [job.at(-1)] } as const
      expect(await change(bench, backfill)).toStrictEqual(refused)
      const { version, schedule, anchorAt } = entry
      const recurrence = { schedule, anchorAt, next: { nextRunAt: job.at(9), dueAt: job.at(9) } }
      const update = {
        verb: 'update',
        jobId: job.id,
        version,
        recurrence,
        skips: [],
        lastFiredAt: job.at(8),
      } as const
      expect(await change(bench, update)).toStrictEqual(refused)
      expect(await scheduleOf(bench.store, job.id)).toStrictEqual(entry)
    })
  })

  describe('other orders to a recurring job', () => {
    contract('the payload is changed whether it runs or not', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await claimOne(bench)
      await obey(bench, { verb: 'updatePayload', id: job.id, payload: '{"new":1}' })
      expect(await jobOf(bench.store, job.id)).toMatchObject({ payload: '{"new":1}', status: 'running' })
    })

    contract('an open one is neither deleted nor retried', async (bench) => {
      const job = await addRecurring(bench)
      for (const verb of ['delete', 'retry'] as const)
        expect(await command(bench, { verb, id: job.id })).toStrictEqual({
          kind: 'refused',
          status: 'scheduled',
        })
    })
  })

  describe('orders to a firing', () => {
    contract('a held one is cancelled at once, and the one before it goes on', async (bench) => {
      const job = await addBusy(bench, 'BUFFER_ALL')
      await fireTimes(bench, job, 2)
      await obey(bench, { verb: 'cancel', id: job.firing(2), reason: 'r' })
      expect(await jobOf(bench.store, job.firing(2))).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'r' },
      })
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting'])
      await removeEverything(bench)
    })

    contract('the payload of one is that of its job, so it is not changed', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      const order = { verb: 'updatePayload', id: job.firing(1), payload: '2' } as const
      expect(await command(bench, order)).toStrictEqual({ kind: 'refused', status: 'pending' })
      expect(await command(bench, { ...order, id: job.firing(7) })).toStrictEqual({ kind: 'unknown' })
    })

    contract('an ended one is retried whatever the overlap policy', async (bench) => {
      const job = await addBusy(bench, 'SKIP')
      await settle(bench, died(await claimOne(bench)))
      await fireTimes(bench, job, 2)
      await obey(bench, { verb: 'retry', id: job.firing(1) })
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'waiting'])
      expect(await claim(bench)).toHaveLength(2)
    })

    contract('one of a job that has ended is not retried', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      await settle(bench, died(await claimOne(bench)))
      await obey(bench, { verb: 'cancel', id: job.id })
      const outcome = await command(bench, { verb: 'retry', id: job.firing(1) })
      expect(outcome).toMatchObject({ kind: 'refused' })
      expect((await jobOf(bench.store, job.firing(1))).status).toBe('dead')
    })

    contract('an ended one can be deleted, with its runs', async (bench) => {
      const job = await addBusy(bench, 'ALLOW_ALL')
      const order = { verb: 'delete', id: job.firing(1) } as const
      expect(await command(bench, order)).toStrictEqual({ kind: 'refused', status: 'pending' })
      const lease = await claimOne(bench)
      await settle(bench, succeeded(lease))
      await obey(bench, order)
      expect(await bench.store.jobs.get([job.firing(1)])).toStrictEqual([undefined])
      expect(await bench.store.inspector.getRuns([lease.runId])).toStrictEqual([undefined])
      expect(await countsOf(bench.store)).toStrictEqual({ scheduled: 1 })
      await removeEverything(bench)
    })
  })
}

/** A recurring job with this overlap policy whose first firing waits; three of its times have come. */
async function addBusy(
  bench: TimedBench,
  overlapPolicy: MinuteSchedule['overlapPolicy'] & string,
): Promise<Recurring> {
  const job = await addRecurring(bench, everyMinute({ overlapPolicy }))
  await bench.clock.advanceBy(3 * MINUTE)
  await fireTimes(bench, job, 1)
  return job
}

async function listed(
  { store }: Bench,
  filter: { readonly status?: JobStatus; readonly taskType?: string },
): Promise<readonly JobRecord[]> {
  const { rows, total } = await store.inspector.listJobs(filter, { limit: 100 })
  expect(total).toBe(rows.length)
  return rows
}
