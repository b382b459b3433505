import type { Clock, EndedFiring, Logger, Random, Store } from '@dureq/types'
import type { Caller } from './caller.ts'
import { createLoop } from './loop.ts'

/** What a timekeeper needs. */
export interface TimekeeperOptions {
  readonly store: Pick<Store, 'runs'>
  readonly caller: Caller
  readonly logger: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** Things moved by one call. Default 1,000. */
  readonly limit?: number
  /** Longest time between two looks. Default and most 5,000, which is what the store counts on. */
  readonly maxRestMs?: number
  /** Errors someone else already reports. Default: none. */
  readonly isReported?: (error: unknown) => boolean
  /** Told of the firings that time ended: schedule-to-start exceeded, leases expired without attempts left, ... */
  readonly onEnded: (ended: readonly EndedFiring[]) => void
}

/** Moves on what time alone moves. Every long-lived part has one; any of them recovers the whole cluster. */
export interface Timekeeper {
  start(): void
  /** Something is due (the wake reason `due`): look now. */
  wake(): void
  /** Another answer of the store said that something is due in `ms`: look by then. */
  lookWithin(ms: number): void
  /** Awaits a call under way. Idempotent, allowed before start. */
  stop(): Promise<void>
}

/** Where the store says something is due that it then does not move, do not ask again at once. */
const IDLE_REST_MS = 10

/**
 * Calls `advance` when the store's `nextAt` comes, at the latest every 5 s, and at once while there is more than
 * one call moves. Keeps on through store outages with a bounded pause.
 */
export function createTimekeeper(options: TimekeeperOptions): Timekeeper {
  const { store, caller, onEnded, limit = 1_000, maxRestMs = 5_000, ...rest } = options
  const round = async (): Promise<number> => {
    const { moved, ended, now, nextAt } = await caller.call((key) => store.runs.advance(key, limit))
    if (ended.length > 0) onEnded(ended)
    if (moved >= limit) return 0
    const dueIn = nextAt === undefined ? maxRestMs : nextAt - now
    return Math.min(maxRestMs, Math.max(dueIn, moved > 0 ? 0 : IDLE_REST_MS))
  }
  const loop = createLoop({ ...rest, round })
  return {
    start: () => loop.start(),
    wake: () => loop.wake(),
    lookWithin: (ms) => loop.wakeWithin(ms),
    stop: () => loop.stop(),
  }
}
