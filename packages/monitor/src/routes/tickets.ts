import type { FastifyInstance } from 'fastify'
import { callerOf } from '../access/caller.ts'
import { readsOnly } from '../access/route-access.ts'
import type { Tickets } from '../access/tickets.ts'
import { encodeInstant } from '../codecs/instant.ts'
import { instant, object, text } from '../schemas/shared.ts'

/** The route that gives a ticket to who has a token, for what is opened without a header. */
export function ticketRoutes(app: FastifyInstance, tickets: Tickets): void {
  app.post(
    '/tickets',
    {
      config: readsOnly,
      schema: { body: object({}), response: { 201: object({ ticket: text, expires_at: instant }) } },
    },
    async (request, reply) => {
      const { ticket, expiresAt } = tickets.issue(callerOf(request))
      return reply.code(201).send({ ticket, expires_at: encodeInstant(expiresAt) })
    },
  )
}
