import { describe, expect, it } from 'vitest'
import { type Api, withApi } from './fixtures/api.ts'

const unknown = '0123456789abcdefghij'
const id = expect.stringMatching(/^[0-9a-v]{20}$/)
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)

const order = {
  name: 'order',
  execution_timeout: '1h0m0s',
  hooks: { on_exit: { task_type: 'order.clean' } },
  tasks: [
    { name: 'validate', task_type: 'order.validate' },
    { name: 'charge', task_type: 'order.charge', depends_on: ['validate'], result_from: 'validate' },
  ],
}

const single = (name: string): object => ({ name, tasks: [{ name: 'a', task_type: 't' }] })

/** Starts a workflow; says its id. */
async function start({ post }: Api, definition: object = order, input?: unknown): Promise<string> {
  const { status, body } = await post('/api/workflows', { definition, input })
  expect(status).toBe(201)
  return body.id
}

describe('POST /api/workflows', () => {
  it('answers 201 with the workflow, and where it is', () =>
    withApi(async ({ post, get }) => {
      const request = { definition: order, input: { userName: 'Ann' }, request_id: 'r1' }
      const { status, headers, body } = await post('/api/workflows', request)
      expect(status).toBe(201)
      expect(headers).toMatchObject({ location: `/api/workflows/${body.id}` })
      expect(body).toStrictEqual({
        id,
        workflow_name: 'order',
        status: 'running',
        tasks: {
          validate: { name: 'validate', status: 'pending' },
          charge: { name: 'charge', status: 'pending' },
        },
        definition: order,
        input: { userName: 'Ann' },
        attempt: 1,
        max_attempts: 1,
        pending_deps: { validate: 0, charge: 1 },
        created_at: instant,
        updated_at: instant,
      })
      expect((await get(`/api/workflows/${body.id}`)).body).toStrictEqual(body)
      expect((await post('/api/workflows', request)).body.id).toBe(body.id)
    }))

  it('refuses everything that is wrong at once, in the names of the wire', () =>
    withApi(async ({ post }) => {
      const definition = {
        name: 'w',
        execution_timeout: 5,
        tasks: [
          { name: 'a', task_type: 't', depends_on: ['b'], more: 1 },
          { name: 'a', payload: 1 },
        ],
      }
      const { status, body } = await post('/api/workflows', { definition })
      expect(status).toBe(400)
      expect(body.code).toBe('validation')
      const fields: string[] = body.fields.map((fault: { field: string }) => fault.field)
      for (const field of [
        'definition.execution_timeout',
        'definition.tasks[0].more',
        'definition.tasks[0].depends_on[0]',
        'definition.tasks[1].name',
        'definition.tasks[1].task_type',
      ]) {
        expect(fields).toContain(field)
      }
    }))

  it('says where the fault is, also when it is not in the definition', () =>
    withApi(async ({ post, store }) => {
      const fieldsOf = async (body: object): Promise<unknown> => {
        const answer = await post('/api/workflows', body)
        return [answer.status, answer.body.fields.map((fault: { field: string }) => fault.field)]
      }
      expect(await fieldsOf({ definition: order, request_id: '' })).toEqual([400, ['request_id']])
      expect(await fieldsOf({ definition: order, requestId: 'r' })).toEqual([400, ['requestId']])
      expect(await fieldsOf({ input: 1 })).toEqual([400, ['definition']])
      expect(await fieldsOf({ definition: 'order' })).toEqual([400, ['definition']])
      const circle = {
        name: 'w',
        tasks: [
          { name: 'a', task_type: 't', depends_on: ['b'] },
          { name: 'b', task_type: 't', depends_on: ['a'] },
        ],
      }
      expect(await fieldsOf({ definition: circle })).toEqual([400, ['definition.tasks']])
      const input = 'x'.repeat(store.limits.payload)
      expect(await fieldsOf({ definition: order, input })).toEqual([413, ['input']])
    }))
})

describe('POST /api/workflows/validate', () => {
  it('says that a definition is right, or all that is wrong with it', () =>
    withApi(async ({ post, get }) => {
      expect(await post('/api/workflows/validate', order)).toMatchObject({
        status: 200,
        body: { valid: true },
      })
      const faulty = {
        name: 'w',
        signal_timeout: 1,
        tasks: [{ name: 'a', task_type: 't', depends_on: ['b', 'a'] }],
      }
      const { status, body } = await post('/api/workflows/validate', faulty)
      expect(status).toBe(200)
      expect(body.valid).toBe(false)
      expect(body.errors).toEqual([
        expect.stringMatching(/^signal_timeout: /),
        expect.stringMatching(/^tasks\[0\]\.depends_on\[0\]: .*"a".*"b"/),
        expect.stringMatching(/^tasks\[0\]\.depends_on\[1\]: /),
      ])
      const circle = {
        name: 'w',
        tasks: [
          { name: 'a', task_type: 't', depends_on: ['b'] },
          { name: 'b', task_type: 't', depends_on: ['a'] },
        ],
      }
      expect((await post('/api/workflows/validate', circle)).body).toMatchObject({
        valid: false,
        errors: [expect.stringContaining('"a" -> "b" -> "a"')],
      })
      expect((await post('/api/workflows/validate', '{')).status).toBe(400)
      expect((await post('/api/workflows/validate', [1])).body.valid).toBe(false)
      expect((await get('/api/workflows')).body.total).toBe(0)
    }))
})

