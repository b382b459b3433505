import type { FastifyInstance } from 'fastify'
import type { Origins } from './origins.ts'

/** What a page of another origin may send, and for how many seconds its browser need not ask again. */
const preflight = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': 'Content-Type, Authorization, Last-Event-ID, X-Dureq-Actor, X-Dureq-Why',
  'access-control-max-age': '600',
}

/** Headers of answers such a page may read besides the usual ones. */
const exposed = 'Link, Location, Retry-After, X-Dureq-Complete, X-Request-Id'

/**
 * Lets pages of other origins use an application, by CORS; every OPTIONS is answered 204. Has to be called before what asks
 * for tokens: a browser sends none when it asks what it may send.
 */
export function addCors(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', async ({ method, headers: { origin } }, reply) => {
    const allowed = origin === undefined ? undefined : origins.allowing(origin)
    if (allowed !== '*') reply.header('vary', 'Origin')
    if (allowed !== undefined)
      reply.headers({ 'access-control-allow-origin': allowed, 'access-control-expose-headers': exposed })
    if (method !== 'OPTIONS') return undefined
    return reply
      .headers(allowed === undefined ? {} : preflight)
      .code(204)
      .send()
  })
}
