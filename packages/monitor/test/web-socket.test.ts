import { describe, expect, it } from 'vitest'
import { withApi } from './fixtures/api.ts'
import { listenOn, openSocket, refusal } from './fixtures/listen.ts'

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)

describe('GET /api/ws', () => {
  it('tells every event in a frame of its own, and nothing before', () =>
    withApi(async ({ app, post }) => {
      const { next } = await openSocket(await listenOn(app))
      const { body: job } = await post('/api/jobs', { task_type: 't' })
      await post(`/api/jobs/${job.id}/cancel`)
      const about = { job_id: job.id, task_type: 't', timestamp: instant, attempt: 0 }
      expect(await next()).toStrictEqual({ type: 'job.enqueued', ...about })
      expect(await next()).toStrictEqual({ type: 'queue.unserved', task_type: 't', timestamp: instant })
      expect(await next()).toStrictEqual({ type: 'job.cancelled', ...about, error: expect.any(String) })
    }))

  it('gives only the types that are asked for', () =>
    withApi(async ({ app, post }) => {
      const { next } = await openSocket(await listenOn(app), '?types=job.cancelled,schedule.*')
      const { body: job } = await post('/api/jobs', { task_type: 't' })
      await post(`/api/jobs/${job.id}/cancel`)
      await post('/api/jobs', { task_type: 't', schedule: { type: 'DURATION', interval: '1h0m0s' } })
      expect(await next()).toMatchObject({ type: 'job.cancelled' })
      expect(await next()).toMatchObject({ type: 'schedule.created' })
    }))

  it('refuses what makes no sense before the upgrade', () =>
    withApi(async ({ app, get }) => {
      const host = await listenOn(app)
      for (const [query, field] of [
        ['?types=job.lost', 'types'],
        ['?types=', 'types'],
        ['?types=*', 'types'],
        ['?after=', 'after'],
        ['?after=nonsense', 'after'],
        ['?positions=yes', 'positions'],
        ['?since=1', 'since'],
      ] as const) {
        expect(await refusal(host, query)).toMatchObject({
          status: 400,
          body: { code: 'validation', fields: [{ field }] },
        })
      }
      expect(await get('/api/ws')).toMatchObject({
        status: 426,
        headers: { upgrade: 'websocket' },
        body: { code: 'upgrade-required' },
      })
    }))

  it('lets the guard see a listener before the upgrade', () =>
    withApi(
      async ({ app }) => {
        expect(await refusal(await listenOn(app))).toMatchObject({
          status: 401,
          body: { code: 'unauthorized' },
        })
      },
      { apiToken: 'a-token-of-some-length' },
    ))

  it('answers 503 when the store is away', () =>
    withApi(async ({ app, store }) => {
      const host = await listenOn(app)
      await store.close()
      expect(await refusal(host)).toMatchObject({ status: 503 })
    }))

  it('closes with 1000 when the server stops', () =>
    withApi(async ({ app }) => {
      const host = await listenOn(app)
      const listening = await Promise.all([openSocket(host), openSocket(host)])
      await app.close()
      expect(await Promise.all(listening.map(({ closed }) => closed))).toEqual([1000, 1000])
    }))

  it('does not listen to what listeners say, and not at all to long speeches', () =>
    withApi(async ({ app, post }) => {
      const host = await listenOn(app)
      const quiet = await openSocket(host)
      quiet.socket.send('x'.repeat(1_024))
      await post('/api/jobs', { task_type: 't' })
      expect(await quiet.next()).toMatchObject({ type: 'job.enqueued' })
      const loud = await openSocket(host)
      loud.socket.send('x'.repeat(1_025))
      expect(await loud.closed).toBe(1009)
    }))
})
