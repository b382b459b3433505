import { describe, expect, it } from 'vitest'
import { type Api, withApi } from './fixtures/api.ts'
import { listenOn, openSocket, refusal } from './fixtures/listen.ts'

const apiToken = 'a-token-of-some-length'
const token = { authorization: `Bearer ${apiToken}` }
const ours = { origin: 'https://ops.example.com' }
const theirs = { origin: 'https://evil.example.com' }
const origins = [ours.origin]

/** Asks as a browser does before it sends an order. */
async function preflight(
  { app }: Api,
  headers: Record<string, string>,
): Promise<[number, string | undefined]> {
  const asks = { 'access-control-request-method': 'POST', ...headers }
  const answer = await app.inject({ method: 'OPTIONS', url: '/api/jobs', headers: asks })
  return [answer.statusCode, answer.headers['access-control-allow-origin']]
}

describe('pages of other origins', () => {
  it('read answers when they are listed', () =>
    withApi(
      async (api) => {
        expect(await preflight(api, ours)).toEqual([204, ours.origin])
        const { status, headers } = await api.get('/api/jobs', { ...token, ...ours })
        expect(status).toBe(200)
        expect(headers).toMatchObject({
          'access-control-allow-origin': ours.origin,
          'access-control-expose-headers': expect.stringContaining('X-Request-Id'),
          vary: 'Origin',
        })
        expect(headers).not.toHaveProperty('access-control-allow-credentials')
      },
      { apiToken, origins },
    ))

  it('can tell that they were refused', () =>
    withApi(
      async ({ get }) => {
        expect(await get('/api/jobs', ours)).toMatchObject({
          status: 401,
          headers: { 'access-control-allow-origin': ours.origin },
        })
      },
      { apiToken, origins },
    ))

  it('read nothing when they are not listed', () =>
    withApi(
      async (api) => {
        expect(await preflight(api, theirs)).toEqual([204, undefined])
        const { headers } = await api.get('/api/jobs', { ...token, ...theirs })
        expect(headers).not.toHaveProperty('access-control-allow-origin')
        expect(headers).toMatchObject({ vary: 'Origin' })
      },
      { apiToken, origins },
    ))

  it('read nothing when none is listed', () =>
    withApi(
      async (api) => {
        expect(await preflight(api, { ...token, ...ours })).toEqual([405, undefined])
        const { headers } = await api.get('/api/jobs', { ...token, ...ours })
        expect(headers).not.toHaveProperty('access-control-allow-origin')
      },
      { apiToken },
    ))

  it('all read answers with *', () =>
    withApi(async (api) => expect(await preflight(api, theirs)).toEqual([204, '*']), {
      apiToken,
      origins: ['*'],
    }))

  it('may order where there are no tokens only when they are listed', () =>
    withApi(
      async ({ post }) => {
        expect((await post('/api/jobs', { task_type: 't' }, ours)).status).toBe(201)
        expect(await post('/api/jobs', { task_type: 't' }, theirs)).toMatchObject({
          status: 403,
          body: { code: 'foreign-origin' },
        })
      },
      { origins },
    ))
})

it('opens WebSockets for its own pages, for listed origins, and for what is no page', () =>
  withApi(
    async ({ app }) => {
      const host = await listenOn(app)
      for (const headers of [{}, { origin: `http://${host}` }, ours]) {
        const { socket, closed } = await openSocket(host, '', { ...token, ...headers })
        socket.close()
        await closed
      }
      for (const headers of [theirs, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }])
        expect(await refusal(host, '', { ...token, ...headers })).toMatchObject({
          status: 403,
          body: { code: 'foreign-origin' },
        })
    },
    { apiToken, origins },
  ))
