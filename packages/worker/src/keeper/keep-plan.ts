import type { PostedLease } from './board.ts'

/** What the thread finds when it looks at the board. All in ms, on one clock. */
export interface KeepFacts {
  readonly now: number
  /** When the event loop last turned. */
  readonly turnedAt: number
  /** How often it turns while it is well. */
  readonly everyMs: number
  /** After this long the thread keeps nothing any more. */
  readonly maxBlockedMs: number
}

/**
 * Who keeps the leases: the event loop itself (`loop`), the thread while the event loop is blocked (`thread`), or nobody when it
 * has been for too long (`nobody`): others take over what this node holds.
 */
export function whoKeeps({ now, turnedAt, everyMs, maxBlockedMs }: KeepFacts): 'loop' | 'thread' | 'nobody' {
  const blockedMs = now - turnedAt
  if (blockedMs < 2 * everyMs) return 'loop'
  return blockedMs <= maxBlockedMs ? 'thread' : 'nobody'
}

/** What of the leases is due: those not prolonged for a third of their length, by their tokens. */
export function dueLeases(
  leases: readonly PostedLease[],
  { now, prolongedAt }: { readonly now: number; readonly prolongedAt: ReadonlyMap<string, number> },
): readonly PostedLease[] {
  return leases.filter(({ token, leaseMs }) => now - (prolongedAt.get(token) ?? 0) >= leaseMs / 3)
}

/** How often the event loop has to turn so that leases of this length can be kept by somebody else in time. */
export function turnEvery(leaseMs: number): number {
  return Math.max(50, Math.floor(leaseMs / 6))
}
