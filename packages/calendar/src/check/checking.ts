import type { Faults } from '@dureq/types'

/** A schedule under check: its members as they were given, how faults name it, and the time of the check. */
export interface Checking {
  readonly given: Readonly<Record<string, unknown>>
  /** Stands before the names of members: `schedule.`. */
  readonly prefix: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly faults: Faults
}
