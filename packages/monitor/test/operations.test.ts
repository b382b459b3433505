import type { NodeInfo } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type Api, type Body, withApi } from './fixtures/api.ts'

const unknown = '0123456789abcdefghij'
const call = { caller: 'test', lane: 0, number: 0 }
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)

/** A job that has died of `boom`. */
async function dead({ post, worker, ended }: Api, over: object = {}): Promise<Body> {
  const fail = worker().handle('fail', () => {
    throw new Error('boom')
  })
  await fail.start()
  const { body } = await post('/api/jobs', {
    task_type: 'fail',
    payload: { customer: 7 },
    retry_policy: { max_attempts: 1 },
    ...over,
  })
  const job = await ended(body.id)
  await fail.stop()
  return job
}

describe('a job', () => {
  it('says why it is not running, and what happened to it', () =>
    withApi(async ({ post, get }) => {
      const { id } = (await post('/api/jobs', { task_type: 't' })).body
      const explained = await get(`/api/jobs/${id}/explain`)
      expect(explained).toMatchObject({
        status: 200,
        body: {
          job_id: id,
          status: 'pending',
          text: expect.stringContaining('No live node has a handler for the task type t.'),
          reasons: [{ kind: 'no_node', task_type: 't' }, { kind: 'in_line' }],
        },
      })
      expect(await get(`/api/jobs/${unknown}/explain`)).toMatchObject({ status: 404 })
      const headers = { 'x-dureq-actor': 'ann', 'x-dureq-why': 'a%20refund' }
      await post(`/api/jobs/${id}/cancel`, {}, headers)
      const { body: trail } = await get(`/api/jobs/${id}/audit`)
      expect(trail).toMatchObject([
        { status: 'pending', timestamp: instant },
        { status: 'cancel', who: 'ann', from: '127.0.0.1', why: 'a refund' },
        { status: 'cancelled', error: 'cancelled' },
      ])
      expect((await get(`/api/jobs/${unknown}/audit`)).body).toEqual([])
      expect((await post('/api/audit/counts', { ids: [id, unknown] })).body).toEqual({
        [id]: 3,
        [unknown]: 0,
      })
      expect(await post('/api/audit/counts', { ids: [] })).toMatchObject({ status: 400 })
      const events = await get(`/api/jobs/${id}/events`)
      expect(events.body.map(({ type }: Body) => type)).toEqual(['job.cancelled', 'job.enqueued'])
      expect(events.headers['x-dureq-complete']).toBe('true')
      expect((await get(`/api/jobs/${id}/progress`)).body).toEqual({ progress: null, runs: [] })
    }))

  it('is purged, and given another version', () =>
    withApi(async (api) => {
      const job = await dead(api)
      expect((await api.post(`/api/jobs/${job.id}/purge`)).body).toEqual({ job_id: job.id, status: 'purged' })
      expect((await api.get(`/api/jobs/${job.id}`)).body).toMatchObject({ payload: null, status: 'dead' })
      const { id } = (await api.post('/api/jobs', { task_type: 't', version: 'v1' })).body
      expect(await api.post(`/api/jobs/${id}/purge`)).toMatchObject({ status: 409 })
      await api.put(`/api/jobs/${id}/version`, { version: 'v2' })
      expect((await api.get(`/api/jobs/${id}`)).body.version).toBe('v2')
      const order = { task_type: 't', version: 'v2', to: null }
      expect((await api.post('/api/jobs/reassign-version', order)).body).toEqual({ affected: 1 })
      expect((await api.get(`/api/jobs/${id}`)).body).not.toHaveProperty('version')
      expect(await api.post('/api/jobs/reassign-version', { ...order, to: 'v2' })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'to' }] },
      })
    }))

  it('takes orders with many others', () =>
    withApi(async (api) => {
      const job = await dead(api)
      const { id } = (await api.post('/api/jobs', { task_type: 't' })).body
      const cancelled = await api.post('/api/jobs/bulk/cancel', { ids: [id, job.id, unknown] })
      expect(cancelled.body).toEqual({ affected: 1 })
      expect((await api.post('/api/jobs/bulk/retry', { ids: [], status: 'dead' })).body).toEqual({
        affected: 1,
      })
      expect((await api.post('/api/jobs/bulk/delete', { ids: [id] })).body).toEqual({ affected: 1 })
      expect(await api.post('/api/jobs/bulk/delete', {})).toMatchObject({ status: 400 })
    }))

  it('has concurrency keys, and is refused when its queue is full', () =>
    withApi(async ({ post, get, put }) => {
      const keys = [{ key: 'acme', max_concurrency: 2 }, { key: 'api' }]
      const { body } = await post('/api/jobs', { task_type: 't', concurrency_keys: keys })
      expect(body.concurrency_keys).toEqual(keys)
      expect((await get(`/api/jobs/${body.id}`)).body.concurrency_keys).toEqual(keys)
      const bad = await post('/api/jobs', {
        task_type: 't',
        concurrency_keys: [{ key: 'a', max_concurrency: 0 }],
      })
      expect(bad.body.fields).toMatchObject([{ field: 'concurrency_keys[0].max_concurrency' }])
      await put('/api/task-types/t/limits', { max_depth: 1 })
      expect(await post('/api/jobs', { task_type: 't' })).toMatchObject({
        status: 429,
        body: { code: 'queue-full' },
      })
    }))
})

