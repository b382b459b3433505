import type { LeasedRun, LeaseRef } from '@dureq/types'

/** What is remembered of a run this process holds. */
interface HeldRun {
  readonly taskType: string
  /** On the clock of this process, in ms. */
  readonly claimedAt: number
}

/** The runs a process holds, by their tokens. */
export interface HeldRuns {
  add(lease: LeasedRun, claimedAt: number): void
  /** Takes it out; undefined for one that is not known. */
  take(lease: LeaseRef): HeldRun | undefined
}

/** Runs remembered: those whose end never comes to be known (the store was away for too long) must not pile up. */
const MOST_HELD = 200_000

/** No runs yet. */
export function createHeldRuns(most: number = MOST_HELD): HeldRuns {
  const held = new Map<string, HeldRun>()
  return {
    add({ token, taskType }, claimedAt) {
      held.set(token, { taskType, claimedAt })
      if (held.size <= most) return
      const [oldest] = held.keys()
      if (oldest !== undefined) held.delete(oldest)
    },
    take({ token }) {
      const run = held.get(token)
      held.delete(token)
      return run
    },
  }
}
