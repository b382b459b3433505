import type { OutgoingHttpHeaders } from 'node:http'
import type { Clock } from '@dureq/types'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { takesTicket } from '../access/route-access.ts'
import { createEventStreamMouth } from '../feed/event-stream-mouth.ts'
import { type ListenQueryWire, listenQueryNames } from '../feed/listen-query.ts'
import type { Reception } from '../feed/reception.ts'
import { query } from '../schemas/page.ts'
import { text } from '../schemas/shared.ts'
import { refuseListener } from './refuse-listener.ts'

const EVENT_STREAM = 'text/event-stream'

/** `/events`: the feed as server-sent events. */
export function eventStreamRoute(
  app: FastifyInstance,
  { reception, clock }: { readonly reception: Reception; readonly clock: Clock },
): void {
  const response = { 200: { content: { [EVENT_STREAM]: { schema: text } } } }
  app.get<{ Querystring: ListenQueryWire }>(
    '/events',
    { config: takesTicket, schema: { querystring: query(...listenQueryNames), response } },
    async (request, reply) => {
      if (reception.isFull) return refuseListener(reply)
      if (request.method === 'HEAD') return reply.type(EVENT_STREAM).send()
      const { raw } = reply
      const { pieces, write, leave } = await reception.admit(resumed(request), (gone) =>
        raw.once('close', gone),
      )
      beginStream(reply)
      await reception.serve({ pieces, write, leave }, createEventStreamMouth(raw, { clock, write }))
      return reply
    },
  )
}

/** A browser that comes back asks for the same address, and says in a header how far it was. */
function resumed({
  query: wire,
  headers,
}: FastifyRequest<{ Querystring: ListenQueryWire }>): ListenQueryWire {
  const after = headers['last-event-id']
  return typeof after === 'string' && after !== '' ? { ...wire, after } : wire
}

/** From here on the connection is the feed's. What hooks have put into the head of the answer stays. */
function beginStream(reply: FastifyReply): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': `${EVENT_STREAM}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no', // a proxy that collects events defeats their purpose
  })
}
