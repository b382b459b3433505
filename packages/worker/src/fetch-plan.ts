/** What is free and what is already asked for, on a node. */
export interface SlotCounts {
  /** Handlers that may run at once on this node. */
  readonly concurrency: number
  /** Handlers running, those included that ignore their signal. */
  readonly running: number
  /** Slots promised to claims under way. */
  readonly asked: number
  readonly claimsUnderWay: number
  /** The handlers with a limit of their own. */
  readonly limited: readonly HandlerSlots[]
}

/** How it goes with the store. */
export interface Supply {
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: number
  /** The last claim got all it asked for: there is more. */
  readonly plenty: boolean
}

/** The same for one handler (exact or pattern) with a limit of its own. */
export interface HandlerSlots {
  readonly name: string
  readonly limit: number
  readonly running: number
  readonly asked: number
}

/** What the next claim asks for. */
export interface FetchPlan {
  readonly limit: number
  /** Handlers that can take fewer than `limit`; absent when all can take it. */
  readonly free?: Readonly<Record<string, number>>
}

/** Where there is plenty: so the store has something to do while this node starts what it was given. */
export const MAX_CLAIMS_UNDER_WAY = 2

/** Most runs of one claim, by the store port. */
const MAX_CLAIM = 1_000

/** Smaller shares than this cost more calls than they save waiting. */
const LEAST_SHARE = 16

/** Decides what to ask the store for next; undefined: nothing now. */
export function planFetch(counts: SlotCounts, supply: Supply): FetchPlan | undefined {
  const { claimsUnderWay, concurrency } = counts
  if (claimsUnderWay >= (supply.plenty ? MAX_CLAIMS_UNDER_WAY : 1)) return undefined
  const share = supply.plenty ? halfOf(concurrency) : concurrency
  const limit = Math.min(freeSlots(counts, supply), share, MAX_CLAIM)
  if (limit <= 0) return undefined
  const free = freeOfLimited(counts.limited, limit)
  return free === undefined ? { limit } : { limit, free }
}

/**
 * Outcomes wait in the store's queue, not in slots; but more than one whole round of them means that the store is
 * behind, and then they take the place of new work.
 */
function freeSlots({ concurrency, running, asked }: SlotCounts, { unsettled }: Supply): number {
  return concurrency - running - asked - Math.max(0, unsettled - concurrency)
}

/** While one half of the slots is being claimed and settled, the other half runs. */
function halfOf(concurrency: number): number {
  return Math.max(LEAST_SHARE, Math.ceil(concurrency / 2))
}

function freeOfLimited(
  limited: readonly HandlerSlots[],
  limit: number,
): Readonly<Record<string, number>> | undefined {
  let free: Record<string, number> | undefined
  for (const handler of limited) {
    const slots = Math.max(0, handler.limit - handler.running - handler.asked)
    if (slots >= limit) continue
    free ??= {}
    free[handler.name] = slots
  }
  return free
}
