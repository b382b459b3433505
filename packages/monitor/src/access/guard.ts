import { systemClock } from '@dureq/runtime'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendBody } from '../http/answer-errors.ts'
import { type AccessOptions, checkAccess } from './access-options.ts'
import { type Caller, setCaller } from './caller.ts'
import { addCors } from './cors.ts'
import { createFailureLimit } from './failure-limit.ts'
import { isLocal } from './loopback.ts'
import { createOrigins, isForeign, type Origins } from './origins.ts'
import { mayUse } from './role.ts'
import { accessAsked } from './route-access.ts'
import { createTickets, type Tickets } from './tickets.ts'
import { bearerToken, createTokenCheck } from './token.ts'

/** Why a request is refused. */
type Refusal = 'foreign-host' | 'foreign-origin' | 'unauthorized' | 'forbidden'

/**
 * Lets only those through who may use the routes of an application. What a route does its `config` says, or its method.
 *
 * @returns the tickets that do for a token on routes that take them.
 * @throws ValidationError naming every option that is wrong.
 */
export function guard(app: FastifyInstance, options: AccessOptions): Tickets {
  const { tokens, loopbackOnly, origins: listed, failuresPerMinute } = checkAccess(options)
  const { clock = systemClock } = options
  const origins = createOrigins(listed)
  const tickets = createTickets(clock)
  const limit = createFailureLimit(clock, failuresPerMinute)
  const identify = tokens.length === 0 ? undefined : createIdentify(createTokenCheck(tokens), tickets)

  if (origins.any) addCors(app, origins)
  app.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(request, { loopbackOnly, origins, identify })
    return refusal && refuse(request, reply, { refusal, waitMs: limit.count(request.ip) })
  })
  return tickets
}

/** Who sends a request, by its token or ticket; undefined: nobody who may. */
type Identify = (request: FastifyRequest) => Caller | undefined

function createIdentify(callerOfToken: (token: string) => Caller | undefined, tickets: Tickets): Identify {
  return (request) => {
    const token = bearerToken(request.headers.authorization)
    if (token !== undefined) return callerOfToken(token)
    const { ticket } = request.query as { readonly ticket?: unknown }
    if (request.routeOptions.config.ticket !== true || typeof ticket !== 'string') return undefined
    return tickets.redeem(ticket)?.caller
  }
}

interface Rules {
  readonly loopbackOnly: boolean
  readonly origins: Origins
  readonly identify: Identify | undefined
}

/** What is wrong with a request, from what is known of it before its body; undefined: nothing. */
function refusalOf(request: FastifyRequest, { loopbackOnly, origins, identify }: Rules): Refusal | undefined {
  if (loopbackOnly && !isLocal(request)) return 'foreign-host'
  const checksOrigin = isUpgrade(request) || (identify === undefined && !isPlainRead(request))
  if (checksOrigin && isForeign(request, origins)) return 'foreign-origin'
  if (identify === undefined) return undefined
  const caller = identify(request)
  if (caller === undefined) return 'unauthorized'
  setCaller(request, caller)
  return mayUse(caller.role, accessAsked(request)) ? undefined : 'forbidden'
}

/** A browser lets every page open a WebSocket to everywhere. */
function isUpgrade({ headers: { upgrade } }: FastifyRequest): boolean {
  return upgrade?.toLowerCase() === 'websocket'
}

/** A browser sends the origin of the page with everything that could change something. */
function isPlainRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

const answers: Readonly<Record<Refusal, { readonly status: number; readonly error: string }>> = {
  'foreign-host': {
    status: 403,
    error: 'this API serves its own machine only: call it there, as localhost or 127.0.0.1',
  },
  'foreign-origin': { status: 403, error: 'a page of another origin must not do this' },
  unauthorized: { status: 401, error: 'send a token: "Authorization: Bearer <token>"' },
  forbidden: { status: 403, error: 'a viewer may only look: this needs the token of an operator' },
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { refusal, waitMs }: { readonly refusal: Refusal; readonly waitMs: number },
): FastifyReply {
  if (waitMs > 0) {
    request.log.warn({ address: request.ip }, 'too many requests of an address were refused')
    const error = 'too many requests from here were refused: wait'
    return sendBody(reply.header('retry-after', Math.ceil(waitMs / 1_000)), 429, {
      error,
      code: 'too-many-refusals',
    })
  }
  const { status, error } = answers[refusal]
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return sendBody(reply, status, { error, code: refusal })
}
