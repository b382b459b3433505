import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'

const unknown = '0123456789abcdefghij'
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)
const id = expect.stringMatching(/^[0-9a-v]{20}$/)

describe('POST /api/jobs', () => {
  it('answers 201 with the job, and where it is', () =>
    withApi(async ({ post, get }) => {
      const { status, headers, body } = await post('/api/jobs', { task_type: 'email.send' })
      expect(status).toBe(201)
      expect(headers).toMatchObject({
        location: `/api/jobs/${body.id}`,
        'content-type': 'application/json; charset=utf-8',
      })
      expect(body).toStrictEqual({
        id,
        task_type: 'email.send',
        payload: null,
        schedule: { type: 'IMMEDIATE' },
        status: 'pending',
        attempt: 0,
        priority: 5,
        created_at: instant,
        updated_at: instant,
      })
      expect((await get(`/api/jobs/${body.id}`)).body).toStrictEqual(body)
    }))

  it('takes everything that can be said about a job', () =>
    withApi(async ({ post }) => {
      const request = {
        task_type: 'email.send',
        payload: { userName: 'Ann', nested: [{ keep_this: 1.5 }] },
        priority: 8,
        tags: ['a', 'b'],
        headers: { 'X-Trace': '1' },
        unique_key: 'welcome:42',
        request_id: 'r-1',
        retry_policy: {
          max_attempts: 5,
          initial_delay: 1_500_000_000,
          max_delay: 60_000_000_000,
          multiplier: 3,
          jitter: 0,
          non_retryable_errors: ['bad'],
          pause_after_err_count: 2,
          pause_retry_delay: 1_000_000,
        },
        timeout: '1m30s',
        heartbeat_timeout: '5s',
        schedule_to_start_timeout: '1h0m0s',
        dlq_after: 3,
        version: 'v1',
        retain: '24h0m0s',
      }
      const { status, body } = await post('/api/jobs', { ...request, run_at: '2126-01-01T09:00:00+09:00' })
      expect(status).toBe(400)
      expect(body.fields).toMatchObject([{ field: 'run_at', problem: expect.stringContaining('ten years') }])

      const created = await post('/api/jobs', { ...request, delay: '10m' })
      expect(created.status).toBe(201)
      expect(created.body).toStrictEqual({
        ...request,
        id,
        schedule: { type: 'ONE_TIME', run_at: instant },
        status: 'scheduled',
        attempt: 0,
        next_run_at: created.body.schedule.run_at,
        created_at: instant,
        updated_at: instant,
      })
      const delay = Date.parse(created.body.next_run_at) - Date.parse(created.body.created_at)
      expect(delay).toBe(600_000)
    }))

  it('takes a moment in three spellings', () =>
    withApi(async ({ post }) => {
      const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
      const expected = { type: 'ONE_TIME', run_at: expect.stringContaining(inAnHour.slice(0, 19)) }
      for (const request of [
        { run_at: inAnHour },
        { schedule: { type: 'ONE_TIME', run_at: inAnHour } },
        {
          schedule: {
            type: 'ONE_TIME',
            run_at: inAnHour.replace('Z', '+00:00'),
            cron_expr: '',
            timezone: 'UTC',
          },
        },
      ]) {
        const { body } = await post('/api/jobs', { task_type: 't', ...request })
        expect(body).toMatchObject({ schedule: expected, status: 'scheduled' })
      }
    }))

  it('keeps any JSON as payload', () =>
    withApi(async ({ post, get }) => {
      const payloads = [
        0,
        '',
        false,
        null,
        [],
        {},
        '\ud83d\ude00',
        { __proto__: null, toJSON: 1, 'a.b': ' ' },
      ]
      for (const payload of payloads) {
        const { body } = await post('/api/jobs', { task_type: 't', payload })
        expect(JSON.stringify((await get(`/api/jobs/${body.id}`)).body.payload)).toBe(JSON.stringify(payload))
      }
    }))

  it('answers a duplicate with the job that holds the key, and a repeated request with the same job', () =>
    withApi(async ({ post }) => {
      const first = await post('/api/jobs', { task_type: 't', unique_key: 'k' })
      expect(await post('/api/jobs', { task_type: 't', unique_key: 'k' })).toMatchObject({
        status: 409,
        body: { error: expect.any(String), code: 'duplicate-job', existing_job_id: first.body.id },
      })
      const request = { task_type: 't', request_id: 'r' }
      const [one, two] = [await post('/api/jobs', request), await post('/api/jobs', request)]
      expect(two).toMatchObject({ status: 201, body: one.body })
    }))

  it.each<[string, unknown, string[]]>([
    ['no task type', {}, ['task_type']],
    ['no body', undefined, ['task_type']],
    ['no object', [], ['body']],
    [
      'types that are wrong',
      { task_type: 7, priority: '5', tags: 'a', headers: { a: 1 } },
      ['task_type', 'priority', 'tags', 'headers.a'],
    ],
    ['null where something is', { task_type: 't', unique_key: null }, ['unique_key']],
    ['a number as duration', { task_type: 't', delay: 5, timeout: 5 }, ['delay', 'timeout']],
    [
      'a text as nanoseconds',
      { task_type: 't', retry_policy: { initial_delay: '5s' } },
      ['retry_policy.initial_delay'],
    ],
    [
      'unknown fields',
      { task_type: 't', taskType: 't', retry_policy: { attempts: 1 } },
      ['taskType', 'retry_policy.attempts'],
    ],
    ['a fraction of a priority', { task_type: 't', priority: 1.5 }, ['priority']],
    [
      'values that are wrong, all at once',
      {
        task_type: 'a\nb',
        priority: 11,
        delay: '10 min',
        unique_key: '',
        retry_policy: { max_attempts: 0, jitter: 2 },
        schedule_to_start_timeout: '0s',
      },
      [
        'task_type',
        'unique_key',
        'priority',
        'retry_policy.max_attempts',
        'retry_policy.jitter',
        'schedule_to_start_timeout',
        'delay',
      ],
    ],
    ['a negative delay', { task_type: 't', delay: '-5s' }, ['delay']],
    ['a delay of eleven years', { task_type: 't', delay: '96360h' }, ['delay']],
    ['a moment without an offset', { task_type: 't', run_at: '2026-01-01T00:00:00' }, ['run_at']],
    [
      'a recurring schedule that is wrong in many ways',
      {
        task_type: 't',
        schedule: {
          type: 'DAILY',
          regular_interval: 0,
          at_times: [{ hour: 24, minute: 0 }],
          timezone: 'Mars/Base',
          overlap_policy: 'QUEUE',
          max_backfill_per_tick: 0,
        },
      },
      [
        'schedule.regular_interval',
        'schedule.at_times[0].hour',
        'schedule.timezone',
        'schedule.overlap_policy',
        'schedule.max_backfill_per_tick',
      ],
    ],
    [
      'a cron expression that is none',
      { task_type: 't', schedule: { type: 'CRON', cron_expr: '* * * *' } },
      ['schedule.cron_expr'],
    ],
    [
      'an unknown field of a schedule',
      { task_type: 't', schedule: { type: 'IMMEDIATE', at: 1 } },
      ['schedule.at'],
    ],
    [
      'a window around one moment',
      { task_type: 't', schedule: { type: 'ONE_TIME', run_at: '2026-01-01T00:00:00Z', ends_at: 'x' } },
      ['schedule.ends_at'],
    ],
    [
      'an integer beyond 2^53',
      '{"task_type":"t","payload":{"ids":[1,9007199254740993]}}',
      ['payload.ids[1]'],
    ],
    ['a number beyond all', '{"task_type":"t","payload":1e400}', ['payload']],
    ['no JSON', '{"task_type":', ['body']],
  ])('refuses %s, naming the fields', (_, request, fields) =>
    withApi(async ({ post, get }) => {
      const { status, body } = await post('/api/jobs', request)
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation' })
      expect(body.fields.map((fault: { field: string }) => fault.field).toSorted()).toEqual(fields.toSorted())
      for (const { problem } of body.fields) expect(problem).toEqual(expect.any(String))
      expect((await get('/api/jobs')).body.total).toBe(0)
    }),
  )

  it('refuses what is too large with the limit', () =>
    withApi(async ({ post, store }) => {
      const { payload, headers } = store.limits
      const fits = { task_type: 't', payload: 'x'.repeat(payload - 2) }
      expect((await post('/api/jobs', fits)).status).toBe(201)
      expect(await post('/api/jobs', { ...fits, payload: `${fits.payload}x` })).toMatchObject({
        status: 413,
        body: {
          code: 'size-limit',
          fields: [{ field: 'payload', problem: expect.any(String), limit: payload }],
        },
      })
      expect(await post('/api/jobs', { task_type: 't', headers: { a: 'x'.repeat(headers) } })).toMatchObject({
        status: 413,
        body: { code: 'size-limit', fields: [{ field: 'headers', limit: headers }] },
      })
      const escaped = `{"task_type":"t","payload":"${'\\u00e9'.repeat(payload / 2 - 1)}"}`
      expect((await post('/api/jobs', escaped)).status).toBe(201)
      expect(await post('/api/jobs', ' '.repeat(4 * payload))).toMatchObject({
        status: 413,
        body: { code: 'size-limit' },
      })
    }))

  it('takes JSON only', () =>
    withApi(async ({ post }) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      expect(await post('/api/jobs', 'task_type=t', type)).toMatchObject({
        status: 415,
        body: { code: 'unsupported-media-type', error: expect.any(String) },
      })
    }))
})

