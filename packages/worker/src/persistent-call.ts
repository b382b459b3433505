import { type Caller, failurePauseMs } from '@dureq/runtime'
import { type CallKey, type Clock, type Random, StoreUnavailableError } from '@dureq/types'
import type { StoreLink } from './store-link.ts'

/** What a call that is worth repeating needs. */
export interface PersistentCallTools {
  readonly caller: Caller
  readonly link: StoreLink
  readonly clock: Clock
  readonly random: Random
}

/** How long to go on. */
interface PersistentCallOptions {
  /** Give up at this instant (epoch ms on the node's clock). */
  readonly until: number
  /** Give up as soon as it aborts. */
  readonly signal: AbortSignal
}

/** Makes a call and repeats it, under its key, while the store is unavailable. */
export type PersistentCall = <T>(
  send: (key: CallKey) => Promise<T>,
  options: PersistentCallOptions,
) => Promise<T>

/** A store forgets a lane after ten minutes of silence; a repeat must not come later. */
const MOST_MS = 9 * 60_000

const pauses = { initialMs: 50, maxMs: 1_000 }

/**
 * Calls whose effect must be known. Because the repeat carries the same key, an effect whose answer was lost is
 * answered for, not done twice: a claim returns the leases it took, a settle what it settled. Ends with the first
 * answer, with any other error, or with the last `StoreUnavailableError` when it is time to give up (after nine
 * minutes at the latest).
 */
export function createPersistentCall({ caller, link, clock, random }: PersistentCallTools): PersistentCall {
  const again = async <T>(failed: unknown, { last, signal, send }: Attempt<T>): Promise<T> => {
    let error = failed
    for (let failures = 1; ; failures++) {
      const pauseMs = failurePauseMs(failures, random, pauses)
      const giveUp = signal.aborted || clock.now() + pauseMs > last
      if (giveUp || !StoreUnavailableError.is(error)) throw error
      await link.pause(pauseMs, signal)
      if (signal.aborted) throw error
      try {
        return await link.watch(send())
      } catch (thrown) {
        error = thrown
      }
    }
  }
  return (send, { until, signal }) =>
    caller.call((key) => {
      const last = Math.min(until, clock.now() + MOST_MS)
      const attempt = { last, signal, send: () => send(key) }
      return link.watch(attempt.send()).catch((error: unknown) => again(error, attempt))
    })
}

interface Attempt<T> {
  /** Not later than this. */
  readonly last: number
  readonly signal: AbortSignal
  readonly send: () => Promise<T>
}
