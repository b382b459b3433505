/** A timer that has been set. */
export interface Timer {
  /** Stops it; does nothing once it has fired. */
  cancel(): void
}

/**
 * The time, and waiting for it. Everything that waits gets one injected, so that a whole system can run under a
 * virtual clock. `@dureq/runtime` has the real one.
 */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number
  /** Calls `callback` once, `ms` milliseconds from now. */
  setTimeout(callback: () => void, ms: number): Timer
  /** Resolves after `ms` milliseconds; rejects with the reason of `signal` as soon as that aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The `sleep` of a clock whose timers these are. */
export function sleepBy(setTimer: Clock['setTimeout']): Clock['sleep'] {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const timer = setTimer(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      const onAbort = (): void => {
        timer.cancel()
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      return undefined
    })
}

/** Draws a number from 0 (included) to 1 (excluded), as Math.random does. Injected, so that tests can seed it. */
export type Random = () => number

/** Mints a new id for a job, workflow or batch. */
export type NewId = () => string
