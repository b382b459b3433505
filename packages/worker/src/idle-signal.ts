/** Wakes everyone who waits for a part to have nothing left to do. */
export interface IdleSignal {
  /** Resolves at the next `fire`, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>
  fire(): void
}

/** A signal nobody waits for. */
export function createIdleSignal(): IdleSignal {
  const waiting = new Set<() => void>()
  return {
    wait: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          waiting.delete(wake)
          resolve()
        }
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', wake)
        waiting.add(wake)
        return undefined
      }),
    fire: () => {
      for (const wake of waiting) wake()
    },
  }
}
