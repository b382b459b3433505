import { expect, it } from 'vitest'
import { type Api, type Body, withApi } from './fixtures/api.ts'

const ann = { 'x-dureq-actor': 'ann', 'x-dureq-why': 'ticket 7' }
const byAnn = { who: 'ann', from: '127.0.0.1', why: 'ticket 7' }

/** What was asked for, of the acts of somebody. */
const verbsOf = (acts: readonly Body[]): readonly string[] => {
  for (const act of acts) expect(act).toMatchObject(byAnn)
  return acts.map(({ verb, status }: Body) => verb ?? status)
}

const order = async ({ post }: Api, path: string, body?: object): Promise<void> => {
  expect(await post(path, body, ann)).toMatchObject({ status: 200 })
}

it('orders to a workflow are kept with who gave them', () =>
  withApi(async (api) => {
    const tasks = [{ name: 'a', type: 'wait', signal: 'go' }]
    const { id } = (await api.post('/api/workflows', { definition: { name: 'w', tasks } })).body
    await api.engine()
    const at = `/api/workflows/${id}`
    await expect
      .poll(async () => (await api.get(at)).body.tasks.a?.status, { timeout: 10_000 })
      .toBe('running')
    await order(api, `${at}/suspend`)
    await order(api, `${at}/resume`)
    await order(api, `${at}/signals`, { name: 'other' })
    await order(api, `${at}/cancel`, { reason: 'enough' })
    await api.workflowEnded(id)
    await order(api, `${at}/retry`)
    await order(api, '/api/workflows/bulk/cancel', { ids: [id] })
    expect(verbsOf((await api.get(`${at}/acts`)).body)).toEqual([
      'suspend',
      'resume',
      'signal',
      'cancel',
      'retry',
      'cancel',
    ])
    expect((await api.get('/api/workflows/none/acts')).status).toBe(404)
  }))

it('so are those to a batch', () =>
  withApi(async (api) => {
    const items = [{ id: '1', payload: 1 }]
    const definition = { name: 'b', item_task_type: 't', items }
    const { id } = (await api.post('/api/batches', { definition })).body
    await order(api, `/api/batches/${id}/cancel`)
    expect(verbsOf((await api.get(`/api/batches/${id}/acts`)).body)).toEqual(['cancel'])
    expect((await api.get('/api/batches/none/acts')).status).toBe(404)
  }))

it('and those to a schedule, in the trail of its job', () =>
  withApi(async (api) => {
    const schedule = { type: 'CRON', cron_expr: '* * * * *' }
    const { id } = (await api.post('/api/jobs', { task_type: 't', schedule })).body
    const at = `/api/schedules/${id}`
    await order(api, `${at}/pause`)
    await order(api, `${at}/resume`)
    await order(api, `${at}/trigger`)
    await order(api, `${at}/backfill`, { from: '2026-01-01T00:00:00Z', to: '2026-01-01T04:00:00Z' })
    const changed = { schedule: { type: 'CRON', cron_expr: '0 * * * *' } }
    expect(
      (await api.app.inject({ method: 'PUT', url: at, headers: ann, payload: changed })).statusCode,
    ).toBe(200)
    const trail = (await api.get(`/api/jobs/${id}/audit`)).body
    const acts = trail.filter(({ who }: Body) => who !== undefined)
    expect(verbsOf(acts)).toEqual(['pause', 'resume', 'trigger', 'backfill', 'update'])
  }))
