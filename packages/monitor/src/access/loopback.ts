import type { FastifyRequest } from 'fastify'

/** Whether a Host header names this machine by its loopback interface. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)
}

/** Whether an address is one of the loopback interface. */
function isLoopbackAddress(address: string): boolean {
  return /^((::ffff:)?127(\.\d{1,3}){3}|::1)$/i.test(address)
}

/** Whether a request comes from this machine and calls it so. A socket without an address is one of the file system. */
export function isLocal({ socket, headers }: Pick<FastifyRequest, 'socket' | 'headers'>): boolean {
  const { remoteAddress } = socket
  return isLoopbackHost(headers.host) && (remoteAddress === undefined || isLoopbackAddress(remoteAddress))
}