describe('runs', () => {
  it('are listed, shown, and requeued unless something forbids it', () =>
    withApi(async (api) => {
      const job = await dead(api)
      const { body: page } = await api.get('/api/history/runs?status=failed&task_type=fail')
      expect(page).toMatchObject({ data: [{ job_id: job.id, status: 'failed', error: 'boom' }] })
      const [{ id }] = page.data
      expect((await api.get(`/api/runs/${id}`)).body).toMatchObject({ id, status: 'failed' })
      expect((await api.get(`/api/runs/${id}/progress`)).body).toMatchObject({ run_id: id, progress: null })
      expect((await api.get('/api/runs')).body).toEqual([])
      expect((await api.post(`/api/runs/${id}/requeue`)).body).toEqual({ run_id: id, status: 'requeued' })
      expect(await api.post(`/api/runs/${id}/requeue`)).toMatchObject({ status: 409 })
      expect(await api.get(`/api/runs/${unknown}-1`)).toMatchObject({ status: 404 })
      expect(await api.post(`/api/runs/${unknown}-1/requeue`)).toMatchObject({ status: 404 })
    }))

  it.each([
    ['status=lost', 'status'],
    ['since=yesterday', 'since'],
    ['until=2026-01-01', 'until'],
    ['node=n1', 'node'],
    ['cursor=nonsense', 'cursor'],
  ])('refuses ?%s', (query, field) =>
    withApi(async ({ get }) => {
      expect(await get(`/api/history/runs?${query}`)).toMatchObject({
        status: 400,
        body: { fields: [{ field }] },
      })
    }),
  )

  it('have a history of events', () =>
    withApi(async ({ post, get }) => {
      const { id } = (await post('/api/jobs', { task_type: 't' })).body
      await post('/api/jobs', { task_type: 't' })
      const { body } = await get(`/api/history/events?job_id=${id}`)
      expect(body).toMatchObject({
        data: [{ type: 'job.enqueued', job_id: id }],
        total: 1,
        total_exact: true,
      })
      expect((await get('/api/history/events?limit=1&offset=1')).body.data).toHaveLength(1)
      expect(await get('/api/history/events?offset=1000')).toMatchObject({ status: 400 })
    }))
})

