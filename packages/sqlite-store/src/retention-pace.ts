/** In a ms so many ended jobs are removed at most, unless more than that end. */
const REMOVED_PER_MS = 3

/** The longest pause after a slice, in ms. */
const LONGEST_PAUSE_MS = 1_000

/**
 * How fast ended jobs that outlive their retention are removed. Whoever has set a shorter one waits for nothing, so the work that is
 * to be done comes first: after each slice there is a pause, as long as other jobs do not end faster than these go. It is kept in
 * memory only: each process has its own, and losing it costs a slice.
 */
export interface RetentionPace {
  /** Nothing is removed before this instant. */
  readonly until: number
  /** A slice was removed, and there may be more; so many ended jobs are left. */
  removed(slice: { readonly now: number; readonly count: number; readonly left: number }): void
}

/** A pace at which nothing was removed yet. */
export function createRetentionPace(): RetentionPace {
  let until = 0
  let before = { now: 0, left: 0 }
  return {
    get until() {
      return until
    },
    removed({ now, count, left }) {
      const ended = Math.max(0, left + count - before.left)
      const endedPerMs = before.now === 0 ? 0 : ended / Math.max(1, now - before.now)
      const perMs = Math.max(REMOVED_PER_MS, 2 * endedPerMs)
      until = now + Math.min(LONGEST_PAUSE_MS, Math.ceil(count / perMs))
      before = { now, left }
    },
  }
}
