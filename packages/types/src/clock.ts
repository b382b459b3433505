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

/** Draws a number from 0 (included) to 1 (excluded), as Math.random does. Injected, so that tests can seed it. */
export type Random = () => number

/** Mints a new id for a job, workflow or batch. */
export type NewId = () => string