describe('dead letters', () => {
  it('are listed, counted, retried and deleted', () =>
    withApi(async (api) => {
      const job = await dead(api, { tags: ['red'] })
      const { body } = await api.get('/api/dlq?task_type=fail&tag=red')
      expect(body.data).toStrictEqual([
        {
          job_id: job.id,
          task_type: 'fail',
          payload: { customer: 7 },
          attempt: 1,
          deadline: '0001-01-01T00:00:00Z',
          metadata: { error: 'boom' },
          priority: 5,
          dispatched_at: instant,
          error: 'boom',
          died_at: instant,
        },
      ])
      expect((await api.get('/api/dlq/count')).body).toEqual({ count: 1, exact: true })
      expect((await api.post('/api/dlq/retry', { task_type: 'other' })).body).toEqual({
        affected: 0,
        refused: [],
      })
      expect((await api.post(`/api/dlq/${job.id}/retry`)).body).toEqual({ job_id: job.id, status: 'retried' })
      const refused = await api.post('/api/dlq/retry', { ids: [job.id] })
      expect(refused.body).toMatchObject({
        affected: 0,
        refused: [{ job_id: job.id, code: 'invalid-job-status' }],
      })
      expect((await api.post('/api/dlq/delete', {})).body).toEqual({ affected: 0, refused: [] })
      await api.post(`/api/jobs/${job.id}/cancel`)
      expect(await api.post(`/api/dlq/${job.id}/retry`)).toMatchObject({ status: 409 })
      expect(await api.post(`/api/dlq/${unknown}/retry`)).toMatchObject({ status: 404 })
      expect((await api.post('/api/dlq/delete', { ids: [job.id] })).body).toMatchObject({
        affected: 0,
        refused: [{ job_id: job.id, code: 'invalid-job-status' }],
      })
      expect((await api.get(`/api/jobs/${job.id}`)).status).toBe(200)
      for (const [body, field] of [
        [{ ids: [job.id], task_type: 'fail' }, 'task_type'],
        [{ ids: [job.id], limit: 1 }, 'limit'],
        [{ task_type: '' }, 'task_type'],
        [{ cursor: '' }, 'cursor'],
      ] as const) {
        expect(await api.post('/api/dlq/delete', body)).toMatchObject({
          status: 400,
          body: { fields: [{ field }] },
        })
      }
      expect(await api.post('/api/dlq/retry', { limit: 0 })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'limit' }] },
      })
    }))
})

describe('flow', () => {
  it('is seen and steered by tier', () =>
    withApi(async ({ post, get }) => {
      await post('/api/jobs', { task_type: 't', priority: 9 })
      expect((await post('/api/queues/high/pause')).body).toEqual({ queue: 'high', status: 'paused' })
      const { body } = await get('/api/queues')
      expect(body).toMatchObject([
        { name: 'high', weight: 10, fetch_batch: 10, paused: true, size: 1, oldest_waiting_at: instant },
        { name: 'normal', paused: false, size: 0 },
        { name: 'low', size: 0 },
      ])
      expect(await post('/api/queues/urgent/pause')).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'tier' }] },
      })
      expect((await post('/api/queues/high/resume')).body).toEqual({ queue: 'high', status: 'resumed' })
      expect((await get('/api/queues/unserved')).body).toMatchObject([
        { task_type: 't', waiting: 1, since: instant },
      ])
    }))

  it('is seen and steered by task type', () =>
    withApi(async ({ post, put, get, delete: remove }) => {
      await post('/api/task-types/mail.send/pause')
      await put('/api/task-types/mail.send/limits', { max_running: 2, rate_limit: 0.5, rate_burst: 3 })
      expect((await get('/api/task-types')).body).toMatchObject([
        { task_type: 'mail.send', paused: true, waiting: 0, running: 0, max_running: 2, rate_limit: 0.5 },
      ])
      expect(await put('/api/task-types/mail.send/limits', { max_running: 0, rate_limit: -1 })).toMatchObject(
        {
          status: 400,
          body: { fields: [{ field: 'rate_limit' }, { field: 'max_running' }] },
        },
      )
      await post('/api/task-types/mail.send/resume')
      await remove('/api/task-types/mail.send/limits')
      expect((await get('/api/task-types')).body).toEqual([])
    }))

  it('is seen and steered by concurrency key', () =>
    withApi(async ({ post, put, get, delete: remove }) => {
      await post('/api/jobs', { task_type: 't', concurrency_keys: [{ key: 'a/b', max_concurrency: 3 }] })
      const path = '/api/concurrency/a%2Fb'
      expect((await get(path)).body).toStrictEqual({
        key: 'a/b',
        active_slots: 0,
        active_run_ids: [],
        max_concurrency: 3,
        waiting: 1,
        holders: [],
      })
      await put(path, { max_concurrency: 1, rate_limit: 2 })
      expect((await get(path)).body).toMatchObject({ max_concurrency: 1, rate_limit: 2, rate_burst: 2 })
      expect(await put(path, { max_concurrency: 0 })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'max_concurrency' }] },
      })
      await post(`${path}/throttle`, { duration: '1h' })
      expect((await get(path)).body.throttled_until).toEqual(instant)
      for (const duration of ['long', '0s', '-1s', '24h0m1s', '']) {
        expect(await post(`${path}/throttle`, { duration })).toMatchObject({
          status: 400,
          body: { fields: [{ field: 'duration' }] },
        })
      }
      await remove(path)
      expect((await get(path)).body.max_concurrency).toBe(3)
      expect((await get('/api/concurrency/nobody')).body).toMatchObject({
        active_slots: 0,
        active_run_ids: [],
      })
    }))
})

