import type { Faults } from '../faults.ts'
import { checkInteger } from '../numbers.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'

/** Most ended firings a recurring job keeps; the oldest beyond are removed in the step that ends the next. */
export interface FiringCaps {
  readonly completed: number
  readonly dead: number
  readonly cancelled: number
}

/**
 * How long ended jobs, workflows and batches are kept, in ms after their end; 0 keeps nothing. Jobs with a `retain` of their
 * own follow that, members go with their owner.
 */
export interface Retention {
  readonly completedMs: number
  readonly deadMs: number
  readonly cancelledMs: number
  /**
   * Most ended jobs kept, all task types together; the oldest beyond are removed by `advance`. Absent: no cap. Neither jobs with a
   * `retain` of their own, members nor firings of recurring jobs are counted. With several partitions each keeps its share, rounded
   * down, but one at least unless it is 0.
   */
  readonly completedCount?: number
  readonly deadCount?: number
  readonly cancelledCount?: number
  /** Default: `KEPT_FIRINGS`. */
  readonly firings?: FiringCaps
}

const DAY_MS = 24 * 60 * 60 * 1000

/** The longest time a job can be kept: 100 years, which also keeps every sum exact. */
export const MAX_RETAIN_MS: number = 36_500 * DAY_MS

/** Most jobs a cap by number can keep, and most firings of one job. */
const MAX_COUNT = 100_000_000
const MAX_FIRINGS = 10_000

/** Completed jobs are kept 7 days, dead and cancelled ones 30 (semantics part one, 12). */
export const defaultRetention: Retention = {
  completedMs: 7 * DAY_MS,
  deadMs: 30 * DAY_MS,
  cancelledMs: 30 * DAY_MS,
}

/** Adds a fault for every time or number that is not a whole number in range. */
export function checkRetention(retention: Retention, faults: Faults): void {
  if (!isPlainObject(retention)) return faults.add('retention', 'must be an object')
  checkKnown(retention, retentionFields, 'retention.', faults)
  for (const field of ['completedMs', 'deadMs', 'cancelledMs'] as const) {
    const value = retention[field]
    if (!Number.isInteger(value) || value < 0 || value > MAX_RETAIN_MS) {
      faults.add(`retention.${field}`, 'must be a whole number of milliseconds', MAX_RETAIN_MS)
    }
  }
  for (const field of ['completedCount', 'deadCount', 'cancelledCount'] as const) {
    const value = retention[field]
    if (value !== undefined) checkInteger(value, { min: 0, max: MAX_COUNT }, `retention.${field}`, faults)
  }
  if (retention.firings !== undefined) checkFiringCaps(retention.firings, faults)
}

const retentionFields = [
  'completedMs',
  'deadMs',
  'cancelledMs',
  'completedCount',
  'deadCount',
  'cancelledCount',
  'firings',
]

const firingFields = ['completed', 'dead', 'cancelled'] as const

function checkFiringCaps(caps: FiringCaps, faults: Faults): void {
  if (!isPlainObject(caps)) return faults.add('retention.firings', 'must be an object')
  checkKnown(caps, firingFields, 'retention.firings.', faults)
  for (const field of firingFields) {
    checkInteger(caps[field], { min: 1, max: MAX_FIRINGS }, `retention.firings.${field}`, faults)
  }
}
