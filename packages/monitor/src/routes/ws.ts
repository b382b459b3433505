import type { Clock } from '@dureq/types'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { takesTicket } from '../access/route-access.ts'
import { type ListenQueryWire, listenQueryNames } from '../feed/listen-query.ts'
import type { Admission, Reception } from '../feed/reception.ts'
import { createWebSocketMouth } from '../feed/web-socket-mouth.ts'
import { sendBody } from '../http/answer-errors.ts'
import { query } from '../schemas/page.ts'
import { refuseListener } from './refuse-listener.ts'

/** `/ws`: every event is one text frame. What is wrong is answered before the upgrade. */
export function webSocketRoute(
  app: FastifyInstance,
  { reception, clock }: { readonly reception: Reception; readonly clock: Clock },
): void {
  const admitted = new WeakMap<FastifyRequest, Admission>()
  app.route<{ Querystring: ListenQueryWire }>({
    method: 'GET',
    url: '/ws',
    config: takesTicket,
    schema: { querystring: query(...listenQueryNames), response: { 101: { type: 'null' } } },
    preHandler: async (request, reply) => {
      if (!request.ws) return undefined
      if (reception.isFull) return refuseListener(reply)
      const { socket } = request.raw
      admitted.set(request, await reception.admit(request.query, (leave) => socket.once('close', leave)))
      return undefined
    },
    handler: async (_, reply) =>
      sendBody(reply.header('upgrade', 'websocket'), 426, {
        error: 'this is a WebSocket: ask for an upgrade, or listen to /api/events',
        code: 'upgrade-required',
      }),
    wsHandler: async (socket, request) => {
      const admission = admitted.get(request) as Admission
      await reception.serve(admission, createWebSocketMouth(socket, { clock, write: admission.write }))
    },
  })
}