describe('configuration', () => {
  it('is set part by part, and shown whole', () =>
    withApi(async ({ put, get, delete: remove }) => {
      await put('/api/config/handlers/mail.*', { concurrency: 2, timeout: '30s', max_attempts: 4 })
      await put('/api/config/nodes', { max_concurrency: 50 })
      await put('/api/config/scheduler', { tick_interval: '250ms', max_backfill_per_tick: 5 })
      await put('/api/config/retention', { completed: '24h', dead: '48h', cancelled: '1h', dead_count: 9 })
      await put('/api/config/unserved', { after: '10m' })
      const tiers = [
        { name: 'fast', min_priority: 6, weight: 4, rate_limit: 10, paused: true },
        { name: 'slow', min_priority: 1, weight: 1 },
      ]
      expect((await put('/api/config/tiers', { tiers })).body).toEqual({ status: 'updated' })
      expect((await get('/api/config')).body).toMatchObject({
        handlers: { 'mail.*': { concurrency: 2, timeout: '30s', max_attempts: 4 } },
        nodes: { max_concurrency: 50 },
        scheduler: { tick_interval: '250ms', max_backfill_per_tick: 5 },
        retention: { completed: '24h0m0s', dead: '48h0m0s', cancelled: '1h0m0s', dead_count: 9 },
        tiers,
        unserved_after: '10m0s',
      })
      await remove('/api/config/handlers/mail.*')
      await put('/api/config/unserved', { after: null })
      const { body } = await get('/api/config')
      expect(body.handlers).toEqual({})
      expect(body).not.toHaveProperty('unserved_after')
    }))

  it.each<[string, object, string[]]>([
    ['handlers/t', { concurrency: 0, timeout: '0s', maxAttempts: 1 }, ['maxAttempts']],
    ['handlers/t', { concurrency: 0, timeout: '0s' }, ['concurrency', 'timeout']],
    ['handlers/t', { timeout: 5 }, ['timeout']],
    ['nodes', { max_concurrency: 0 }, ['max_concurrency']],
    [
      'scheduler',
      { tick_interval: '2h', max_backfill_per_tick: 0 },
      ['max_backfill_per_tick', 'tick_interval'],
    ],
    [
      'retention',
      { completed: '1h', dead: '-1s', cancelled: '1h', firings: { dead: 1, completed: 0, cancelled: 1 } },
      ['dead', 'firings.completed'],
    ],
    ['tiers', { tiers: [{ name: 'a', minPriority: 1, weight: 1 }] }, ['tiers[0].minPriority']],
    ['tiers', { tiers: [{ name: 'a', min_priority: 2, weight: 0 }] }, ['tiers[0].weight', 'tiers']],
    ['tiers', { tiers: [{ name: 'a', min_priority: 1, weight: 1 }, null] }, ['tiers[1]']],
    ['tiers', { tiers: ['a'] }, ['tiers[0]', 'tiers']],
    ['unserved', { after: 'soon' }, ['after']],
  ])('refuses %s %j', (path, body, fields) =>
    withApi(async ({ put }) => {
      const answer = await put(`/api/config/${path}`, body)
      expect(answer.status).toBe(400)
      expect(answer.body.fields.map(({ field }: Body) => field)).toEqual(fields)
    }),
  )
})

