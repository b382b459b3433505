import { type FetchPlan, MAX_CLAIM } from './fetch-plan.ts'
import type { GatherRoom } from './gather-room.ts'

/** What decides about the next claim for handlers of many jobs. */
export interface GatherSupply {
  /** Slots of the node such handlers may have now, besides those kept for them. */
  readonly freeSlots: number
  /** Every other handler of the node: none of its jobs is asked for. */
  readonly others: readonly string[]
  /** Counts the claims, so that another handler comes first each time. */
  readonly turn: number
}

/** More jobs than these are only asked for to fill one group. */
const ENOUGH_AT_ONCE = 256

/**
 * Decides what to ask the store for handlers of many jobs; undefined: nothing now. The free slots are shared out to those
 * handlers for which there may be work; each is asked for as many jobs as its share can take.
 */
export function planGather(rooms: readonly GatherRoom[], supply: GatherSupply): FetchPlan | undefined {
  const hungry = inTurn(rooms, supply)
  const free: Record<string, number> = {}
  for (const { name } of rooms) free[name] = 0
  let limit = 0
  let left = supply.freeSlots
  let start = true
  for (const [i, room] of hungry.entries()) {
    const jobs = jobsFor(room, Math.ceil(left / (hungry.length - i)), limit)
    if (jobs === 0) continue
    free[room.name] = jobs
    limit += jobs
    left -= slotsFor(room, jobs)
    if (room.isPatient) start = false
  }
  if (limit === 0) return undefined
  for (const name of supply.others) free[name] = 0
  return { limit, start, free }
}

function inTurn(rooms: readonly GatherRoom[], { freeSlots, turn }: GatherSupply): readonly GatherRoom[] {
  const hungry = rooms.filter((room) => room.hungry && room.roomWith(freeSlots) > 0)
  const first = hungry.length === 0 ? 0 : turn % hungry.length
  return [...hungry.slice(first), ...hungry.slice(0, first)]
}

function jobsFor(room: GatherRoom, share: number, soFar: number): number {
  const oneGroup = room.roomWith(Math.min(share, 1))
  const most = Math.max(soFar === 0 ? oneGroup : 0, ENOUGH_AT_ONCE - soFar)
  return Math.max(0, Math.min(room.roomWith(share), most, MAX_CLAIM - soFar))
}

/** The slots that so many more jobs take. */
function slotsFor({ gathered, asked, maxSize, slotsKept }: GatherRoom, jobs: number): number {
  return Math.ceil((gathered + asked + jobs) / maxSize) - slotsKept
}
