import { createVirtualClock } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { hashToken } from '../src/index.ts'
import { type Api, withApi } from './fixtures/api.ts'
import { listenOn, openSocket, openStream, refusal } from './fixtures/listen.ts'

const looks = { authorization: 'Bearer token-of-vera' }
const tokens = [{ name: 'vera', role: 'viewer', sha256: hashToken('token-of-vera') }] as const

async function takeTicket({ post }: Api): Promise<string> {
  const { status, body } = await post('/api/tickets', undefined, looks)
  expect(status).toBe(201)
  return `?ticket=${body.ticket}`
}

describe('a ticket', () => {
  it('opens a WebSocket, once', () =>
    withApi(
      async (api) => {
        const host = await listenOn(api.app)
        const ticket = await takeTicket(api)
        const { socket, closed } = await openSocket(host, ticket)
        expect(await refusal(host, ticket)).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
        socket.close()
        await closed
      },
      { tokens },
    ))

  it('opens a stream of events, once', () =>
    withApi(
      async (api) => {
        const host = await listenOn(api.app)
        const ticket = await takeTicket(api)
        const first = await openStream(host, ticket)
        expect(first.response.statusCode).toBe(200)
        first.close()
        const second = await openStream(host, ticket)
        expect(second.response.statusCode).toBe(401)
        second.close()
      },
      { tokens },
    ))

  it('is good for 30 seconds', async () => {
    const clock = createVirtualClock()
    await withApi(
      async (api) => {
        const { body } = await api.post('/api/tickets', undefined, looks)
        expect(Date.parse(body.expires_at)).toBe(clock.now() + 30_000)
        await clock.advanceBy(30_000)
        expect((await api.get(`/api/ws?ticket=${body.ticket}`)).status).toBe(401)
      },
      { tokens, clock },
    )
  })

  it('does for a token nowhere else, and is given for one only', () =>
    withApi(
      async (api) => {
        const ticket = await takeTicket(api)
        expect((await api.get(`/api/jobs${ticket}`)).status).toBe(401)
        expect((await api.post(`/api/tickets${ticket}`)).status).toBe(401)
        expect((await api.post('/api/tickets')).status).toBe(401)
        expect((await api.get(`/api/ws${ticket}`)).status).toBe(426) // let in, though it asks for no upgrade
      },
      { tokens },
    ))
})