describe('nodes', () => {
  it('are shown with what holds for their handlers, and drained', () =>
    withApi(async ({ store, get, post, delete: remove }) => {
      const info: NodeInfo = {
        nodeId: 'n1',
        taskTypes: ['mail.*'],
        startedAt: 1,
        lastHeartbeat: 1,
        handlerVersions: { 'mail.*': 'v2' },
        handlers: { 'mail.*': { concurrency: 2, timeoutMs: 500, maxAttempts: 3 } },
      }
      await store.nodes.announce(call, info, undefined, 60_000)
      expect((await get('/api/nodes')).body).toMatchObject([
        {
          node_id: 'n1',
          task_types: ['mail.*'],
          handler_versions: { 'mail.*': 'v2' },
          handlers: { 'mail.*': { concurrency: 2, timeout: '500ms', max_attempts: 3 } },
          draining: false,
        },
      ])
      expect((await post('/api/nodes/n1/drain')).body).toEqual({ node_id: 'n1', status: 'draining' })
      expect((await get('/api/nodes/n1/drain')).body).toEqual({ node_id: 'n1', draining: true })
      expect((await get('/api/nodes/n1')).body).toMatchObject({ draining: true })
      expect((await remove('/api/nodes/n1/drain')).body).toEqual({ node_id: 'n1', status: 'active' })
      for (const answer of [
        await get('/api/nodes/n2'),
        await post('/api/nodes/n2/drain'),
        await get('/api/nodes/n2/drain'),
      ])
        expect(answer).toMatchObject({
          status: 404,
          body: { error: 'node not found', code: 'node-not-found' },
        })
    }))
})

describe('search', () => {
  it('finds the newest job with a value, or all of them page by page', () =>
    withApi(async ({ post, get }) => {
      const ids: string[] = []
      for (const id of [7, 7, '7']) {
        const payload = { customer: { id }, list: ['a'] }
        ids.push((await post('/api/jobs', { task_type: 't', payload })).body.id)
      }
      expect((await get('/api/search/jobs?path=customer.id&value=7')).body.id).toBe(ids[1])
      expect((await get('/api/search/jobs?path=customer.id&value=%227%22')).body.id).toBe(ids[2])
      expect((await get('/api/search/jobs?path=$.list[0]&value=a&task_type=t')).body.id).toBe(ids[2])
      const first = await get('/api/search/jobs?path=customer.id&value=7&limit=1')
      expect(first.body.data.map(({ id }: Body) => id)).toEqual([ids[1]])
      const path = `/api/search/jobs?path=customer.id&value=7&limit=5&cursor=${first.body.cursor}`
      expect((await get(path)).body.data.map(({ id }: Body) => id)).toEqual([ids[0]])
      expect(await get('/api/search/jobs?path=customer.id&value=8')).toMatchObject({
        status: 404,
        body: { code: 'job-not-found' },
      })
      expect((await get('/api/search/jobs')).body.fields).toMatchObject([
        { field: 'path' },
        { field: 'value' },
      ])
      expect((await get('/api/search/jobs?path=a..b&value=1')).body.fields).toMatchObject([{ field: 'path' }])
    }))
})

