import type { EndedFiring, LeasedRun, NewJob } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, advanceAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { died, failed, paused, repeated, succeeded } from '../fixtures/outcomes.ts'
import { eventsOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  everyMinute,
  firePlan,
  fireTimes,
  MINUTE,
  type MinuteSchedule,
  planOf,
  type Recurring,
  scheduleOf,
  unfinishedOf,
} from '../fixtures/schedules.ts'

type Policy = NonNullable<MinuteSchedule['overlapPolicy']>

/** What a firing that waits can come to without ending. */
const unfinished: Readonly<Record<string, (bench: TimedBench, firingId: string) => Promise<unknown>>> = {
  waiting: async () => undefined,
  leased: (bench) => claimOne(bench),
  retrying: async (bench) => settle(bench, failed(await claimOne(bench), 10 * MINUTE)),
  delayed: async (bench) => settle(bench, repeated(await claimOne(bench), 10 * MINUTE)),
  'paused by itself': async (bench) => settle(bench, paused(await claimOne(bench))),
  'paused by hand': (bench, id) => obey(bench, { verb: 'pause', id }),
}

/** How a firing that waits can end. */
const endings: Readonly<Record<string, (bench: TimedBench, firingId: string) => Promise<unknown>>> = {
  succeeds: async (bench) => settle(bench, succeeded(await claimOne(bench))),
  dies: async (bench) => settle(bench, died(await claimOne(bench))),
  'is cancelled': (bench, id) => obey(bench, { verb: 'cancel', id }),
  'is cancelled while it runs': async (bench, id) => {
    const lease = await claimOne(bench)
    await obey(bench, { verb: 'cancel', id })
    await settle(bench, succeeded(lease))
  },
  'loses its last lease': async (bench) => {
    await claimOne(bench)
    await bench.clock.advanceBy(30_000)
    await advanceAll(bench)
  },
  'waits too long': async (bench) => {
    await bench.clock.advanceBy(50_001)
    await advanceAll(bench)
  },
}

/** A draft whose firings have one attempt, and wait for no more than 50 s. */
const shortLived: Partial<NewJob> = { dlqAfter: 1, scheduleToStartTimeoutMs: 50_000 }

