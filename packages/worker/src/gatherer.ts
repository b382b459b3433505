import type { Clock, Timer } from '@dureq/types'
import type { Execution } from './execution.ts'
import type { GatherRoom } from './gather-room.ts'
import type { HandlerEntry, ManyEntry } from './handler-entry.ts'

/** What a gatherer needs. */
export interface GathererOptions {
  readonly clock: Clock
  readonly rooms: readonly GatherRoom[]
  /** A group is complete, or has waited long enough: its handler is to begin. */
  readonly onGroup: (group: readonly Execution[]) => void
}

/** Gathers the jobs of handlers that take many at once. */
export interface Gatherer {
  /** Takes a job; a group that is full begins at once. */
  add(execution: Execution, many: ManyEntry): void
  /** A claim has been handed out: groups that wait for nothing more begin. */
  flush(): void
  /** Takes out the job of this lease; undefined if it has begun, or was never here. */
  remove(token: string): Execution | undefined
  /** Takes out all there are. */
  clear(): readonly Execution[]
}

/** A gatherer with nothing in it. */
export function createGatherer(options: GathererOptions): Gatherer {
  return new JobGatherer(options)
}

/** The group of one handler that has not begun. */
interface OpenGroup {
  readonly room: GatherRoom
  jobs: Execution[]
  timer: Timer | undefined
  /** It waits for no more than the claim that is being handed out. */
  isDue: boolean
}

class JobGatherer implements Gatherer {
  readonly #options: GathererOptions
  readonly #rooms: ReadonlyMap<string, GatherRoom>
  readonly #groups = new Map<string, OpenGroup>()

  constructor(options: GathererOptions) {
    this.#options = options
    this.#rooms = new Map(options.rooms.map((room) => [room.name, room]))
  }

  add(execution: Execution, { maxSize, maxWaitMs }: ManyEntry): void {
    const group = this.#groupOf(execution.entry)
    group.jobs.push(execution)
    group.room.gathered++
    if (maxWaitMs === 0) group.isDue = true
    if (group.jobs.length >= maxSize) this.#begin(group)
    else if (!group.isDue) group.timer ??= this.#options.clock.setTimeout(() => this.#begin(group), maxWaitMs)
  }

  flush(): void {
    for (const group of this.#groups.values()) if (group.isDue) this.#begin(group)
  }

  remove(token: string): Execution | undefined {
    for (const group of this.#groups.values()) {
      const at = group.jobs.findIndex(({ lease }) => lease.token === token)
      if (at < 0) continue
      const [removed] = group.jobs.splice(at, 1)
      group.room.gathered--
      if (group.jobs.length === 0) this.#take(group)
      return removed
    }
    return undefined
  }

  clear(): readonly Execution[] {
    return [...this.#groups.values()].flatMap((group) => this.#take(group))
  }

  #groupOf({ name }: HandlerEntry): OpenGroup {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const room = this.#rooms.get(name)
    if (room === undefined) throw new Error(`no room for ${name}`)
    const group: OpenGroup = { room, jobs: [], timer: undefined, isDue: false }
    this.#groups.set(name, group)
    return group
  }

  #begin(group: OpenGroup): void {
    const jobs = this.#take(group)
    if (jobs.length > 0) this.#options.onGroup(jobs)
  }

  /** Empties a group; the next job begins to wait anew. */
  #take(group: OpenGroup): readonly Execution[] {
    const { jobs } = group
    group.jobs = []
    group.room.gathered -= jobs.length
    group.timer?.cancel()
    group.timer = undefined
    group.isDue = false
    return jobs
  }
}
