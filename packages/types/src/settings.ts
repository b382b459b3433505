import { Faults } from './faults.ts'

/** How long ended jobs are kept, in ms after their end; 0 keeps nothing. */
export interface Retention {
  readonly completedMs: number
  readonly deadMs: number
  readonly cancelledMs: number
}

/** What all nodes and clients of one store agree on, because it lives in the store. */
export interface Settings {
  readonly retention: Retention
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Completed jobs are kept 7 days, dead and cancelled ones 30 (semantics part one, 12). */
export const defaultSettings: Settings = {
  retention: { completedMs: 7 * DAY_MS, deadMs: 30 * DAY_MS, cancelledMs: 30 * DAY_MS },
}

/** The longest time a job can be kept: 100 years, which also keeps every sum exact. */
export const MAX_RETAIN_MS: number = 36_500 * DAY_MS

/** Throws ValidationError naming every field that is not a whole number of ms in range. */
export function checkSettings(settings: Settings): void {
  const faults = new Faults()
  for (const field of ['completedMs', 'deadMs', 'cancelledMs'] as const) {
    const value = settings.retention[field]
    if (!Number.isInteger(value) || value < 0 || value > MAX_RETAIN_MS) {
      faults.add(`retention.${field}`, 'must be a whole number of milliseconds', MAX_RETAIN_MS)
    }
  }
  faults.throwIfAny()
}
