import type { Random } from '@dureq/types'

/**
 * What happens to one call:
 *
 * - `refused`: it rejects before it takes effect;
 * - `lost`: it takes effect, and its reply is lost;
 * - `repeated`: it is sent twice under the same call key, and the second answer is returned;
 * - `delayed`: it is sent after a while.
 */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'delayed'; readonly ms: number }

/** Decides what happens to each call, in the order in which they are made. */
export interface FaultPlan {
  /** @param method such as `runs.settle`. */
  next(method: string): Fault
}

/** How often, from 0 to 1, a call meets each fault; absent: never. */
export interface FaultRates {
  readonly refused?: number
  readonly lost?: number
  readonly repeated?: number
  readonly delayed?: number
  /** Delays are this long at most. Default 1,000. */
  readonly maxDelayMs?: number
}

const none: Fault = { kind: 'none' }

/** A plan that draws each call's fault from seeded random numbers: the same seed gives the same faults. */
export function createRandomFaults(random: Random, rates: FaultRates): FaultPlan {
  const { refused = 0, lost = 0, repeated = 0, delayed = 0, maxDelayMs = 1_000 } = rates
  return {
    next() {
      let draw = random()
      if ((draw -= refused) < 0) return { kind: 'refused' }
      if ((draw -= lost) < 0) return { kind: 'lost' }
      if ((draw -= repeated) < 0) return { kind: 'repeated' }
      if (draw - delayed < 0) return { kind: 'delayed', ms: Math.floor(random() * maxDelayMs) }
      return none
    },
  }
}

/** A plan that deals out these faults, one per call of these methods (absent: of any), and then none any more. */
export function createFaultList(faults: readonly Fault[], methods?: readonly string[]): FaultPlan {
  const left = [...faults]
  return {
    next: (method) => (methods === undefined || methods.includes(method) ? (left.shift() ?? none) : none),
  }
}
