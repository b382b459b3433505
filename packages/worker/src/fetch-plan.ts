import type { GatherRoom } from './gather-room.ts'

/** What is free and what is already asked for, on a node. */
export interface SlotCounts {
  /** Handlers that may run at once on this node. */
  readonly concurrency: number
  /** Handlers running, those included that ignore their signal. */
  readonly running: number
  /** Runs that claims under way asked for. */
  readonly asked: number
  /** Runs claimed ahead that wait for a slot. */
  readonly waiting: number
  readonly claimsUnderWay: number
  /** The handlers with a limit of their own. */
  readonly limited: readonly HandlerSlots[]
  /** Slots kept for jobs of handlers that take many at once. */
  readonly kept: number
  /** Those handlers. */
  readonly rooms: readonly GatherRoom[]
  /** There are no others. */
  readonly onlyGroups: boolean
}

/** How it goes with the store. */
export interface Supply {
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: number
  /** The last claim got all it asked for: there is more. */
  readonly plenty: boolean
  /** The handlers not to be claimed ahead; undefined: nothing is to be. */
  readonly excluded: readonly string[] | undefined
}

/** The same for one handler (exact or pattern) with a limit of its own. */
interface HandlerSlots {
  readonly name: string
  readonly limit: number
  readonly running: number
  readonly asked: number
}

/** What the next claim asks for. */
export interface FetchPlan {
  readonly limit: number
  /** Every run begins as soon as it comes: a slot is kept for it. Else it is claimed ahead. */
  readonly start: boolean
  /** Handlers that can take fewer than `limit`; absent when all can take it. */
  readonly free?: Readonly<Record<string, number>>
}

/** Where there is plenty: so the store has something to do while this node runs what it was given. */
export const MAX_CLAIMS_UNDER_WAY = 2

/** Most runs of one claim, by the store port. */
export const MAX_CLAIM = 1_000

/** Smaller shares than this cost more calls than they save waiting. */
const LEAST_SHARE = 16

/** Larger claims than this gain nothing, and make the store's other callers wait. */
const MOST_AHEAD = 256

/**
 * Decides what to ask the store for next; undefined: nothing now. Slots that nothing under way can fill come first. Where
 * there is plenty of fast work, as much again may be claimed ahead: at most one unstarted run per slot.
 */
export function planFetch(counts: SlotCounts, supply: Supply): FetchPlan | undefined {
  const { plenty } = supply
  if (counts.claimsUnderWay >= (plenty ? MAX_CLAIMS_UNDER_WAY : 1)) return undefined
  const free = freeSlots(counts, supply)
  const ahead = plenty ? aheadSlots(counts, supply) : 0
  if (free > 0 && !fillsUpAhead(counts, supply, { free, ahead })) {
    return startPlan(counts, Math.min(free, shareOf(counts, { plenty, ahead })))
  }
  return free + ahead > 0 ? aheadPlan(counts, supply, free + ahead) : undefined
}

/** What is free and what may be claimed ahead. */
interface Room {
  readonly free: number
  readonly ahead: number
}

/** Where everything may be claimed ahead, the rest of the slots goes into one large claim rather than a small one. */
function fillsUpAhead({ concurrency }: SlotCounts, { excluded }: Supply, { free, ahead }: Room): boolean {
  return ahead > 0 && excluded?.length === 0 && free < concurrency
}

function startPlan({ limited, rooms, onlyGroups }: SlotCounts, share: number): FetchPlan | undefined {
  const limit = Math.min(share, MAX_CLAIM)
  const free = freeOfGroups(rooms, limit, freeOfLimited(limited, limit))
  if (onlyGroups && rooms.some(({ plenty }) => plenty)) return undefined
  return free === undefined ? { limit, start: true } : { limit, start: true, free }
}

function aheadPlan({ concurrency }: SlotCounts, { excluded = [] }: Supply, room: number): FetchPlan {
  const limit = Math.min(room, concurrency, MOST_AHEAD)
  if (excluded.length === 0) return { limit, start: false }
  return { limit, start: false, free: Object.fromEntries(excluded.map((name) => [name, 0])) }
}

/** Outcomes of this many rounds, and these, may be on their way before that tells anything. */
const ROUNDS_UNSETTLED = 2
const SOME_UNSETTLED = 4

/**
 * Outcomes wait in the store's queue, not in slots; but more of them than the claims under way account for mean that the
 * store is behind, and then they take the place of new work.
 */
function freeSlots(
  { concurrency, running, asked, waiting, kept }: SlotCounts,
  { unsettled }: Supply,
): number {
  const behind = unsettled - ROUNDS_UNSETTLED * concurrency - SOME_UNSETTLED
  return concurrency - running - asked - waiting - kept - Math.max(0, behind)
}

/** Where some handlers are not claimed ahead, half of the slots is left to the claims that also serve those. */
function aheadSlots({ concurrency }: SlotCounts, { excluded }: Supply): number {
  if (excluded === undefined) return 0
  return excluded.length === 0 ? concurrency : Math.floor(concurrency / 2)
}

/** Without work ahead, one half of the slots is claimed and settled while the other half runs. */
function shareOf(
  { concurrency }: SlotCounts,
  { plenty, ahead }: { readonly plenty: boolean; readonly ahead: number },
): number {
  if (ahead > 0) return Math.min(concurrency, MOST_AHEAD)
  return plenty ? Math.max(LEAST_SHARE, Math.ceil(concurrency / 2)) : concurrency
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

/**
 * A claim for all handlers finds out whether there is work for groups, too: at worst each job begins a group of its own,
 * and takes a slot. Where there is plenty of it, claims that fill whole groups fetch it. What may wait for others of its
 * group must not be claimed as started.
 */
function freeOfGroups(
  rooms: readonly GatherRoom[],
  limit: number,
  limited: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> | undefined {
  let free: Record<string, number> | undefined
  for (const room of rooms) {
    const jobs = room.plenty || room.isPatient ? 0 : Math.min(limit, room.roomWith(limit))
    if (jobs < limit) free = { ...(free ?? limited), [room.name]: jobs }
  }
  return free ?? limited
}
