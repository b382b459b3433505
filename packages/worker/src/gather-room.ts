import type { HandlerEntry } from './handler-entry.ts'

/** How many jobs a handler of many may be given, and whether the store may have more of them. */
export interface GatherRoom {
  readonly name: string
  readonly maxSize: number
  /** A group may wait for more jobs before its handler begins. */
  readonly isPatient: boolean
  /** Most executions at once; undefined: as many as the node has slots. */
  limit: number | undefined
  /** Executions under way. */
  running: number
  /** Jobs this node holds that wait for their handler to begin. */
  gathered: number
  /** Jobs that claims under way ask for. */
  asked: number
  /** Jobs of it that claims for all handlers under way may bring. */
  askedAside: number
  /** There may be work for it. */
  hungry: boolean
  /** Its last claim got all it asked for. */
  plenty: boolean
  /** Slots of the node kept for what is gathered and asked for. */
  readonly slotsKept: number
  /** Jobs it can take when so many slots of the node are free. */
  roomWith(freeSlots: number): number
}

/** The rooms of those handlers that take many jobs; nothing gathered. */
export function createGatherRooms(entries: readonly HandlerEntry[]): readonly GatherRoom[] {
  return entries.flatMap((entry) => (entry.many === undefined ? [] : [new JobRoom(entry, entry.many)]))
}

class JobRoom implements GatherRoom {
  readonly name: string
  readonly maxSize: number
  readonly isPatient: boolean
  limit: number | undefined
  running = 0
  gathered = 0
  asked = 0
  askedAside = 0
  hungry = true
  plenty = false

  constructor({ name, concurrency }: HandlerEntry, many: NonNullable<HandlerEntry['many']>) {
    this.name = name
    this.maxSize = many.maxSize
    this.isPatient = many.maxWaitMs > 0
    this.limit = concurrency
  }

  get slotsKept(): number {
    return Math.ceil((this.gathered + this.asked) / this.maxSize)
  }

  roomWith(freeSlots: number): number {
    // What such a claim brings may need an execution of its own, which only counts where they are limited.
    if (this.askedAside > 0 && this.limit !== undefined) return 0
    const { slotsKept: kept, limit = Number.POSITIVE_INFINITY } = this
    const executions = Math.max(0, Math.min(freeSlots, limit - this.running - kept))
    return (executions + kept) * this.maxSize - this.gathered - this.asked
  }
}
