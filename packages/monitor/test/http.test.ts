import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { monitorPlugin } from '../src/index.ts'
import { withApi } from './fixtures/api.ts'

describe('the API', () => {
  it('says that it is there without asking the store', () =>
    withApi(async ({ get, store }) => {
      await store.close()
      expect(await get('/api/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
    }))

  it('answers 503 when the store is away', () =>
    withApi(async ({ get, post, store }) => {
      await store.close()
      for (const answer of [
        await get('/api/jobs'),
        await post('/api/jobs', { task_type: 't' }),
        await get('/api/stats'),
      ]) {
        expect(answer).toMatchObject({
          status: 503,
          body: { error: expect.any(String), code: expect.any(String) },
        })
      }
    }))

  it('answers 500 without details to what must not happen', () =>
    withApi(async ({ get, store }) => {
      store.inspector.countJobs = () => Promise.reject(new Error('secret'))
      const { status, headers, body } = await get('/api/stats')
      expect(status).toBe(500)
      expect(body).toEqual({
        error: 'internal error',
        code: 'internal',
        request_id: headers['x-request-id'],
      })
      store.inspector.countJobs = () => Promise.resolve([{ taskType: 't', status: 'pending', count: 0.5 }])
      expect(await get('/api/stats')).toMatchObject({
        status: 500,
        body: { error: 'internal error', code: 'internal' },
      })
    }))

  it('answers 404 for what it does not have and 405 for what it has with other methods', () =>
    withApi(async ({ get, post, put, app }) => {
      for (const answer of [
        await get('/api'),
        await get('/api/nothing'),
        await post('/api/jobs/x/explode'),
      ]) {
        expect(answer).toMatchObject({
          status: 404,
          body: { code: 'route-not-found', error: expect.any(String) },
        })
      }
      expect(await put('/api/jobs', {})).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD, POST' },
        body: { code: 'method-not-allowed' },
      })
      expect(await get('/api/jobs/x/cancel?y=1')).toMatchObject({ status: 405, headers: { allow: 'POST' } })
      expect((await app.inject({ method: 'HEAD', url: '/api/jobs' })).statusCode).toBe(200)
      expect(await get('/api/jobs/%zz')).toMatchObject({ status: 400, body: { code: 'bad-request' } })
    }))

  it('leaves the application around it alone', async () => {
    await withApi(async ({ store }) => {
      const app = fastify()
      await app.register(monitorPlugin, { store })
      app.post('/form', async ({ body }) => ({ body }))
      const own = await app.inject({
        method: 'POST',
        url: '/form',
        headers: { 'content-type': 'text/plain' },
        payload: 'x',
      })
      expect(own.json()).toEqual({ body: 'x' })
      expect((await app.inject('/nothing')).json()).toMatchObject({ error: 'Not Found' })
      await app.close()
    })
  })
})

describe('the guard', () => {
  const token = 'a-token-of-some-length'

  it('asks for the token everywhere when there is one', () =>
    withApi(
      async ({ get, post }) => {
        for (const path of ['/api/jobs', '/api/health', '/api/nothing']) {
          expect(await get(path)).toMatchObject({
            status: 401,
            headers: { 'www-authenticate': 'Bearer' },
            body: { code: 'unauthorized', error: expect.any(String) },
          })
        }
        for (const authorization of [
          '',
          'Bearer',
          `Bearer ${token}x`,
          `Basic ${token}`,
          token,
          `Bearer x ${token}`,
        ]) {
          expect((await get('/api/jobs', { authorization })).status).toBe(401)
        }
        expect((await get('/api/jobs', { authorization: `bearer ${token}` })).status).toBe(200)
        const headers = { authorization: `Bearer ${token}`, origin: 'https://example.com' }
        expect((await post('/api/jobs', { task_type: 't' }, headers)).status).toBe(201)
      },
      { apiToken: token },
    ))

  it('lets no page of another origin change anything when there is none', () =>
    withApi(async ({ get, post }) => {
      const from = (origin: string): Promise<number> =>
        post('/api/jobs', { task_type: 't' }, { origin, host: '127.0.0.1:8080' }).then(({ status }) => status)
      expect(await from('http://127.0.0.1:8080')).toBe(201)
      for (const origin of ['https://example.com', 'http://127.0.0.1:3000', 'null'])
        expect(await from(origin)).toBe(403)
      expect((await get('/api/jobs', { origin: 'https://example.com' })).status).toBe(200)
    }))

  it('serves on loopback only who calls it so', () =>
    withApi(
      async ({ get }) => {
        expect((await get('/api/jobs', { host: 'localhost:8080' })).status).toBe(200)
        expect(await get('/api/jobs', { host: 'rebound.example.com' })).toMatchObject({
          status: 403,
          body: { code: 'foreign-host' },
        })
      },
      { loopbackOnly: true },
    ))
})
