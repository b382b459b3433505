import type { Config } from './config/config.ts'

/** What a part has to stop beyond what its work was promised, in ms. */
export const GRACE_MS = 5_000

/** The time handlers have, that of those told to end, and that of the last calls to the store, in ms. */
export function servicesStopWithinMs({ drainTimeoutMs, worker }: Config): number {
  return drainTimeoutMs + worker.cancelGraceMs + 2 * GRACE_MS
}

/** The most a node takes to stop, whatever hangs, in ms: its services, then HTTP, the watch of the event loop and the store. */
export function stopWithinMs(config: Config): number {
  return servicesStopWithinMs(config) + 3 * GRACE_MS
}
