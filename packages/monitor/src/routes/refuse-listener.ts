import type { FastifyReply } from 'fastify'
import { MOST_LISTENERS } from '../feed/reception.ts'
import { sendBody } from '../http/answer-errors.ts'

/** Answers one listener too many. */
export function refuseListener(reply: FastifyReply): FastifyReply {
  const error = `${MOST_LISTENERS} are listening to this server, which is the most`
  return sendBody(reply.header('retry-after', '5'), 503, { error, code: 'too-many-listeners' })
}
