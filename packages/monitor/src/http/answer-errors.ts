import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerTo, type ErrorBody } from './error-answer.ts'
import { createMethodTable } from './method-table.ts'
import { writeJson } from './write-json.ts'

/**
 * Lets everything that goes wrong below this application be answered in one form. Has to be called before routes are
 * added: a request for a path that exists, but not with its method, is told which methods there are.
 */
export function answerErrors(app: FastifyInstance): void {
  const methods = createMethodTable()
  app.addHook('onRoute', ({ url, method }) => methods.add(url, [method].flat()))
  app.setErrorHandler(sendError)
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.replace(/\?.*/s, '')
    const allowed = methods.of(path)
    if (allowed.length === 0) return await sendBody(reply, 404, noRoute(request.method, path))
    const error = `${request.method} is not possible on ${path}`
    return await sendBody(reply.header('allow', allowed.join(', ')), 405, {
      error,
      code: 'method-not-allowed',
    })
  })
}

/** Answers a request with what went wrong. Also what Fastify's `frameworkErrors` option is to be given. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = answerTo(error)
  if (status >= 500) request.log.error({ err: error }, 'a request failed')
  const told = status === 500 ? { ...body, request_id: request.id } : body
  void sendBody(reply.header('x-request-id', request.id), status, told)
}

function noRoute(method: string, path: string): ErrorBody {
  return { error: `there is no ${method} ${path}`, code: 'route-not-found' }
}

/** Sends an error body; not through the schema of a route, for an error must be told whatever happened. */
export function sendBody(reply: FastifyReply, status: number, body: ErrorBody): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').serializer(writeJson).send(body)
}