/** What `schedules.fire` makes of times that come while earlier firings are unfinished. */
export function schedulesOverlapSuite(contract: Contract): void {
  describe('overlapPolicy ALLOW_ALL', () => {
    for (const overlapPolicy of ['ALLOW_ALL', undefined] as const) {
      contract(`${overlapPolicy ?? 'not given'}, every time is fired`, async (bench) => {
        const job = await recurringWith(bench, overlapPolicy === undefined ? {} : { overlapPolicy })
        expect(await fireTimes(bench, job, 1)).toStrictEqual(['created'])
        await claimOne(bench)
        expect(await fireTimes(bench, job, 2, 3)).toStrictEqual(['created', 'created'])
        expect(await claim(bench)).toHaveLength(2)
      })
    }
  })

  describe('overlapPolicy SKIP', () => {
    for (const [state, bring] of Object.entries(unfinished)) {
      contract(`skips a time while a firing is ${state}`, async (bench) => {
        const job = await busyWith(bench, { overlapPolicy: 'SKIP' })
        await bring(bench, job.firing(1))
        expect(await fireTimes(bench, job, 2)).toStrictEqual(['skipped'])
        expect(await bench.store.jobs.get([job.firing(2)])).toStrictEqual([undefined])
        const skips = [{ from: job.at(2), to: job.at(2), count: 1, reason: 'overlap' }]
        expect(await scheduleOf(bench.store, job.id)).toMatchObject({
          skips,
          skippedTimes: 1,
          lastFiredAt: job.at(2),
        })
        await removeEverything(bench)
      })
    }

    contract('fires the next time once that has ended', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'SKIP' })
      await fireTimes(bench, job, 2)
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await fireTimes(bench, job, 3)).toStrictEqual(['created'])
    })

    contract('counts a firing created just before in the same step', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'SKIP' })
      expect(await fireTimes(bench, job, 1, 2, 3)).toStrictEqual(['created', 'skipped', 'skipped'])
    })

    contract('times skipped in a row in one step are one record and one event', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'SKIP' })
      await fireTimes(bench, job, 2, 3, 4)
      await fireTimes(bench, job, 5)
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({
        skips: [
          { from: job.at(2), to: job.at(4), count: 3, reason: 'overlap' },
          { from: job.at(5), to: job.at(5), count: 1, reason: 'overlap' },
        ],
        skippedTimes: 4,
      })
      const told = (await eventsOf(bench.store, job.id)).filter(({ type }) => type === 'schedule.skipped')
      expect(told.map(({ error }) => error)).toStrictEqual(['overlap', 'overlap'])
    })

    contract('records are in the order of time, among those the plan skips', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'SKIP' })
      const missed = { from: job.at(3), to: job.at(4), count: 2, reason: 'missed' } as const
      const entry = await scheduleOf(bench.store, job.id)
      await firePlan(bench, planOf(entry, [job.at(2), job.at(5)], { skips: [missed] }))
      expect((await scheduleOf(bench.store, job.id)).skips).toStrictEqual([
        { from: job.at(2), to: job.at(2), count: 1, reason: 'overlap' },
        missed,
        { from: job.at(5), to: job.at(5), count: 1, reason: 'overlap' },
      ])
    })
  })

  describe('overlapPolicy BUFFER_ONE', () => {
    contract('holds the oldest time that comes and skips later ones', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'BUFFER_ONE' })
      expect(await fireTimes(bench, job, 1, 2, 3)).toStrictEqual(['created', 'held', 'skipped'])
      expect(await fireTimes(bench, job, 4)).toStrictEqual(['skipped'])
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'held'])
      expect((await scheduleOf(bench.store, job.id)).skips.map(({ reason }) => reason)).toStrictEqual([
        'overlap',
        'overlap',
      ])
    })

    contract('holds the next once the held one has gone into its line', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'BUFFER_ONE' })
      await fireTimes(bench, job, 1, 2)
      await settle(bench, succeeded(await claimOne(bench)))
      expect(await fireTimes(bench, job, 3)).toStrictEqual(['held'])
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting', 'held'])
    })
  })

  describe('overlapPolicy BUFFER_ALL', () => {
    contract('holds as many as bufferLimit says and skips what is more', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'BUFFER_ALL', bufferLimit: 2 })
      const kinds = ['created', 'held', 'held', 'skipped', 'skipped']
      expect(await fireTimes(bench, job, 1, 2, 3, 4, 5)).toStrictEqual(kinds)
      expect(await scheduleOf(bench.store, job.id)).toMatchObject({
        skips: [{ from: job.at(4), to: job.at(5), count: 2, reason: 'buffer-full' }],
        skippedTimes: 2,
      })
      const told = (await eventsOf(bench.store, job.id)).filter(({ type }) => type === 'schedule.skipped')
      expect(told.map(({ error }) => error)).toStrictEqual(['buffer-full'])
      await removeEverything(bench)
    })

    contract('lets them go oldest first, one at a time', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'BUFFER_ALL' })
      await fireTimes(bench, job, 1, 2, 3)
      for (const n of [1, 2, 3]) {
        const lease = await claimOne(bench)
        expect(lease.firingId).toBe(job.firing(n))
        await settle(bench, succeeded(lease))
      }
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual([])
    })
  })

  describe('a held firing', () => {
    contract('is in no line, and nothing is told of it', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'BUFFER_ALL' })
      const before = (await eventsOf(bench.store, job.id)).length
      expect(await fireTimes(bench, job, 2)).toStrictEqual(['held'])
      expect(await eventsOf(bench.store, job.id)).toHaveLength(before)
      const record = await jobOf(bench.store, job.firing(2))
      expect(record).toMatchObject({ status: 'pending', schedule: { type: 'ONE_TIME', runAt: job.at(2) } })
      expect(record).not.toHaveProperty('nextRunAt')
      expect((await claim(bench)).map(({ firingId }) => firingId)).toStrictEqual([job.firing(1)])
    })

    for (const [how, end] of Object.entries(endings)) {
      contract(`goes to the end of its line in the step in which the one before ${how}`, async (bench) => {
        const job = await busyWith(bench, { overlapPolicy: 'BUFFER_ALL' }, shortLived)
        await fireTimes(bench, job, 2)
        await end(bench, job.firing(1))
        expect((await scheduleOf(bench.store, job.id)).unfinished).toStrictEqual([
          { firingId: job.firing(2), state: 'waiting' },
        ])
        const last = (await eventsOf(bench.store, job.id)).slice(-2)
        expect(last.map(({ firingId }) => firingId)).toStrictEqual([job.firing(1), job.firing(2)])
        expect(last[1]).toMatchObject({ type: 'job.dispatched', timestamp: bench.clock.now() })
        const lease = await claimOne(bench)
        expect(lease).toMatchObject({ firingId: job.firing(2), claimableAt: bench.clock.now(), attempt: 1 })
        await settle(bench, succeeded(lease))
        await removeEverything(bench)
      })
    }

    contract('stands behind what waited before it was let go', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'BUFFER_ALL' })
      await fireTimes(bench, job, 2)
      const lease = await claimOne(bench)
      const other = await add(bench)
      await settle(bench, succeeded(lease))
      expect((await claim(bench)).map(({ firingId }) => firingId)).toStrictEqual([other, job.firing(2)])
    })

    contract('waits for every firing that is not held', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'BUFFER_ALL' })
      await settle(bench, died(await claimOne(bench)))
      await fireTimes(bench, job, 2, 3)
      await obey(bench, { verb: 'retry', id: job.firing(1) })
      const [one, two] = (await claim(bench)) as [LeasedRun, LeasedRun]
      await settle(bench, succeeded(one))
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['leased', 'held'])
      await settle(bench, succeeded(two))
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['waiting'])
    })

    contract('does not grow too old to start while it is held', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'BUFFER_ALL' }, { scheduleToStartTimeoutMs: 50_000 })
      await fireTimes(bench, job, 2)
      const lease = await claimOne(bench)
      const beat = { firingId: lease.firingId, token: lease.token, leaseMs: 60 * MINUTE }
      await bench.store.runs.extend(bench.calls.next(), [beat])
      await bench.clock.advanceBy(10 * MINUTE)
      expect(await advanceAll(bench)).toStrictEqual([])
      await settle(bench, succeeded(lease))
      expect(await claimOne(bench)).toMatchObject({ firingId: job.firing(2) })
    })
  })

  describe('overlapPolicy REPLACE', () => {
    contract('ends what waits at once, and the new one is in line', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'REPLACE' })
      const [kind, ended] = await fireNext(bench, job, 2)
      expect(kind).toBe('created')
      expect(ended).toMatchObject([{ firingId: job.firing(1), jobId: job.id, status: 'cancelled' }])
      expect(await jobOf(bench.store, job.firing(1))).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'replaced' },
      })
      expect((await claim(bench)).map(({ firingId }) => firingId)).toStrictEqual([job.firing(2)])
      await removeEverything(bench)
    })

    contract('asks what runs to stop, and holds the new one until then', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'REPLACE' })
      const lease = await claimOne(bench)
      expect(await fireNext(bench, job, 2)).toStrictEqual(['held', []])
      const beat = { firingId: lease.firingId, token: lease.token, leaseMs: 30_000 }
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['cancelRequested'])
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['leased', 'held'])
      expect(await settle(bench, succeeded(lease))).toMatchObject({ status: 'cancelled', error: 'replaced' })
      expect(await claimOne(bench)).toMatchObject({ firingId: job.firing(2) })
    })

    contract('holds the newest: one it displaces ends cancelled', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'REPLACE' })
      await claimOne(bench)
      await fireTimes(bench, job, 2)
      const [kind, ended] = await fireNext(bench, job, 3)
      expect(kind).toBe('held')
      expect(ended).toMatchObject([{ firingId: job.firing(2), status: 'cancelled' }])
      expect((await scheduleOf(bench.store, job.id)).unfinished).toStrictEqual([
        { firingId: job.firing(1), state: 'leased' },
        { firingId: job.firing(3), state: 'held' },
      ])
      expect((await scheduleOf(bench.store, job.id)).skips).toStrictEqual([])
    })

    contract('of several times in one step the last remains', async (bench) => {
      const job = await recurringWith(bench, { overlapPolicy: 'REPLACE' })
      expect(await fireTimes(bench, job, 1, 2, 3)).toStrictEqual(['created', 'created', 'created'])
      expect((await scheduleOf(bench.store, job.id)).unfinished).toStrictEqual([
        { firingId: job.firing(3), state: 'waiting' },
      ])
      for (const n of [1, 2]) expect((await jobOf(bench.store, job.firing(n))).status).toBe('cancelled')
    })

    contract('tells the end of what it replaced, then the new one', async (bench) => {
      const job = await busyWith(bench, { overlapPolicy: 'REPLACE' })
      await fireTimes(bench, job, 2)
      const told = (await eventsOf(bench.store, job.id)).slice(-2)
      expect(told.map(({ type, firingId }) => [type, firingId])).toStrictEqual([
        ['job.cancelled', job.firing(1)],
        ['job.dispatched', job.firing(2)],
      ])
      expect(told[0]).toMatchObject({ error: 'replaced' })
    })
  })
}

