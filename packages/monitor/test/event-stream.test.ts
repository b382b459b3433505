import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'
import { listenOn, openStream } from './fixtures/listen.ts'

describe('GET /api/events', () => {
  it('tells events without a name, with their positions as ids', () =>
    withApi(async ({ app, post }) => {
      const { response, next, close } = await openStream(await listenOn(app))
      expect(response.statusCode).toBe(200)
      expect(response.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      })
      expect(await next()).toEqual({ line: 'retry: 1000' })
      const { body: job } = await post('/api/jobs', { task_type: 't' })
      expect(await next()).toStrictEqual({
        id: expect.stringMatching(/^\d+$/),
        data: {
          type: 'job.enqueued',
          job_id: job.id,
          task_type: 't',
          attempt: 0,
          timestamp: expect.any(String),
        },
      })
      close()
    }))

  it('goes on after the last event that came, whatever the address says', () =>
    withApi(async ({ app, post }) => {
      const host = await listenOn(app)
      const first = await openStream(host, '?types=job.enqueued')
      const ids: string[] = []
      for (let i = 0; i < 3; i++) ids.push((await post('/api/jobs', { task_type: 't' })).body.id)
      await first.next()
      const { id, data } = await first.next()
      expect(data.job_id).toBe(ids[0])
      first.close()

      const resumed = await openStream(host, '?types=job.enqueued&after=0', { 'last-event-id': id })
      await resumed.next()
      expect((await resumed.next()).data.job_id).toBe(ids[1])
      resumed.close()
      const asked = await openStream(host, `?types=job.enqueued&positions=1&after=${id}`)
      await asked.next()
      const frame = await asked.next()
      expect(frame.data).toMatchObject({ job_id: ids[1], position: frame.id })
      asked.close()
    }))

  it('says so when what follows a position is gone', () =>
    withApi(async ({ app, post }) => {
      const stream = await openStream(await listenOn(app), '?after=99999&types=job.cancelled')
      await stream.next()
      const { id, data } = await stream.next()
      expect(data).toStrictEqual({ type: 'events.gap', timestamp: expect.any(String), position: id })
      const { body: job } = await post('/api/jobs', { task_type: 't' })
      await post(`/api/jobs/${job.id}/cancel`)
      expect((await stream.next()).data).toMatchObject({ type: 'job.cancelled', job_id: job.id })
      stream.close()
    }))

  it('refuses what makes no sense, and answers HEAD', () =>
    withApi(async ({ app, get }) => {
      for (const query of ['?types=x', '?after=nonsense', '?since=1'])
        expect(await get(`/api/events${query}`)).toMatchObject({ status: 400, body: { code: 'validation' } })
      expect(await get('/api/events', { 'last-event-id': 'nonsense' })).toMatchObject({ status: 400 })
      const head = await app.inject({ method: 'HEAD', url: '/api/events' })
      expect([head.statusCode, head.headers['content-type'], head.body]).toEqual([
        200,
        'text/event-stream',
        '',
      ])
    }))

  it('answers 503 when the store is away', () =>
    withApi(async ({ get, store }) => {
      await store.close()
      expect(await get('/api/events')).toMatchObject({ status: 503 })
    }))

  it('ends when the server stops', () =>
    withApi(async ({ app }) => {
      const { ended } = await openStream(await listenOn(app))
      await app.close()
      await ended
    }))
})