describe('search of what was started', () => {
  it('finds workflows by their input', () =>
    withApi(async ({ post, get }) => {
      const definition = { name: 'w', tasks: [{ name: 'a', task_type: 't' }] }
      const ids: string[] = []
      for (const order of [7, 7, '7']) {
        ids.push((await post('/api/workflows', { definition, input: { order } })).body.id)
      }
      expect((await get('/api/search/workflows?path=order&value=7')).body).toMatchObject({
        id: ids[1],
        workflow_name: 'w',
      })
      expect((await get('/api/search/workflows?path=order&value=%227%22')).body.id).toBe(ids[2])
      const page = await get('/api/search/workflows?path=order&value=7&limit=5&name=w')
      expect(page.body.data.map(({ id }: Body) => id)).toEqual([ids[1], ids[0]])
      expect(await get('/api/search/workflows?path=order&value=7&name=other')).toMatchObject({
        status: 404,
        body: { error: 'workflow not found', code: 'workflow-not-found' },
      })
      expect((await get('/api/search/workflows')).status).toBe(400)
    }))

  it('finds batches by the payload of their shared step', () =>
    withApi(async ({ post, get }) => {
      const definition = { name: 'b', item_task_type: 't', onetime_task_type: 'o', items: [] }
      const ids: string[] = []
      for (const table of ['rows', 'others']) {
        const request = { definition: { ...definition, onetime_payload: { table } } }
        ids.push((await post('/api/batches', request)).body.id)
      }
      expect((await get('/api/search/batches?path=table&value=rows')).body.id).toBe(ids[0])
      expect(await get('/api/search/batches?path=table&value=none')).toMatchObject({
        status: 404,
        body: { code: 'batch-not-found' },
      })
    }))
})

describe('what else operators look at', () => {
  it('are unique keys', () =>
    withApi(async ({ post, get, delete: remove }) => {
      const { id } = (await post('/api/jobs', { task_type: 't', unique_key: 'a/b' })).body
      const path = '/api/unique-keys/a%2Fb'
      expect((await get(path)).body).toEqual({ unique_key: 'a/b', exists: true, job_id: id })
      expect((await remove(path)).body).toEqual({ status: 'deleted' })
      expect((await get(path)).body).toEqual({ unique_key: 'a/b', exists: false, job_id: '' })
    }))

  it('are locks', () =>
    withApi(async ({ store, get, delete: remove }) => {
      await store.leases.acquire(call, 'leader', 'n1', 60_000)
      const held = { key: 'leader', owner: 'n1', exists: true, ttl: 60, ttl_seconds: 60 }
      expect((await get('/api/locks/leader')).body).toMatchObject(held)
      expect((await get('/api/locks')).body).toMatchObject([held])
      expect((await remove('/api/locks/leader?fencing=true')).body).toEqual({
        key: 'leader',
        status: 'unlocked',
      })
      expect((await get('/api/locks/leader')).body).toEqual({
        key: 'leader',
        owner: '',
        exists: false,
        ttl: 0,
        ttl_seconds: 0,
      })
    }))

  it('are the store and its counts', () =>
    withApi(async (api) => {
      await dead(api)
      const { body: info } = await api.get('/api/redis/info')
      expect(info).toMatchObject({ mode: 'standalone', nodes: [{ addr: ':memory:', role: 'master' }] })
      expect(Object.keys((await api.get('/api/redis/info?section=server')).body.nodes[0].sections)).toEqual([
        'server',
      ])
      expect((await api.get('/api/sync-retries')).body).toEqual({ pending: 0, failed: 0, recent: [] })
      const { body: days } = await api.get('/api/stats/daily?days=30')
      expect(days).toHaveLength(30)
      expect(days[29]).toEqual({ date: new Date().toISOString().slice(0, 10), processed: 0, failed: 1 })
      expect((await api.get('/api/stats/daily?days=91')).body).toHaveLength(7)
    }))
})