type Options = { readonly overlapPolicy?: Policy; readonly bufferLimit?: number }

/** A recurring job with this policy, of which ten times have come. */
async function recurringWith(
  bench: TimedBench,
  options: Options,
  draft: Partial<NewJob> = {},
): Promise<Recurring> {
  const job = await addRecurring(bench, everyMinute(options), draft)
  await bench.clock.advanceBy(10 * MINUTE)
  return job
}

/** The same, its first firing waiting. */
async function busyWith(
  bench: TimedBench,
  options: Options,
  draft: Partial<NewJob> = {},
): Promise<Recurring> {
  const job = await recurringWith(bench, options, draft)
  expect(await fireTimes(bench, job, 1)).toStrictEqual(['created'])
  return job
}

/** Fires the n-th time of a job; says what became of it, and what that ended. */
async function fireNext(
  bench: TimedBench,
  job: Recurring,
  n: number,
): Promise<readonly [string | undefined, readonly EndedFiring[]]> {
  const plan = planOf(await scheduleOf(bench.store, job.id), [job.at(n)])
  const { outcomes, ended } = await bench.store.schedules.fire(bench.calls.next(), [plan])
  const [outcome] = outcomes
  return [outcome?.kind === 'fired' ? outcome.firings[0]?.kind : outcome?.kind, ended]
}