describe('a workflow that runs', () => {
  it('shows how far it has come, and what its tasks have left', () =>
    withApi(async (api) => {
      const { worker, engine, get, workflowEnded } = api
      const seen: unknown[] = []
      const node = worker()
        .handle('order.validate', (payload) => ({ total: 7, of: payload }))
        .handle('order.charge', (payload) => void seen.push(payload))
        .handle('order.clean', () => {})
      await engine()
      await node.start()
      const workflowId = await start(api, order, { id: 1 })
      const ended = await workflowEnded(workflowId)
      expect(ended).toMatchObject({
        status: 'completed',
        completed_at: instant,
        tasks: {
          validate: {
            name: 'validate',
            status: 'completed',
            job_id: id,
            started_at: instant,
            finished_at: instant,
          },
          charge: { name: 'charge', status: 'completed' },
        },
        hook_states: { on_exit: { name: 'on_exit', job_id: id } },
        pending_deps: { validate: 0, charge: 0 },
      })
      expect(seen).toEqual([{ upstream: { total: 7, of: { id: 1 } }, original: null }])
      const path = `/api/workflows/${workflowId}`
      expect(await get(`${path}/tasks/validate/result`)).toMatchObject({
        status: 200,
        body: { output: { total: 7, of: { id: 1 } } },
      })
      expect((await get(`${path}/tasks/charge/result`)).body).toStrictEqual({ output: null })
      expect((await get(`${path}/tasks`)).body).toMatchObject({
        data: [{ name: 'validate' }, { name: 'charge' }],
        total: 2,
        total_exact: true,
      })
      const audit = (await get(`${path}/audit`)).body
      expect(audit).toHaveLength(8)
      expect(audit[0]).toStrictEqual({
        task_name: expect.any(String),
        job_id: id,
        id: expect.any(String),
        status: 'completed',
        timestamp: instant,
      })
      const job = ended.tasks.validate.job_id
      expect((await get(`/api/jobs/${job}`)).body).toMatchObject({
        workflow_id: workflowId,
        workflow_task: 'validate',
      })
      expect(await api.post(`/api/jobs/${job}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'owned-job', owner_id: workflowId },
      })
    }))

  it('takes signals, and tells how many are pending', () =>
    withApi(async (api) => {
      const { post, get, engine, workflowEnded } = api
      const waiting = {
        name: 'w',
        tasks: [{ name: 'ok', type: 'wait', signal: 'approval', timeout: '24h0m0s' }],
      }
      const workflowId = await start(api, waiting)
      const path = `/api/workflows/${workflowId}/signals`
      const signal = { name: 'approval', payload: { byWhom: 'Ann' }, dedupe_key: 'k' }
      expect(await post(path, signal)).toMatchObject({
        status: 200,
        body: { workflow_id: workflowId, status: 'signalled' },
      })
      expect(await post(path, signal)).toMatchObject({ status: 409, body: { code: 'duplicate-signal' } })
      expect((await get(`${path}/stats`)).body).toStrictEqual({
        pending_count: 1,
        oldest_unacked_age_ms: expect.any(Number),
      })
      expect((await post(path, { name: '' })).body.fields).toMatchObject([{ field: 'name' }])
      expect((await post(path, { name: 'x', dedupe_key: '' })).body.fields).toMatchObject([
        { field: 'dedupe_key' },
      ])
      await engine()
      expect(await workflowEnded(workflowId)).toMatchObject({
        status: 'completed',
        output: { byWhom: 'Ann' },
      })
      expect((await get(`${path}/stats`)).body.pending_count).toBe(0)
      expect(await post(path, { name: 'late' })).toMatchObject({
        status: 409,
        body: { code: 'workflow-ended' },
      })
    }))
})

describe('/api/workflows', () => {
  it('lists by status and name, with right totals', () =>
    withApi(async (api) => {
      const { get, post } = api
      const ids: string[] = []
      for (const name of ['a', 'b', 'a']) ids.push(await start(api, single(name)))
      await post(`/api/workflows/${ids[0]}/suspend`)
      const list = async (query: string): Promise<unknown> => {
        const { body } = await get(`/api/workflows${query}`)
        return [body.data.map((row: { id: string }) => ids.indexOf(row.id)), body.total]
      }
      expect(await list('')).toEqual([[2, 1, 0], 3])
      expect(await list('?name=a&sort=oldest')).toEqual([[0, 2], 2])
      expect(await list('?status=running&limit=1')).toEqual([[2], 2])
      expect(await list('?status=running&name=a')).toEqual([[2], 1])
      expect(await list('?name=none')).toEqual([[], 0])
      expect(await get('/api/workflows?status=dead')).toMatchObject({
        status: 400,
        body: { fields: [{ field: 'status' }] },
      })
      expect((await get('/api/stats')).body).toMatchObject({
        workflow_counts: { running: 2, suspended: 1 },
        active_workflows: 3,
      })
    }))

  it('steers, and says what the status forbids in the words of the Go implementation', () =>
    withApi(async (api) => {
      const { post, engine, workflowEnded, delete: remove } = api
      const workflowId = await start(api, single('w'))
      const path = `/api/workflows/${workflowId}`
      const order = async (verb: string): Promise<unknown> => {
        const { status, body } = verb === 'delete' ? await remove(path) : await post(`${path}/${verb}`)
        return [status, body.error ?? body.status]
      }
      expect(await order('resume')).toEqual([400, 'can only resume suspended workflows'])
      expect(await order('suspend')).toEqual([200, 'suspended'])
      expect(await order('suspend')).toEqual([400, 'can only suspend running workflows'])
      expect(await order('resume')).toEqual([200, 'resumed'])
      expect(await order('retry')).toEqual([409, 'cannot retry: workflow is running (only failed/cancelled)'])
      expect(await order('delete')).toEqual([409, 'cannot delete: workflow is running (cancel it first)'])
      expect(await post(`${path}/cancel`, { reason: 'enough' })).toMatchObject({
        status: 200,
        body: { workflow_id: workflowId, status: 'cancelled' },
      })
      await engine()
      expect(await workflowEnded(workflowId)).toMatchObject({ status: 'cancelled', error: 'enough' })
      expect(await order('cancel')).toEqual([400, 'workflow is already in terminal state'])
      expect(await order('delete')).toEqual([200, 'deleted'])
      expect(await order('delete')).toEqual([404, `workflow not found: ${workflowId}`])
    }))

  it('answers 404 for what there is not', () =>
    withApi(async (api) => {
      const { get, post, delete: remove } = api
      const path = `/api/workflows/${unknown}`
      const missing = {
        status: 404,
        body: { error: `workflow not found: ${unknown}`, code: 'workflow-not-found' },
      }
      for (const each of ['', '/tasks', '/tasks/a/result', '/audit', '/signals/stats'])
        expect(await get(path + each)).toMatchObject(missing)
      for (const verb of ['cancel', 'retry', 'suspend', 'resume'])
        expect(await post(`${path}/${verb}`)).toMatchObject(missing)
      expect(await post(`${path}/signals`, { name: 'go' })).toMatchObject(missing)
      expect(await remove(path)).toMatchObject(missing)
      const two = [
        { name: 'a', task_type: 't' },
        { name: 'z', task_type: 't', depends_on: ['a'] },
      ]
      const known = `/api/workflows/${await start(api, { name: 'w', tasks: two })}`
      expect(await get(`${known}/tasks/b/result`)).toMatchObject({
        status: 404,
        body: { error: 'task not found: b', code: 'task-not-found' },
      })
      expect(await get(`${known}/tasks/z/result`)).toMatchObject({
        status: 404,
        body: { error: 'task has no job ID (not yet dispatched)', code: 'result-not-ready' },
      })
    }))

  it('shows a task whose name is long or has slashes', () =>
    withApi(async (api) => {
      const name = `a/${'ü'.repeat(198)}`
      const workflowId = await start(api, { name: 'w', tasks: [{ name, task_type: 't' }] })
      const { body } = await api.get(`/api/workflows/${workflowId}/tasks/${encodeURIComponent(name)}/result`)
      expect(body.code).toBe('result-not-ready')
    }))

  it('gives one order to many, and passes over what cannot take it', () =>
    withApi(async (api) => {
      const { post, get, engine, workflowEnded } = api
      const ids = [
        await start(api, single('a')),
        await start(api, single('b')),
        await start(api, single('c')),
      ]
      const bulk = async (verb: string, body: unknown): Promise<unknown> =>
        (await post(`/api/workflows/bulk/${verb}`, body)).body
      expect(await bulk('retry', { ids })).toEqual({ affected: 0 })
      expect(await bulk('cancel', { ids: [...ids.slice(0, 2), ids[0], unknown, 'nope'] })).toEqual({
        affected: 2,
      })
      await engine()
      await Promise.all(ids.slice(0, 2).map(workflowEnded))
      expect(await bulk('retry', { ids: ids.slice(0, 1) })).toEqual({ affected: 1 })
      expect(await bulk('delete', { ids: [], status: 'cancelled' })).toEqual({ affected: 1 })
      expect(await bulk('cancel', { status: 'running' })).toEqual({ affected: 2 })
      expect((await get('/api/workflows')).body.total).toBe(2)
      for (const body of [{}, '', { ids: [] }])
        expect(await post('/api/workflows/bulk/cancel', body)).toMatchObject({ status: 400 })
      expect(await post('/api/workflows/bulk/cancel', { status: 'dead' })).toMatchObject({ status: 400 })
    }))
})
