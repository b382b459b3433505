import type { FastifyRequest } from 'fastify'
import type { Access } from './role.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route does. Default: GET, HEAD and OPTIONS read, everything else is an order. */
    readonly access?: Access
    /** Whether a ticket in the query (`?ticket=`) does for a token. Default: false. */
    readonly ticket?: boolean
  }
}

/** The `config` of a route that only reads although its method is one of orders. */
export const readsOnly: { readonly access: 'read' } = { access: 'read' }

/** The `config` of a route that a browser opens without being able to send a header. */
export const takesTicket: { readonly ticket: true } = { ticket: true }

/** What a route does, by its methods where it does not say so itself. */
function accessOf(method: string, declared: Access | undefined): Access {
  return declared ?? (reading.has(method) ? 'read' : 'order')
}

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a request asks to do; one for no route does nothing. */
export function accessAsked({ is404, method, routeOptions }: FastifyRequest): Access {
  return is404 ? 'read' : accessOf(method, routeOptions.config.access)
}
