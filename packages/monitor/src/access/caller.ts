import type { FastifyRequest } from 'fastify'
import type { Role } from './role.ts'

/** Who sends a request, by the token or ticket that came with it. */
export interface Caller {
  /** The name of the token. */
  readonly name: string
  readonly role: Role
}

/** Beside the requests and not on them: a decorator could meet another one of its name in the application around. */
const callers: WeakMap<object, Caller> = new WeakMap()

/** Notes who sends a request. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller)
}

/** Who sends a request; undefined where no tokens are asked for. */
export function callerOf(request: object): Caller | undefined {
  return callers.get(request)
}
