import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendBody } from './answer-errors.ts'

/** Who may use the API. */
export interface GuardOptions {
  /** Every request must carry it as a bearer token. Default: none, everyone who reaches the port may do everything. */
  readonly apiToken?: string | undefined
  /**
   * Only requests that name this machine as their host (`localhost`, `127.0.0.1`, `[::1]`) are served, so that a web
   * page cannot reach the API by a name of its own that leads here. For APIs that listen on loopback only.
   * Default: false.
   */
  readonly loopbackOnly?: boolean | undefined
}

/** Lets only those through who may use the API. */
export function guard(app: FastifyInstance, { apiToken, loopbackOnly = false }: GuardOptions): void {
  const hasToken = apiToken === undefined ? undefined : createTokenCheck(apiToken)
  app.addHook('onRequest', async (request, reply) => {
    if (loopbackOnly && !isLoopbackHost(request.headers.host)) return refuse(reply, 403, 'foreign-host')
    if (hasToken === undefined && isForeign(request)) return refuse(reply, 403, 'foreign-origin')
    if (hasToken === undefined || hasToken(request.headers.authorization)) return undefined
    return refuse(reply.header('www-authenticate', 'Bearer'), 401, 'unauthorized')
  })
}

const texts = {
  'foreign-host': 'this API listens on loopback only: call it as localhost or 127.0.0.1',
  'foreign-origin': 'a page of another origin must not change anything here',
  unauthorized: 'send the token: "Authorization: Bearer <token>"',
} as const

function refuse(reply: FastifyReply, status: number, code: keyof typeof texts): FastifyReply {
  return sendBody(reply, status, { error: texts[code], code })
}

/** Compares digests, which have one length and tell nothing by the time it takes. */
function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return (authorization = '') => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
    return given !== undefined && timingSafeEqual(digest(given), expected)
  }
}

/** Whether a Host header names this machine by its loopback interface. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}

/** A browser sends the origin of the page with everything that could change something. */
function isForeign({ method, headers: { origin, host } }: FastifyRequest): boolean {
  if (origin === undefined || method === 'GET' || method === 'HEAD') return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}