describe('GET /api/jobs', () => {
  it('is an empty list without jobs', () =>
    withApi(async ({ get }) => {
      expect(await get('/api/jobs')).toMatchObject({
        status: 200,
        body: { data: [], total: 0, total_exact: true },
      })
    }))

  it('pages by offset and by cursor, newest or oldest first', () =>
    withApi(async ({ post, get }) => {
      const all: string[] = []
      for (let payload = 0; payload < 13; payload++) {
        all.push((await post('/api/jobs', { task_type: 't', payload })).body.id)
      }
      const idsOf = async (query: string): Promise<string[]> => {
        const { body } = await get(`/api/jobs?${query}`)
        expect(body.total).toBe(13)
        return body.data.map((job: { id: string }) => job.id)
      }
      expect(await idsOf('')).toEqual(all.toReversed().slice(0, 10))
      expect(await idsOf('sort=oldest&limit=3&offset=4')).toEqual(all.slice(4, 7))
      expect(await idsOf('limit=500&sort=sideways')).toEqual(all.toReversed())
      expect(await idsOf('limit=0&offset=x&status=&task_type=')).toHaveLength(10)
      expect(await idsOf('offset=100')).toEqual([])

      const first = (await get('/api/jobs?sort=oldest&limit=10')).body
      const rest = (await get(`/api/jobs?sort=oldest&limit=10&cursor=${encodeURIComponent(first.cursor)}`))
        .body
      expect([...first.data, ...rest.data].map((job: { id: string }) => job.id)).toEqual(all)
      expect(rest).not.toHaveProperty('cursor')
    }))

  it('filters by status and task type together', () =>
    withApi(async ({ post, get }) => {
      await post('/api/jobs', { task_type: 'a' })
      await post('/api/jobs', { task_type: 'a', delay: '1h' })
      await post('/api/jobs', { task_type: 'b', delay: '1h' })
      const { body } = await get('/api/jobs?status=scheduled&task_type=a')
      expect(body).toMatchObject({ total: 1, data: [{ task_type: 'a', status: 'scheduled' }] })
      expect((await get('/api/jobs?status=failed')).body).toEqual({ data: [], total: 0, total_exact: true })
    }))

  it.each([
    [`tag=${'x'.repeat(101)}`, 'tag'],
    ['name=x', 'name'],
    ['status=lost', 'status'],
    ['status=dead&status=paused', 'status'],
    ['offset=10001', 'offset'],
    ['cursor=nonsense', 'cursor'],
  ])('refuses ?%s', (query, field) =>
    withApi(async ({ get }) => {
      expect(await get(`/api/jobs?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'validation', fields: [{ field }] },
      })
    }),
  )
})

describe('a job', () => {
  it('is shown with its runs, progress and result', () =>
    withApi(async ({ post, get, worker, ended }) => {
      await worker()
        .handle('count', async (_, ctx) => {
          await ctx.reportProgress({ percentDone: 50 })
          return { itemCount: 3 }
        })
        .start()
      const { body } = await post('/api/jobs', { task_type: 'count' })
      expect(await ended(body.id)).toMatchObject({
        status: 'completed',
        attempt: 1,
        last_run_at: instant,
        completed_at: instant,
        result: { status: 'completed', output: { itemCount: 3 } },
      })
      const runs = await get(`/api/jobs/${body.id}/runs`)
      expect(runs).toMatchObject({ status: 200, body: [expect.any(Object)] })
      const [{ duration: _, last_heartbeat_at: __, ...run }] = runs.body
      expect(run).toStrictEqual({
        id: `${body.id}-1`,
        job_id: body.id,
        node_id: expect.any(String),
        status: 'succeeded',
        attempt: 1,
        started_at: instant,
        finished_at: instant,
        progress: { percentDone: 50 },
      })
    }))

  it('shows the newest runs first, as many as are asked for', () =>
    withApi(async ({ post, get, worker, ended }) => {
      await worker()
        .handle('fail', () => {
          throw new Error('boom')
        })
        .start()
      const retry_policy = { max_attempts: 3, initial_delay: 0 }
      const { body } = await post('/api/jobs', { task_type: 'fail', retry_policy })
      expect(await ended(body.id)).toMatchObject({
        status: 'dead',
        attempt: 3,
        consecutive_errors: 3,
        last_error: 'boom',
        result: { status: 'dead', error: 'boom' },
      })
      const attempts = async (query: string): Promise<number[]> =>
        (await get(`/api/jobs/${body.id}/runs${query}`)).body.map((run: { attempt: number }) => run.attempt)
      expect(await attempts('')).toEqual([3, 2, 1])
      expect(await attempts('?limit=2')).toEqual([3, 2])
      expect((await get(`/api/jobs/${unknown}/runs`)).body).toEqual([])
      expect(await get(`/api/jobs/${unknown}/runs?offset=1`)).toMatchObject({ status: 400 })
    }))

  it('is cancelled, retried, paused, resumed, changed and deleted', () =>
    withApi(async ({ post, get, put, delete: remove }) => {
      const path = `/api/jobs/${(await post('/api/jobs', { task_type: 't', payload: 1 })).body.id}`
      const job = async (): Promise<unknown> => (await get(path)).body
      const acknowledged = (status: string): object => ({
        status: 200,
        body: { job_id: path.slice('/api/jobs/'.length), status },
      })
      expect(await post(`${path}/pause`)).toMatchObject(acknowledged('paused'))
      expect(await job()).toMatchObject({ status: 'paused', paused_at: instant })
      expect(await put(`${path}/payload`, { payload: { b: 2 } })).toMatchObject(acknowledged('updated'))
      expect(await post(`${path}/resume`)).toMatchObject(acknowledged('resumed'))
      expect(await job()).toMatchObject({ status: 'pending', payload: { b: 2 } })
      expect(await post(`${path}/cancel`, { reason: 'not wanted' })).toMatchObject(acknowledged('cancelled'))
      expect(await job()).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'not wanted' },
      })
      expect(await post(`${path}/retry`)).toMatchObject(acknowledged('retried'))
      expect(await job()).toMatchObject({ status: 'pending', attempt: 0 })
      expect(await post(`${path}/cancel`)).toMatchObject(acknowledged('cancelled'))
      expect(await remove(path)).toMatchObject(acknowledged('deleted'))
      expect((await get(path)).status).toBe(404)
    }))

  it('is not found when there is none', () =>
    withApi(async ({ get, post, put, delete: remove }) => {
      for (const jobId of [unknown, 'nope', `${unknown}%3A17`, '%00', 'x'.repeat(90)]) {
        const path = `/api/jobs/${jobId}`
        const answers = [await get(path), await remove(path), await put(`${path}/payload`, { payload: 1 })]
        for (const verb of ['cancel', 'retry', 'pause', 'resume']) answers.push(await post(`${path}/${verb}`))
        for (const answer of answers) {
          expect(answer).toMatchObject({
            status: 404,
            body: { code: 'job-not-found', error: expect.any(String) },
          })
        }
      }
    }))

  it('refuses what its status forbids', () =>
    withApi(async ({ post, put, delete: remove }) => {
      const refused = { code: 'invalid-job-status', error: expect.any(String) }
      const path = `/api/jobs/${(await post('/api/jobs', { task_type: 't' })).body.id}`
      expect(await remove(path)).toMatchObject({ status: 409, body: refused })
      expect(await post(`${path}/retry`)).toMatchObject({ status: 409, body: refused })
      expect(await post(`${path}/resume`)).toMatchObject({ status: 400, body: refused })
      await post(`${path}/cancel`)
      expect(await post(`${path}/cancel`)).toMatchObject({ status: 400, body: refused })
      expect(await post(`${path}/pause`)).toMatchObject({ status: 400, body: refused })
      expect(await put(`${path}/payload`, { payload: 1 })).toMatchObject({ status: 400, body: refused })
    }))

  it('is not given back a unique key another job holds', () =>
    withApi(async ({ post }) => {
      const request = { task_type: 't', unique_key: 'k' }
      const path = `/api/jobs/${(await post('/api/jobs', request)).body.id}`
      await post(`${path}/cancel`)
      const { body } = await post('/api/jobs', request)
      expect(await post(`${path}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'duplicate-job', existing_job_id: body.id },
      })
    }))

  it('takes orders with and without a body, but none it does not know', () =>
    withApi(async ({ post, put }) => {
      const path = `/api/jobs/${(await post('/api/jobs', { task_type: 't' })).body.id}`
      const json = { 'content-type': 'application/json' }
      expect((await post(`${path}/pause`, '', json)).status).toBe(200)
      expect((await post(`${path}/resume`, {})).status).toBe(200)
      expect(await post(`${path}/pause`, { until: 1 })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'until' }] },
      })
      expect(await post(`${path}/cancel`, { reason: 1 })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'reason' }] },
      })
      expect(await put(`${path}/payload`)).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'payload' }] },
      })
      expect(await put(`${path}/payload`, { payload: 1, x: 1 })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'x' }] },
      })
      expect((await put(`${path}/payload`, { payload: null })).status).toBe(200)
    }))

  it('that runs can be cancelled, but not paused, changed or deleted', () =>
    withApi(async ({ post, put, get, delete: remove, worker, ended }) => {
      let started = (): void => {}
      const running = new Promise<void>((resolve) => {
        started = resolve
      })
      await worker()
        .handle('wait', (_, { signal }) => {
          started()
          return new Promise((__, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          })
        })
        .start()
      const { body } = await post('/api/jobs', { task_type: 'wait' })
      const path = `/api/jobs/${body.id}`
      await running
      expect((await get('/api/jobs?status=running')).body).toMatchObject({
        total: 1,
        data: [{ id: body.id }],
      })
      expect((await get('/api/stats')).body).toMatchObject({
        active_runs: 1,
        active_nodes: 1,
        job_counts: { running: 1 },
      })
      expect((await post(`${path}/pause`)).status).toBe(400)
      expect((await put(`${path}/payload`, { payload: 1 })).status).toBe(400)
      expect((await remove(path)).status).toBe(409)
      expect((await post(`${path}/cancel`, { reason: 'stop it' })).status).toBe(200)
      expect(await ended(body.id)).toMatchObject({ status: 'cancelled', result: { error: 'stop it' } })
    }))
})

describe('GET /api/stats', () => {
  it('counts jobs by status, leaving out zeros', () =>
    withApi(async ({ post, get }) => {
      await post('/api/jobs', { task_type: 'a' })
      await post('/api/jobs', { task_type: 'b' })
      await post('/api/jobs', { task_type: 'b', delay: '1h' })
      expect(await get('/api/stats')).toMatchObject({ status: 200 })
      expect((await get('/api/stats')).body).toStrictEqual({
        job_counts: { pending: 2, scheduled: 1 },
        active_schedules: 0,
        active_runs: 0,
        active_nodes: 0,
        workflow_counts: {},
        batch_counts: {},
        active_workflows: 0,
        active_batches: 0,
      })
    }))
})
