import type { Clock, LeasedRun } from '@dureq/types'
import type { Batch } from './batch.ts'
import type { Ending } from './conclude.ts'
import { Execution } from './execution.ts'
import type { GatherRoom } from './gather-room.ts'
import { createGatherer, type Gatherer } from './gatherer.ts'
import { Group } from './group.ts'
import type { HandlerTable } from './handler-table.ts'
import type { Heartbeats } from './heartbeats.ts'
import { type GroupRunner, runGroup } from './run-group.ts'

/** What a group executor needs of the executor it is a part of. */
export interface GroupExecutorOptions extends GroupRunner {
  readonly clock: Clock
  readonly rooms: readonly GatherRoom[]
  readonly handlerOf: HandlerTable
  readonly heartbeats: Pick<Heartbeats, 'flush'>
  /** A lease is held from now on. */
  readonly onTaken: (execution: Execution) => void
  /** The handler of these jobs begins: it takes a slot. */
  readonly onBegun: (jobs: readonly Execution[]) => void
  /** It has returned, and its slot is free. */
  readonly onReturned: (jobs: readonly Execution[]) => void
  /** How each of the jobs ended, all at once. */
  readonly onEnded: (jobs: readonly Execution[], endings: readonly Ending[]) => void
  /** Gathered jobs to be given back: their handler has not begun, so that costs no attempt. */
  readonly onDispersed: (jobs: readonly Execution[]) => void
}

/** Gathers the jobs of handlers that take many at once, and runs those handlers. */
export interface GroupExecutor {
  /** Takes a run for such a handler; false for every other run. */
  take(lease: LeasedRun, batch: Batch): boolean
  /** A claim has been handed out: groups that wait for nothing more begin. */
  flush(): void
  /** Takes out the job of this lease; undefined if it has begun, or was never here. */
  remove(token: string): Execution | undefined
  /** Gives back the job of this lease if its handler has not begun. */
  giveBack(token: string): boolean
  /** Gives back all jobs whose handler has not begun. */
  giveBackAll(): void
}

/** Where no handler takes many jobs, there is nothing to pay for those that do. */
export function createGroupExecutor(options: GroupExecutorOptions): GroupExecutor | undefined {
  return options.rooms.length === 0 ? undefined : new GatheringExecutor(options)
}

class GatheringExecutor implements GroupExecutor {
  readonly #options: GroupExecutorOptions
  readonly #gatherer: Gatherer

  constructor(options: GroupExecutorOptions) {
    this.#options = options
    const { clock, rooms } = options
    this.#gatherer = createGatherer({ clock, rooms, onGroup: (jobs) => this.#run(jobs) })
  }

  take(lease: LeasedRun, batch: Batch): boolean {
    const { clock, handlerOf, onTaken } = this.#options
    const entry = handlerOf(lease.taskType)
    if (entry?.many === undefined) return false
    const execution = new Execution(lease, entry, batch, clock.now())
    execution.startUntold = false
    onTaken(execution)
    this.#gatherer.add(execution, entry.many)
    return true
  }

  flush(): void {
    this.#gatherer.flush()
  }

  remove(token: string): Execution | undefined {
    return this.#gatherer.remove(token)
  }

  giveBack(token: string): boolean {
    const gathered = this.#gatherer.remove(token)
    if (gathered !== undefined) this.#options.onDispersed([gathered])
    return gathered !== undefined
  }

  giveBackAll(): void {
    const gathered = this.#gatherer.clear()
    if (gathered.length > 0) this.#options.onDispersed(gathered)
  }

  #run(jobs: readonly Execution[]): void {
    const now = this.#options.clock.now()
    for (const execution of jobs) {
      execution.startedAt = now
      execution.startUntold = execution.batch.ahead
    }
    this.#options.onBegun(jobs)
    const returned = runGroup(new Group(jobs), this.#options)
    void returned.then((endings) => this.#returned(jobs, endings))
  }

  #returned(jobs: readonly Execution[], endings: readonly Ending[]): void {
    const { heartbeats, onReturned, onEnded } = this.#options
    onReturned(jobs)
    const reported = jobs.filter(({ held, progress }) => held && progress !== undefined)
    if (reported.length === 0) return onEnded(jobs, endings)
    const flushed = Promise.all(reported.map((execution) => heartbeats.flush(execution)))
    void flushed.then(() => onEnded(jobs, endings))
  }
}
