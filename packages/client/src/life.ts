import { setMaxListeners } from 'node:events'
import { ServerStoppedError } from '@dureq/types'

/** How long a client lives: what is under way, and whether it takes more. */
export interface ClientLife {
  /** Aborts, with `ServerStoppedError`, when the client is closed: everything that waits ends then. */
  readonly signal: AbortSignal
  /**
   * The same functions, of which `close` awaits the calls under way and which reject with `ServerStoppedError` once
   * the client is closed.
   */
  bind<Part extends object>(part: Part): Part
  /** Takes nothing new and resolves when every call under way has settled. Idempotent. */
  close(): Promise<void>
}

/** Any of the functions of a part of the client. */
type Call = (...args: readonly unknown[]) => Promise<unknown>

/** Also what a function throws at once is a rejection. */
function begin(call: Call, args: readonly unknown[]): Promise<unknown> {
  try {
    return call(...args)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}

/** The life of a client, from now on. */
export function createClientLife(): ClientLife {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // everything that waits listens
  const underWay = new Set<Promise<unknown>>()

  const bindCall =
    (call: Call): Call =>
    (...args) => {
      if (closing.signal.aborted) return Promise.reject(closing.signal.reason as Error)
      const settling = begin(call, args)
      underWay.add(settling)
      const settled = (): void => void underWay.delete(settling)
      settling.then(settled, settled)
      return settling
    }

  return {
    signal: closing.signal,
    bind: <Part extends object>(part: Part) =>
      Object.fromEntries(Object.entries(part).map(([name, call]) => [name, bindCall(call as Call)])) as Part,
    async close() {
      closing.abort(new ServerStoppedError())
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}
