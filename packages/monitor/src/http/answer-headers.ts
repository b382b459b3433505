import type { FastifyInstance } from 'fastify'

/** What every answer of the API says to browsers: it is data, for nobody to keep, frame or interpret. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Adds to every answer of an application the headers of an API, and the id its request has in the log. */
export function addAnswerHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ id }, reply) => {
    reply.headers({ ...headers, 'x-request-id': id })
  })
}
