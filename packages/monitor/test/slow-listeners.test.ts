import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createClient } from '@dureq/client'
import { createSqliteStore } from '@dureq/sqlite-store'
import { createVirtualClock } from '@dureq/store-testing'
import type { Clock, EventsRole } from '@dureq/types'
import { type FastifyInstance, fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { feedRoutes } from '../src/feed/feed-routes.ts'
import { createWebSocketMouth } from '../src/feed/web-socket-mouth.ts'
import { listenOn, openSocket } from './fixtures/listen.ts'

/** So long that a few hundred of them are more than the buffers of a connection take. */
const LONG = 'x'.repeat(100_000)

/** A log that tells the same events, each with an error of great length. */
function lengthened(events: EventsRole): EventsRole {
  return {
    ...events,
    async *subscribe(...asked) {
      for await (const delivery of events.subscribe(...asked))
        yield delivery.kind === 'gap' ? delivery : { ...delivery, event: { ...delivery.event, error: LONG } }
    },
  }
}

/** A feed with a small ring that tells events of great length. */
async function withFeedOf(
  body: (rig: { app: FastifyInstance; host: string; enqueue: () => Promise<string> }) => Promise<void>,
  clock?: Clock,
): Promise<void> {
  const store = createSqliteStore({ path: ':memory:' })
  const client = createClient({ store })
  const app = fastify()
  await app.register(
    async (api) => feedRoutes(api, { store: { events: lengthened(store.events) }, clock, ringFrames: 10 }),
    { prefix: '/api' },
  )
  try {
    await body({ app, host: await listenOn(app), enqueue: async () => (await client.enqueue('t')).id })
  } finally {
    await app.close()
    await client.close()
    await store.close()
  }
}

describe('a listener that does not read', () => {
  it('is told of the gap when it reads again', () =>
    withFeedOf(async ({ host, enqueue }) => {
      const [slow, quick] = await Promise.all([openSocket(host), openSocket(host)])
      slow.socket.pause()
      let last = ''
      for (let i = 0; i < 200; i++) {
        last = await enqueue()
        await quick.until(({ job_id }) => job_id === last)
      }
      slow.socket.resume()
      const seen = await slow.until(({ job_id }) => job_id === last)
      const gaps = seen.filter(({ type }) => type === 'events.gap')
      expect(gaps.length).toBeGreaterThan(0)
      const missed = gaps.reduce((sum, gap) => sum + gap.missed, 0)
      expect(seen.length - gaps.length + missed).toBe(201) // one of them is `queue.unserved`
    }))

  it('is dropped when a write takes 10 s, and the server can still stop', async () => {
    const clock = createVirtualClock()
    await withFeedOf(async ({ app, host, enqueue }) => {
      const [slow, quick] = await Promise.all([openSocket(host), openSocket(host)])
      slow.socket.pause()
      for (let i = 0; i < 200; i++) {
        const id = await enqueue()
        const told = quick.until(({ job_id }) => job_id === id)
        let isTold = false
        const noted = told.then(() => {
          isTold = true
        })
        while (!isTold) await clock.advanceBy(1)
        await noted
      }
      await clock.advanceBy(10_000)
      slow.socket.resume()
      expect(await slow.closed).toBe(1006)
      const closing = app.close()
      expect(await quick.closed).toBe(1000)
      await closing
    }, clock)
  })
})

describe('pings', () => {
  it('come every 30 s, and who does not answer within 10 s is dropped', async () => {
    const clock = createVirtualClock()
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    server.on('connection', (socket) => {
      createWebSocketMouth(socket, { clock, write: (frame) => frame.json() })
    })
    const { port } = server.address() as AddressInfo
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false })
    const [socket] = (await once(server, 'connection')) as [WebSocket]
    for (let i = 0; i < 2; i++) {
      await clock.advanceBy(29_999)
      const pinged = once(client, 'ping')
      await clock.advanceBy(1)
      await pinged
      const ponged = once(socket, 'pong')
      await clock.advanceBy(9_999)
      client.pong()
      await ponged
    }
    const closed = once(client, 'close')
    await clock.advanceBy(30_000)
    await clock.advanceBy(10_000)
    expect((await closed)[0]).toBe(1006)
    server.close()
  })
})

it('leaves no connection open whose upgrade was answered', () =>
  withFeedOf(async ({ host }) => {
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1')
    const ended = once(socket, 'end')
    socket.write(
      'GET /api/ws?types=x HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    )
    socket.resume()
    await ended
    socket.destroy()
  }))
