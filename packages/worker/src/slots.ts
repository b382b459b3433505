import type { FetchPlan, SlotCounts } from './fetch-plan.ts'
import { createGatherRooms, type GatherRoom } from './gather-room.ts'
import type { HandlerEntry } from './handler-entry.ts'

/** How many handlers may run, do run, and are asked for: of the node and of each handler with a limit. */
export interface Slots {
  readonly running: number
  /** Of each handler that takes many jobs: what it has and may be given. */
  readonly rooms: readonly GatherRoom[]
  /** The names of all other handlers. */
  readonly singles: readonly string[]
  /** A run that was claimed ahead can begin: a slot is free that no claim was promised. */
  readonly hasRoom: boolean
  /** `waiting`: runs claimed ahead that have not begun. */
  counts(waiting: number): SlotCounts
  /** What holds from now on; what runs goes on, and counts. */
  configure(concurrency: number, entries: readonly HandlerEntry[]): void
  /** A handler begins. */
  take(entry: HandlerEntry): void
  /** A handler has returned. True: one that had no slot left when the store was last asked has one now. */
  giveBack(entry: HandlerEntry): boolean
  /** A claim is sent: its slots are promised. */
  ask(plan: FetchPlan): void
  /** The same for a claim that is for handlers of many jobs alone. */
  askForGroups(plan: FetchPlan): void
  groupsAnswered(plan: FetchPlan): void
  /** A claim was answered or has failed: its slots are free again, until handlers take them. */
  answered(plan: FetchPlan): void
  /**
   * Notes which handlers took all they had room for in a claim that came back short: of those there may be more work.
   * True if one of them has room again.
   */
  noteShort(plan: FetchPlan, given: ReadonlyMap<string, number>): boolean
}

interface Load {
  readonly name: string
  limit: number | undefined
  running: number
  asked: number
  /** Work for it may have been left behind because it had no room. */
  pinched: boolean
}

interface Limited extends Load {
  limit: number
}

/** The slots of a node, all free. */
export function createSlots(concurrency: number, entries: readonly HandlerEntry[]): Slots {
  return new NodeSlots(concurrency, entries)
}

class NodeSlots implements Slots {
  running = 0
  readonly rooms: readonly GatherRoom[]
  readonly singles: readonly string[]
  #concurrency: number
  /** Of all handlers: one without a limit may get one. */
  readonly #loads: ReadonlyMap<string, Load>
  #limited: readonly Limited[] = []
  readonly #roomByName: ReadonlyMap<string, GatherRoom>
  #asked = 0
  /** Of these, the slots kept for runs that begin as soon as they come. */
  #promised = 0
  #claimsUnderWay = 0

  constructor(concurrency: number, entries: readonly HandlerEntry[]) {
    this.#concurrency = concurrency
    this.rooms = createGatherRooms(entries)
    this.#roomByName = new Map(this.rooms.map((room) => [room.name, room]))
    this.singles = entries.filter(({ many }) => many === undefined).map(({ name }) => name)
    this.#loads = new Map(this.singles.map((name) => [name, idle(name)]))
    this.configure(concurrency, entries)
  }

  configure(concurrency: number, entries: readonly HandlerEntry[]): void {
    this.#concurrency = concurrency
    for (const { name, concurrency: limit } of entries) {
      const counted = this.#loads.get(name) ?? this.#roomByName.get(name)
      if (counted !== undefined) counted.limit = limit
    }
    this.#limited = [...this.#loads.values()].filter(isLimited)
  }

  get hasRoom(): boolean {
    return this.running + this.#promised + this.#kept() < this.#concurrency
  }

  counts(waiting: number): SlotCounts {
    return {
      concurrency: this.#concurrency,
      running: this.running,
      asked: this.#asked,
      waiting,
      claimsUnderWay: this.#claimsUnderWay,
      limited: this.#limited,
      kept: this.#kept(),
      rooms: this.rooms,
      onlyGroups: this.singles.length === 0,
    }
  }

  take(entry: HandlerEntry): void {
    this.running++
    if (entry.many !== undefined) return this.#countGroup(entry, 1)
    const load = this.#loads.get(entry.name)
    if (load !== undefined) load.running++
  }

  giveBack(entry: HandlerEntry): boolean {
    this.running--
    if (entry.many !== undefined) this.#countGroup(entry, -1)
    const load = this.#loads.get(entry.name)
    if (load === undefined) return false
    load.running--
    return load.pinched && isLimited(load) && hasRoom(load)
  }

  ask(plan: FetchPlan): void {
    this.#count(plan, 1)
  }

  answered(plan: FetchPlan): void {
    this.#count(plan, -1)
  }

  askForGroups(plan: FetchPlan): void {
    for (const room of this.rooms) room.asked += shareOf(plan, room.name)
  }

  groupsAnswered(plan: FetchPlan): void {
    for (const room of this.rooms) room.asked -= shareOf(plan, room.name)
  }

  noteShort(plan: FetchPlan, given: ReadonlyMap<string, number>): boolean {
    let room = false
    for (const each of this.#limited) {
      each.pinched = (given.get(each.name) ?? 0) >= shareOf(plan, each.name)
      if (each.pinched && hasRoom(each)) room = true
    }
    return room
  }

  #count(plan: FetchPlan, sign: 1 | -1): void {
    this.#claimsUnderWay += sign
    this.#asked += sign * plan.limit
    if (plan.start) this.#promised += sign * plan.limit
    // A claim sent before a handler was limited was not counted for it.
    for (const each of this.#limited) each.asked = Math.max(0, each.asked + sign * shareOf(plan, each.name))
    for (const room of this.rooms) room.askedAside += sign * shareOf(plan, room.name)
  }

  #countGroup({ name }: HandlerEntry, sign: 1 | -1): void {
    const room = this.#roomByName.get(name)
    if (room !== undefined) room.running += sign
  }

  /** Slots for what is gathered and asked for: they are as good as taken. */
  #kept(): number {
    let kept = 0
    for (const room of this.rooms) kept += room.slotsKept
    return kept
  }
}

/** What a claim may bring of one handler. */
export function shareOf(plan: FetchPlan, name: string): number {
  return plan.free?.[name] ?? plan.limit
}

function idle(name: string): Load {
  return { name, limit: undefined, running: 0, asked: 0, pinched: false }
}

function isLimited(load: Load): load is Limited {
  return load.limit !== undefined
}

function hasRoom({ limit, running, asked }: Limited): boolean {
  return limit - running - asked > 0
}
