import { ValidationError } from '@dureq/types'
import type { FastifyInstance } from 'fastify'
import { sendBody } from './answer-errors.ts'

/** Characters of a query as it is sent, that is with everything escaped. */
const MOST_CHARACTERS = 8 * 1024

/** Parameters of a query; no route has so many. */
const MOST_PARAMETERS = 50

/** Refuses queries that are longer, or have more parameters, than anything there is to ask: 414 and 400. */
export function limitQueries(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    const start = url.indexOf('?') + 1
    if (start === 0) return undefined
    if (url.length - start > MOST_CHARACTERS) {
      const error = `the query must not be longer than ${MOST_CHARACTERS} characters`
      return sendBody(reply, 414, { error, code: 'size-limit' })
    }
    if (url.slice(start).split('&').length <= MOST_PARAMETERS) return undefined
    const problem = `must not have more than ${MOST_PARAMETERS} parameters`
    throw new ValidationError([{ field: 'query', problem, limit: MOST_PARAMETERS }])
  })
}
