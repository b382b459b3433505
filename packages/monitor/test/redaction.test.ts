import { expect, it } from 'vitest'
import { type Body, withApi } from './fixtures/api.ts'

const redact = [{ path: '$..secret' }, { path: '$..card.number', with: 'no' }]
const hidden = { secret: '***', card: { number: 'no' }, open: 1 }
const given = { secret: 's3', card: { number: 42 }, open: 1 }

it('shows no user data that a rule names, wherever they stand, and keeps them in the store', () =>
  withApi(
    async ({ get, post, store, worker, engine, ended, workflowEnded }) => {
      const node = worker()
      node.handle('t', async (_, ctx) => {
        await ctx.reportProgress({ percent: 50, message: 'm', ...given })
        return given
      })
      node.handle('fail', async () => {
        throw new Error('no')
      })
      const enqueue = async (body: object): Promise<string> => (await post('/api/jobs', body)).body.id
      const id = await enqueue({ task_type: 't', payload: given, headers: { secret: 's3', plain: 'p' } })
      const retry_policy = { max_attempts: 1 }
      const dead = await enqueue({ task_type: 'fail', payload: given, retry_policy })
      const waiting = await enqueue({ task_type: 't', payload: [given], delay: '1h0m0s' })
      await node.start()
      await Promise.all([ended(id), ended(dead)])

      expect((await get(`/api/jobs/${id}`)).body).toMatchObject({
        payload: hidden,
        headers: { secret: '***', plain: 'p' },
        result: { output: hidden },
      })
      expect((await get('/api/jobs?status=scheduled')).body.data[0]).toMatchObject({
        id: waiting,
        payload: [hidden],
      })
      expect((await get('/api/dlq')).body.data[0].payload).toEqual(hidden)
      const [run] = (await get(`/api/jobs/${id}/runs`)).body
      expect(run.progress).toMatchObject(hidden)
      expect((await get('/api/search/jobs?path=open&value=1')).body.payload).toEqual(hidden)

      await engine()
      const definition = { name: 'w', tasks: [{ name: 'a', task_type: 't' }] }
      const workflow = (await post('/api/workflows', { definition, input: given })).body.id
      const done: Body = await workflowEnded(workflow)
      expect(done).toMatchObject({ input: hidden, output: hidden })
      expect((await get(`/api/workflows/${workflow}/tasks/a/result`)).body.output).toEqual(hidden)
      expect((await get('/api/search/workflows?path=open&value=1')).body.input).toEqual(hidden)

      const items = [{ id: 'i', payload: given }]
      const plan = { name: 'b', item_task_type: 't', onetime_task_type: 't', onetime_payload: given, items }
      const batch = (await post('/api/batches', { definition: plan })).body
      expect(batch.definition).toMatchObject({ onetime_payload: hidden, items: [{ payload: hidden }] })

      const [kept] = await store.jobs.get([id])
      expect(JSON.parse(kept?.payload ?? '')).toEqual(given)
    },
    { redact },
  ))

it('refuses searches that would find out what is hidden', () =>
  withApi(
    async ({ get }) => {
      for (const path of ['secret', 'a.secret', 'card.number', 'rows[3].secret']) {
        expect(await get(`/api/search/jobs?path=${path}&value=1`)).toMatchObject({
          status: 403,
          body: { code: 'hidden' },
        })
      }
      const whole = encodeURIComponent(JSON.stringify(given.card))
      expect((await get(`/api/search/workflows?path=card&value=${whole}`)).status).toBe(403)
      expect((await get('/api/search/batches?path=open&value=1')).status).toBe(404)
    },
    { redact },
  ))

it('refuses rules that are none when it is registered', async () => {
  await expect(withApi(async () => {}, { redact: [{ path: 'nonsense[' }] })).rejects.toMatchObject({
    fields: [{ field: 'redact[0].path' }],
  })
})
