import { describe, expect, it } from 'vitest'
import { hashToken } from '../src/index.ts'
import { operations } from '../src/operations/all.ts'
import { type Answer, type Api, withApi } from './fixtures/api.ts'
import { type Request, requestTo } from './fixtures/request.ts'

const looks = { authorization: 'Bearer token-of-vera' }
const orders = { authorization: 'Bearer token-of-otto' }
const tokens = [
  { name: 'vera', role: 'viewer', sha256: hashToken('token-of-vera') },
  { name: 'otto', role: 'operator', sha256: hashToken('token-of-otto') },
] as const

/** What is listened to: it takes tickets too, and has tests of its own. */
const listening = ['GET /ws', 'GET /events']

/** What only reads although it is sent by POST. */
const readingPosts = ['POST /audit/counts', 'POST /tickets', 'POST /workflows/validate']

async function send({ app }: Api, { method, path, body, headers = {} }: Request): Promise<Answer> {
  const response = await app.inject({
    method,
    url: `/api${path}`,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body || 'null') }
}

describe('a viewer', () => {
  const routes = Object.keys(operations)
  const asks = routes.filter((route) => route.startsWith('GET ') || readingPosts.includes(route))
  const changes = routes.filter((route) => !asks.includes(route))

  it('may ask everything, and order nothing', () =>
    withApi(
      async (api) => {
        expect(changes.length).toBeGreaterThan(50)
        for (const route of changes) {
          const answer = await send(api, { ...requestTo(route), headers: looks })
          expect([route, answer.status, answer.body.code]).toEqual([route, 403, 'forbidden'])
        }
        for (const route of asks.filter((each) => !listening.includes(each))) {
          const { status } = await send(api, { ...requestTo(route), headers: looks })
          expect([route, [401, 403, 429].includes(status)]).toEqual([route, false])
        }
        for (const route of changes) {
          const { body } = await send(api, { ...requestTo(route), headers: orders })
          expect([route, body?.code === 'forbidden']).toEqual([route, false])
        }
      },
      { tokens, failuresPerMinute: 1_000_000 },
    ))

  it('is refused before anything is looked up, also what is not there', () =>
    withApi(
      async (api) => {
        const job = await api.post('/api/jobs', { task_type: 't' }, orders)
        expect(job.status).toBe(201)
        expect((await api.post(`/api/jobs/${job.body.id}/cancel`, undefined, looks)).status).toBe(403)
        expect((await api.get(`/api/jobs/${job.body.id}`, looks)).body.status).toBe('pending')
        expect((await api.get('/api/nothing', looks)).status).toBe(404)
      },
      { tokens },
    ))
})
