import { ServerStoppedError } from '@dureq/types'

/** How long a client lives: what is under way, and whether it takes more. */
export interface ClientLife {
  /** Aborts, with `ServerStoppedError`, when the client is closed: everything that waits ends then. */
  readonly signal: AbortSignal
  /**
   * Does something `close` waits for.
   *
   * @throws ServerStoppedError once the client is closed.
   */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Takes nothing new and resolves when all that `run` has begun has settled. Idempotent. */
  close(): Promise<void>
}

/** The life of a client, from now on. */
export function createClientLife(): ClientLife {
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  return {
    signal: closing.signal,
    async run(work) {
      closing.signal.throwIfAborted()
      const promise = work()
      underWay.add(promise)
      try {
        return await promise
      } finally {
        underWay.delete(promise)
      }
    },
    async close() {
      closing.abort(new ServerStoppedError())
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}
