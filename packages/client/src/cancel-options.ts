import { Faults } from '@dureq/types'
import type { OrderOptions } from './order-options.ts'

/** How a job, workflow or batch is cancelled, and on whose behalf. */
export interface CancelOptions extends OrderOptions {
  /** Why: becomes its error, and that of the events. At most 4,096 characters. Default: `cancelled`. */
  readonly reason?: string
}

/** Longest reason of a cancellation, in characters. */
const MAX_REASON = 4_096

/**
 * The options of a cancellation.
 *
 * @throws ValidationError when the reason is no text, or one that cannot be kept.
 */
export function readReason(options: CancelOptions = {}): Pick<CancelOptions, 'reason'> {
  const { reason } = options
  if (reason === undefined) return {}
  const faults = new Faults()
  if (typeof reason !== 'string') faults.add('reason', 'must be a text')
  else if (reason.length > MAX_REASON)
    faults.add('reason', `must not be longer than ${MAX_REASON} characters`, MAX_REASON)
  else if (/\p{Cs}/u.test(reason)) faults.add('reason', 'must be valid Unicode')
  faults.throwIfAny()
  return { reason }
}
