/** Wakes everyone who waits for a part to have nothing left to do. */
export interface IdleSignal {
  /** Resolves at the next `fire`, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>
  fire(): void
}

/** A signal nobody waits for. */
export function createIdleSignal(): IdleSignal {
  let waiting: (() => void)[] = []
  return {
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
        waiting.push(resolve)
        return undefined
      }),
    fire: () => {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
