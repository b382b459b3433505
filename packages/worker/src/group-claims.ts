import type { FetchPlan } from './fetch-plan.ts'
import { planGather } from './gather-plan.ts'
import { type Slots, shareOf } from './slots.ts'

/** What a claim has brought. */
export interface Haul {
  readonly plan: FetchPlan
  /** Runs by the name of their handler. */
  readonly given: ReadonlyMap<string, number>
  /** Less than it asked for: the store has no more. */
  readonly isShort: boolean
  /** Someone said that there may be work again since it was sent. */
  readonly isOld: boolean
}

/** What decides besides about a claim for groups. */
export interface GroupSupply {
  /** Runs claimed ahead that wait for a slot. */
  readonly waiting: number
  /** Outcomes the store has not confirmed yet. */
  readonly unsettled: number
  /** The claims for all handlers want slots, too. */
  readonly isContested: boolean
}

/** Decides about the claims that are for handlers of many jobs alone, and remembers for which of them there may be work. */
export interface GroupClaims {
  /** There may be work for a handler that has room for it. */
  isHungry(waiting: number): boolean
  /** There may be work for any of them. */
  expectWork(): void
  /** What to ask for now; its slots count as kept until `answered`. */
  ask(supply: GroupSupply): FetchPlan | undefined
  /** The claim was answered, or has failed. */
  answered(plan: FetchPlan): void
  /** Notes what it has brought. */
  note(haul: Haul): void
  /** The same of a claim for all handlers. */
  noteShared(haul: Haul): void
}

/** Where there is plenty, the store does its part for one claim while this node handles what the other brought. */
const MOST_UNDER_WAY = 2

/** The store is behind when it has not confirmed more outcomes than these. */
const MOST_UNSETTLED = 2_000

/** Claims for the handlers of many jobs that these slots know; all of them expect work. */
export function createGroupClaims(slots: Slots): GroupClaims {
  return new RoomClaims(slots)
}

class RoomClaims implements GroupClaims {
  readonly #slots: Slots
  #underWay = 0
  #turn = 0

  constructor(slots: Slots) {
    this.#slots = slots
  }

  isHungry(waiting: number): boolean {
    const free = this.#freeSlots(waiting)
    return this.#slots.rooms.some((room) => room.hungry && room.roomWith(free) > 0)
  }

  expectWork(): void {
    for (const room of this.#slots.rooms) room.hungry = true
  }

  ask({ waiting, unsettled, isContested }: GroupSupply): FetchPlan | undefined {
    const { rooms, singles } = this.#slots
    const most = rooms.some(({ plenty }) => plenty) ? MOST_UNDER_WAY : 1
    if (this.#underWay >= most || unsettled > MOST_UNSETTLED) return undefined
    const freeSlots = this.#shareOf(this.#freeSlots(waiting), isContested)
    const plan = planGather(rooms, { freeSlots, others: singles, turn: this.#turn })
    if (plan === undefined) return undefined
    this.#turn++
    this.#underWay++
    this.#slots.askForGroups(plan)
    return plan
  }

  answered(plan: FetchPlan): void {
    this.#underWay--
    this.#slots.groupsAnswered(plan)
  }

  note({ plan, given, isShort, isOld }: Haul): void {
    for (const room of this.#slots.rooms) {
      const share = shareOf(plan, room.name)
      if (share === 0) continue
      room.plenty = (given.get(room.name) ?? 0) >= share
      if (isShort && !room.plenty) room.hungry = isOld
    }
  }

  noteShared({ plan, given, isShort, isOld }: Haul): void {
    if (!isShort) this.#turn++
    for (const room of this.#slots.rooms) {
      const share = shareOf(plan, room.name)
      const got = given.get(room.name) ?? 0
      // What a claim had no room for may be there all the same; and where some was, there may be more.
      if (got >= share || (got > 0 && !isShort)) room.hungry = true
      else if (isShort) room.hungry = isOld
    }
  }

  #freeSlots(waiting: number): number {
    const { concurrency, running, asked, kept } = this.#slots.counts(waiting)
    return Math.max(0, concurrency - running - asked - waiting - kept)
  }

  /** Where both kinds of claims find work, each has half of the slots; the last one by turns. */
  #shareOf(freeSlots: number, isContested: boolean): number {
    if (!isContested || this.#slots.singles.length === 0) return freeSlots
    return Math.floor((freeSlots + (this.#turn % 2)) / 2)
  }
}
