/** Wakes everyone who waits for one thing to happen: that a part has nothing left to do, that the store is back. */
export interface WakeUp {
  /** Resolves at the next `fire`, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>
  fire(): void
}

/** A wake-up nobody waits for. */
export function createWakeUp(): WakeUp {
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
