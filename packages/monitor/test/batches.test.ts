import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'

const unknown = '0123456789abcdefghij'
const id = expect.stringMatching(/^[0-9a-v]{20}$/)
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)

const definition = {
  name: 'import',
  item_task_type: 'row',
  onetime_task_type: 'prepare',
  onetime_payload: { tableName: 'rows' },
  items: [
    { id: 'a', payload: { userName: 'Ann' } },
    { id: 'b', payload: null },
  ],
  failure_policy: 'fail_fast',
  chunk_size: 7,
  execution_timeout: '1h0m0s',
  default_priority: 8,
}

describe('POST /api/batches', () => {
  it('answers 201 with the batch, and where it is', () =>
    withApi(async ({ post, get }) => {
      const request = { definition, request_id: 'r1' }
      const { status, headers, body } = await post('/api/batches', request)
      expect(status).toBe(201)
      expect(headers).toMatchObject({ location: `/api/batches/${body.id}` })
      expect(body).toStrictEqual({
        id,
        name: 'import',
        status: 'running',
        definition,
        onetime_state: { status: 'pending' },
        item_states: {
          a: { item_id: 'a', status: 'pending' },
          b: { item_id: 'b', status: 'pending' },
        },
        total_items: 2,
        completed_items: 0,
        failed_items: 0,
        running_items: 0,
        pending_items: 2,
        cancelled_items: 0,
        next_chunk_index: 0,
        attempt: 1,
        max_attempts: 1,
        created_at: instant,
        updated_at: instant,
      })
      expect((await get(`/api/batches/${body.id}`)).body).toStrictEqual(body)
      expect((await post('/api/batches', request)).body.id).toBe(body.id)
      expect((await get('/api/batches')).body).toMatchObject({
        data: [{ id: body.id, definition: { items: [] }, item_states: {}, truncated: true }],
        total: 1,
      })
      expect((await get('/api/stats')).body).toMatchObject({
        batch_counts: { running: 1 },
        active_batches: 1,
      })
    }))

  it('refuses everything that is wrong at once, in the names of the wire', () =>
    withApi(async ({ post }) => {
      const fieldsOf = async (body: unknown): Promise<unknown> => {
        const answer = await post('/api/batches', body)
        return [answer.status, answer.body.fields.map((fault: { field: string }) => fault.field)]
      }
      const faulty = {
        ...definition,
        chunk_size: 0,
        failure_policy: 'never',
        items: [{ id: '', payload: 1 }],
      }
      expect(await fieldsOf({ definition: faulty })).toEqual([
        400,
        ['definition.chunk_size', 'definition.failure_policy', 'definition.items[0].id'],
      ])
      const twice = { ...definition, items: [definition.items[0], definition.items[0], { id: '' }] }
      expect(await fieldsOf({ definition: twice })).toEqual([
        400,
        expect.arrayContaining(['definition.items[1].id', 'definition.items[2].id']),
      ])
      expect(await fieldsOf({ definition: { ...definition, execution_timeout: 5, more: 1 } })).toEqual([
        400,
        expect.arrayContaining(['definition.execution_timeout', 'definition.more']),
      ])
      expect(await fieldsOf({ definition, request_id: '' })).toEqual([400, ['request_id']])
    }))
})

describe('/api/batches', () => {
  it('pages items and results', () =>
    withApi(async ({ post, get }) => {
      const { body } = await post('/api/batches', { definition })
      const path = `/api/batches/${body.id}`
      expect((await get(`${path}/items?limit=1&offset=1`)).body).toEqual({
        data: [{ item_id: 'b', status: 'pending' }],
        total: 2,
        total_exact: true,
      })
      const first = await get(`${path}/results?limit=1`)
      expect(first.body).toEqual([])
      expect(first.headers).toMatchObject({ link: `<${path}/results?limit=1&offset=1>; rel="next"` })
      expect((await get(`${path}/results`)).headers).not.toHaveProperty('link')
      for (const item of ['a', 'z']) {
        expect(await get(`${path}/results/${item}`)).toMatchObject({
          status: 404,
          body: { error: 'batch item result not found' },
        })
      }
    }))

  it('steers, and says what the status forbids in the words of the Go implementation', () =>
    withApi(async ({ post, delete: remove }) => {
      const { body } = await post('/api/batches', { definition })
      const path = `/api/batches/${body.id}`
      expect(await post(`${path}/retry`)).toMatchObject({
        status: 409,
        body: { error: 'cannot retry: batch is running (only failed/cancelled)' },
      })
      expect(await remove(path)).toMatchObject({ status: 409 })
      expect(await post(`${path}/cancel`, { reason: 'enough' })).toMatchObject({
        status: 200,
        body: { batch_id: body.id, status: 'cancelled' },
      })
      expect((await post('/api/batches/bulk/cancel', { ids: [body.id, unknown, 'nope'] })).body).toEqual({
        affected: 1,
      })
      expect((await post('/api/batches/bulk/retry', { status: 'running' })).body).toEqual({ affected: 0 })
      expect((await post('/api/batches/bulk/delete', { ids: [body.id] })).body).toEqual({ affected: 0 })
    }))

  it('answers 404 for what there is not', () =>
    withApi(async ({ get, post, delete: remove }) => {
      const path = `/api/batches/${unknown}`
      const missing = { status: 404, body: { error: `batch not found: ${unknown}`, code: 'batch-not-found' } }
      for (const each of ['', '/items', '/results', '/results/a'])
        expect(await get(path + each)).toMatchObject(missing)
      for (const verb of ['cancel', 'retry']) expect(await post(`${path}/${verb}`)).toMatchObject(missing)
      expect(await remove(path)).toMatchObject(missing)
    }))
})

describe('/api/groups', () => {
  it('takes messages and lists what waits', () =>
    withApi(async ({ post, get }) => {
      expect((await get('/api/groups')).body).toEqual([])
      const message = { task_type: 'notify', payload: { userName: 'Ann' } }
      expect(await post('/api/groups/user%3A7', message)).toMatchObject({
        status: 201,
        body: { name: 'user:7', size: 1 },
      })
      expect((await post('/api/groups/user%3A7', message)).body).toEqual({ name: 'user:7', size: 2 })
      await post('/api/groups/b', message)
      const { body, headers } = await get('/api/groups?limit=1')
      expect(body).toEqual([{ name: 'user:7', size: 2, task_type: 'notify', created_at: instant }])
      const [, next = ''] = /^<(.*)>; rel="next"$/.exec(String(headers.link)) ?? []
      expect((await get(next)).body).toMatchObject([{ name: 'b', size: 1 }])
      expect(await post(`/api/groups/${'g'.repeat(201)}`, message)).toMatchObject({
        status: 400,
        body: { code: 'validation', fields: [{ field: 'group', limit: 200 }] },
      })
      expect(await post('/api/groups/b', { task_type: '*' })).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'task_type' }] },
      })
      expect(await post('/api/groups/b', { ...message, more: 1 })).toMatchObject({ status: 400 })
    }))
})
