import { checkInteger, type Faults } from '@dureq/types'
import { MAX_ITEMS } from '../core.ts'
import type { OrderOptions } from '../order-options.ts'

/** How far one call of an order to all jobs that fit a filter goes. */
export interface WalkOptions extends OrderOptions {
  /** Most jobs it is given to, 1-1,000. Default: 100. */
  readonly limit?: number
  /** Goes on where the report of an earlier call with the same filter said. */
  readonly cursor?: string
}

/** The names of these options. */
export const walkOptionNames: readonly string[] = ['limit', 'cursor', 'by']

/** Most jobs one call gives an order to when nothing is said. */
export const DEFAULT_WALK = 100

/** Adds a fault for everything that is wrong with these options, but for `by`. */
export function checkWalk({ limit, cursor }: WalkOptions, faults: Faults): void {
  if (limit !== undefined) checkInteger(limit, { min: 1, max: MAX_ITEMS }, 'limit', faults)
  if (cursor !== undefined && typeof cursor !== 'string') faults.add('cursor', 'must be a text')
}
