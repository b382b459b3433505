import type { FastifyRequest } from 'fastify'

/** What stands of a request in the log of the application around. */
export interface RequestInLog {
  readonly method: string
  readonly url: string
  readonly host: string
  readonly remoteAddress: string
}

/** Writes a request for the log, with the path it asks for and no query: a ticket could stand there, or what is searched for. */
export function requestInLog({ method, url, host, ip }: FastifyRequest): RequestInLog {
  return { method, url: url.replace(/\?.*/s, ''), host, remoteAddress: ip }
}
