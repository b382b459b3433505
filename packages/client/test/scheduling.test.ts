import { describe, expect, it } from 'vitest'
import {
  InvalidJobStatusError,
  JobNotFoundError,
  ScheduleNotFoundError,
  ValidationError,
} from '../src/index.ts'
import { stores, withRig } from './fixtures/rig.ts'

const unknown = '0123456789abcdefghij'
const hourly = { type: 'DURATION', interval: '1h' } as const
const HOUR = 3_600_000
/** The last second of the year 2025, and times before it. */
const T = Date.UTC(2026, 0, 1)

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  it('stores a recurring job, as it says', () =>
    withRig(openStore, async ({ client }) => {
      const job = await client.enqueue('t', { a: 1 }, { schedule: hourly, uniqueKey: 'k' })
      expect(job).toMatchObject({
        schedule: { type: 'DURATION', interval: HOUR },
        status: 'scheduled',
        payload: { a: 1 },
      })
      expect(await client.getJob(job)).toStrictEqual(job)
      const entry = await client.getSchedule(job)
      expect(entry).toMatchObject({
        jobId: job.id,
        taskType: 't',
        schedule: job.schedule,
        status: 'scheduled',
        next: { nextRunAt: job.nextRunAt, dueAt: job.nextRunAt },
        unfinished: [],
        skippedTimes: 0,
      })
      expect(job.nextRunAt).toBe((entry?.anchorAt ?? 0) + HOUR)
      expect(await client.stats()).toMatchObject({ activeSchedules: 1, jobCounts: { scheduled: 1 } })
    }))

  it('stores nothing of a schedule that is wrong, and names the fields', () =>
    withRig(openStore, async ({ client, calls }) => {
      const wrong = { type: 'CRON', cronExpr: '* *', timezone: 'Mars' } as const
      await expect(client.enqueue('t', 1, { schedule: wrong })).rejects.toMatchObject({
        fields: expect.arrayContaining([expect.objectContaining({ field: 'schedule.cronExpr' })]),
      })
      await expect(client.enqueueMany('t', [1], { schedule: wrong })).rejects.toThrow(ValidationError)
      const results = await client.enqueueAll([
        { task: 't', options: { schedule: wrong } },
        { task: 't', options: { schedule: hourly } },
      ])
      expect(results.map(({ kind }) => kind)).toEqual(['invalid', 'created'])
      const many = await client.enqueueMany('t', [1, 2], { schedule: hourly })
      expect(many.map(({ kind }) => kind)).toEqual(['created', 'created'])
      expect((await client.listSchedules()).total).toBe(3)
      expect(calls.filter((call) => call === 'jobs.enqueue')).toHaveLength(2)
    }))

  it('pauses, resumes, changes and deletes', () =>
    withRig(openStore, async ({ client }) => {
      const job = await client.enqueue('t', 1, { schedule: hourly })
      const status = async (): Promise<string | undefined> => (await client.getJob(job))?.status
      await client.pauseSchedule(job)
      expect(await status()).toBe('paused')
      await expect(client.pauseSchedule(job)).rejects.toThrow(InvalidJobStatusError)
      await client.updateSchedule(job, { type: 'DURATION', interval: '2h' })
      expect(await status()).toBe('paused')
      await client.resumeSchedule(job)
      expect(await status()).toBe('scheduled')
      const entry = await client.getSchedule(job)
      expect(entry).toMatchObject({
        schedule: { type: 'DURATION', interval: 2 * HOUR },
        anchorAt: job.nextRunAt! - HOUR,
      })
      expect(entry?.next?.nextRunAt).toBe(job.nextRunAt! + HOUR)
      const twice = { type: 'WEEKLY', regularInterval: 0, atTimes: [], includedDays: [9] } as const
      await expect(client.updateSchedule(job, twice)).rejects.toThrow(ValidationError)
      const once = { type: 'ONE_TIME', runAt: T } as never
      await expect(client.updateSchedule(job, once)).rejects.toMatchObject({
        fields: [{ field: 'schedule.type' }],
      })
      await client.deleteSchedule(job)
      expect(await status()).toBe('completed')
      expect(await client.getSchedule(job)).toBeUndefined()
    }))

  it('says when there is no such schedule', () =>
    withRig(openStore, async ({ client }) => {
      const { id } = await client.enqueue('t')
      for (const ref of [unknown, id, `${id}:1`]) {
        await expect(client.pauseSchedule(ref)).rejects.toThrow(ScheduleNotFoundError)
        await expect(client.deleteSchedule(ref)).rejects.toThrow(ScheduleNotFoundError)
        await expect(client.triggerNow(ref)).rejects.toThrow(ScheduleNotFoundError)
        await expect(client.backfill(ref, 0, 1)).rejects.toThrow(ScheduleNotFoundError)
        await expect(client.updateSchedule(ref, hourly)).rejects.toThrow(ScheduleNotFoundError)
        expect(await client.getSchedule(ref)).toBeUndefined()
      }
      await expect(client.triggerNow('nope')).rejects.toThrow(JobNotFoundError)
    }))

  it('fires when it is told to, by its overlap policy, also while it is paused', () =>
    withRig(openStore, async ({ client, run }) => {
      const job = await client.enqueue('t', { a: 1 }, { schedule: { ...hourly, overlapPolicy: 'SKIP' } })
      await client.pauseSchedule(job)
      const first = await client.triggerNow(job)
      expect(first).toMatchObject({ kind: 'created', firingId: `${job.id}:${first.at}t` })
      expect(await client.triggerNow(job)).toMatchObject({ kind: 'skipped' })
      const lease = await run({ kind: 'succeeded', output: '"done"' })
      expect(lease).toMatchObject({ jobId: job.id, firingId: first.firingId, payload: '{"a":1}' })
      expect(await client.waitForResult(first.firingId)).toBe('done')
      expect(await client.getJob(first.firingId)).toMatchObject({ id: first.firingId, status: 'completed' })
      expect((await client.listFirings(job)).jobs.map(({ id }) => id)).toEqual([first.firingId])
      // No time of the schedule was passed over.
      expect(await client.getSchedule(job)).toMatchObject({ skippedTimes: 0, skips: [] })
    }))

  it('backfills any range but what the schedule will fire itself, and says what was there', () =>
    withRig(openStore, async ({ client }) => {
      const schedule = { type: 'CRON', cronExpr: '*/10 * * * * *' } as const
      const job = await client.enqueue('t', 1, { schedule })
      const from = T - 3_600_000
      // 361 times, which is more than one call of the store.
      expect(await client.backfill(job, from, new Date(T))).toEqual({
        created: 361,
        held: 0,
        skipped: 0,
        existing: 0,
      })
      const again = await client.backfill(job, T - 10_000, T + 10_000)
      expect(again).toEqual({ created: 1, held: 0, skipped: 0, existing: 2 })
      const [newest] = (await client.listFirings(job, { limit: 1 })).jobs
      expect(newest).toMatchObject({ id: `${job.id}:${T + 10_000}`, headers: { 'x-dureq-backfill': 'true' } })
      const ahead = await client.backfill(job, job.nextRunAt!, job.nextRunAt! + HOUR)
      expect(ahead).toEqual({ created: 0, held: 0, skipped: 0, existing: 0 })
      await expect(client.backfill(job, 5, 4)).rejects.toMatchObject({ fields: [{ field: 'to' }] })
      await expect(client.backfill(job, 'monday', 4)).rejects.toMatchObject({ fields: [{ field: 'from' }] })
    }))

  it('holds what a backfill would overlap, as the policy says', () =>
    withRig(openStore, async ({ client }) => {
      const schedule = { type: 'CRON', cronExpr: '* * * * * *', overlapPolicy: 'BUFFER_ONE' } as const
      const job = await client.enqueue('t', 1, { schedule })
      expect(await client.backfill(job, T, T + 4_000)).toEqual({
        created: 1,
        held: 1,
        skipped: 3,
        existing: 0,
      })
    }))

  it('records the times a change passes over, and begins from now', () =>
    withRig(openStore, async ({ client, store, around }) => {
      const schedule = { type: 'DURATION', interval: 20 } as const
      const job = await client.enqueue('t', 1, { schedule })
      const entry = await client.getSchedule(job)
      const firstAt = entry?.next?.nextRunAt ?? 0
      while ((await store.schedules.due(0)).now < firstAt + 40) continue
      // Somebody else changes it in between: the plan is stale and made anew.
      around.set('schedules.change', async (proceed) => {
        await client.pauseJob(job)
        return await proceed()
      })
      await client.updateSchedule(job, hourly)
      const changed = await client.getSchedule(job)
      expect(changed?.skips).toEqual([
        { from: firstAt, to: expect.any(Number), count: expect.any(Number), reason: 'changed' },
      ])
      const [skip] = changed?.skips ?? []
      expect(skip?.count).toBe(((skip?.to ?? 0) - firstAt) / 20 + 1)
      expect(changed).toMatchObject({ status: 'paused', skippedTimes: skip?.count })
      expect(changed?.lastFiredAt).toBeGreaterThanOrEqual(firstAt + 40)
    }))

  it('shows what a schedule would do, and stores nothing', () =>
    withRig(openStore, async ({ client, calls }) => {
      const [first = 0, ...rest] = await client.previewSchedule({ type: 'DURATION', interval: '1m' }, 3)
      expect(rest).toEqual([first + 60_000, first + 120_000])
      const bounded = {
        type: 'CRON',
        cronExpr: '@yearly',
        endsAt: Date.UTC(new Date().getUTCFullYear() + 3, 5),
      } as const
      expect(await client.previewSchedule(bounded, 1_000)).toHaveLength(3)
      await expect(client.previewSchedule(hourly, 0)).rejects.toMatchObject({ fields: [{ field: 'count' }] })
      expect(calls.filter((call) => call !== 'schedules.due')).toEqual([])
    }))
})
