import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'

const unknown = '0123456789abcdefghij'
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)
const tenSeconds = { type: 'CRON', cron_expr: '*/10 * * * * *', overlap_policy: 'ALLOW_ALL' }
const hourly = { type: 'DURATION', interval: '1h0m0s' }

describe('/api/schedules', () => {
  it('lists and shows the schedules that recurring jobs were created with', () =>
    withApi(async ({ post, get }) => {
      const created = await post('/api/jobs', { task_type: 'report', schedule: hourly })
      expect(created).toMatchObject({ status: 201, body: { schedule: hourly, status: 'scheduled' } })
      const { id, next_run_at: nextRunAt } = created.body
      const entry = {
        job_id: id,
        task_type: 'report',
        status: 'scheduled',
        schedule: hourly,
        next_run_at: nextRunAt,
        created_at: instant,
        unfinished: [],
        skipped_times: 0,
        skips: [],
      }
      expect(await get(`/api/schedules/${id}`)).toMatchObject({ status: 200, body: entry })
      await post('/api/jobs', { task_type: 'once' })
      expect((await get('/api/schedules?limit=5')).body).toStrictEqual({
        data: [entry],
        total: 1,
        total_exact: true,
      })
      expect((await get('/api/stats')).body).toMatchObject({ active_schedules: 1 })
      expect(await get(`/api/schedules/${unknown}`)).toMatchObject({
        status: 404,
        body: { code: 'schedule-not-found' },
      })
    }))

  it('pauses, resumes, changes and deletes', () =>
    withApi(async ({ post, put, get, delete: remove }) => {
      const { id } = (await post('/api/jobs', { task_type: 'report', schedule: hourly })).body
      const path = `/api/schedules/${id}`
      expect((await post(`${path}/pause`)).body).toEqual({ job_id: id, status: 'paused' })
      expect(await post(`${path}/pause`)).toMatchObject({ status: 400, body: { code: 'invalid-job-status' } })
      expect((await post(`${path}/resume`)).body).toEqual({ job_id: id, status: 'resumed' })
      const changed = await put(path, {
        schedule: { type: 'WEEKLY', regular_interval: 1, at_times: [], included_days: [7] },
      })
      expect(changed.status).toBe(400)
      expect(changed.body.fields.map((fault: { field: string }) => fault.field).toSorted()).toEqual([
        'schedule.at_times',
        'schedule.included_days[0]',
      ])
      expect((await put(path, { schedule: tenSeconds })).body).toEqual({ job_id: id, status: 'updated' })
      expect((await get(path)).body.schedule).toEqual(tenSeconds)
      expect((await remove(path)).body).toEqual({ job_id: id, status: 'deleted' })
      expect((await get(path)).status).toBe(404)
      expect((await get(`/api/jobs/${id}`)).body.status).toBe('completed')
    }))

  it('fires when it is told to, and fills up what is missing', () =>
    withApi(async ({ post, get }) => {
      const { id } = (await post('/api/jobs', { task_type: 'report', schedule: tenSeconds })).body
      const path = `/api/schedules/${id}`
      const fired = await post(`${path}/trigger`)
      expect(fired.body).toEqual({
        job_id: id,
        firing_id: expect.stringMatching(new RegExp(`^${id}:\\d+t$`)),
        at: instant,
        status: 'created',
      })
      const range = { from: '2026-01-01T09:00:00+09:00', to: '2026-01-01T00:00:30Z' }
      expect((await post(`${path}/backfill`, range)).body).toEqual({
        job_id: id,
        created: 4,
        held: 0,
        skipped: 0,
        existing: 0,
      })
      const firings = (await get(`${path}/firings?limit=2&sort=oldest`)).body
      expect(firings).toMatchObject({ total: 5, total_exact: true, cursor: expect.any(String) })
      expect(firings.data[0]).toMatchObject({
        id: `${id}:${Date.UTC(2026, 0, 1)}`,
        schedule: { type: 'ONE_TIME', run_at: '2026-01-01T00:00:00Z' },
        status: 'pending',
      })
      const wrong = await post(`${path}/backfill`, { from: 'monday', to: '2026-01-01' })
      expect(wrong).toMatchObject({ status: 400, body: { fields: [{ field: 'from' }, { field: 'to' }] } })
      expect((await post(`${path}/backfill`, {})).status).toBe(400)
    }))
})
