import type { FastifyReply } from 'fastify'
import { sendBody } from './answer-errors.ts'

/** Answers that there is no such thing: `node not found`, with the code `node-not-found`. */
export function sendNotFound(reply: FastifyReply, thing: string): FastifyReply {
  return sendBody(reply, 404, {
    error: `${thing} not found`,
    code: `${thing.replaceAll(' ', '-')}-not-found`,
  })
}
