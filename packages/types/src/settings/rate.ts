import type { Faults } from '../faults.ts'
import { checkInteger, checkNumber, type NumberRange } from '../numbers.ts'

/**
 * A token bucket in the store: so many starts a second over all nodes together. A claim takes what is there and no more;
 * nothing is taken for work that was not found.
 */
export interface RateSetting {
  /** Starts per second allowed, 0.001-1,000,000; absent means no limit. */
  readonly rateLimit?: number
  /** Starts that may follow each other at once under `rateLimit`, 1-1,000,000. Default: the limit rounded up. */
  readonly rateBurst?: number
}

/** Starts per second; the least is one in about a quarter of an hour. */
const rates: NumberRange = { min: 0.001, max: 1_000_000 }

/** Adds a fault for a rate that is out of range, and for a burst without a rate. `field` names what has the rate. */
export function checkRate({ rateLimit, rateBurst }: RateSetting, field: string, faults: Faults): void {
  if (rateLimit !== undefined) checkNumber(rateLimit, rates, `${field}.rateLimit`, faults)
  if (rateBurst === undefined) return
  checkInteger(rateBurst, { min: 1, max: rates.max }, `${field}.rateBurst`, faults)
  if (rateLimit === undefined) faults.add(`${field}.rateBurst`, 'needs a rateLimit')
}

/** How many starts a full bucket holds. */
export function burstOf({ rateLimit = 1, rateBurst }: RateSetting): number {
  return rateBurst ?? Math.max(1, Math.ceil(rateLimit))
}
