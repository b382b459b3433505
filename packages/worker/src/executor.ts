import {
  ExecutionTimedOutError,
  JobCancelledError,
  type LeasedRun,
  LockNotHeldError,
  runWithJob,
  ServerStoppedError,
  toError,
} from '@dureq/types'
import { type Backlog, createBacklog, type WaitingRun } from './backlog.ts'
import type { Batch } from './batch.ts'
import { conclude, type Ending } from './conclude.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'
import type { Verdict } from './decide-outcome.ts'
import { Execution } from './execution.ts'
import { createExecutionContext, type NodeContext } from './execution-context.ts'
import { createGroupExecutor, type GroupExecutor } from './group-executor.ts'
import { missingHandler } from './handler-entry.ts'
import type { HandlerTable } from './handler-table.ts'
import type { Heartbeats } from './heartbeats.ts'
import { createMemorySource, type MemorySource } from './memory-source.ts'
import type { Paces } from './pace.ts'
import { isThenable, type Output, runHandler } from './run-handler.ts'
import type { Slots } from './slots.ts'
import { createWakeUp } from './wake-up.ts'
import type { WorkerTools } from './worker-tools.ts'

/** What an executor needs besides. */
export interface ExecutorOptions extends WorkerTools {
  readonly cancelGraceMs: number
  readonly handlerOf: HandlerTable
  readonly slots: Slots
  readonly paces: Paces
  readonly heartbeats: Pick<Heartbeats, 'expect' | 'report' | 'flush' | 'tellStarted'>
  /** How a run ended: to be told to the store. */
  readonly onOutcome: (execution: Execution, verdict: Verdict) => void
  /** A run to be given back without using an attempt. */
  readonly onHandBack: (execution: Execution) => void
  /** Runs claimed ahead to be given back: they have waited too long, or are to be cancelled. */
  readonly onReturn: (leases: readonly LeasedRun[]) => void
  /** A slot is free; `pinched` when its handler had none left at the last claim. */
  readonly onSlot: (pinched: boolean) => void
  /** A group has begun, or has become smaller: there may be room, and something to tell the store. */
  readonly onGroup: () => void
  /** All runs of a claim have ended. */
  readonly onBatch: () => void
}

/** What an executor has done since it was made. */
interface ExecutorTotals {
  /** Handlers begun. */
  readonly started: number
  /** Runs whose outcome was handed on, however they ended; of those: */
  readonly concluded: number
  readonly succeeded: number
  readonly failed: number
  readonly handedBack: number
}

/** Runs handlers, and tells them to end when they are cancelled, too slow, or not ours any more. */
export interface Executor {
  /** Handlers running, those included that ignore their signal. */
  readonly running: number
  readonly totals: ExecutorTotals
  /** Runs claimed ahead that wait for a slot. */
  readonly waiting: number
  /** The runs this node holds a lease for and has begun, or gathers for a handler of many. */
  held(): Iterable<Execution>
  /**
   * Takes the runs of one claim: begins them, those claimed ahead as soon as there is a slot for them, those of a handler
   * of many jobs as soon as their group is complete or has waited long enough.
   */
  take(leases: readonly LeasedRun[], batch: Batch): void
  /** The job of this lease is to be cancelled; nothing if the lease is not held. */
  cancel(token: string, reason?: string): void
  /** The lease belongs to someone else now: what its handler does does not count. */
  lose(execution: Execution): void
  /** The node stops: tells every handler to end. */
  abortAll(): void
  /** Tells the store of runs claimed ahead that have begun and not ended. */
  tellStarted(): void
  /** Gives back what waits for a slot or for others of its group. */
  returnWaiting(): void
  /** Gives back whatever is still held, abandoning its handlers; says how much that was. */
  handBackAll(): number
  /** Resolves when no handler runs, or when `signal` aborts. */
  idle(signal: AbortSignal): Promise<void>
  /** Nothing is held any more: drops the timer, which would keep the process alive. */
  close(): void
}

/** An executor with nothing to run. */
export function createExecutor(options: ExecutorOptions): Executor {
  return new HandlerExecutor(options)
}

class HandlerExecutor implements Executor {
  readonly totals = { started: 0, concluded: 0, succeeded: 0, failed: 0, handedBack: 0 }
  readonly #options: ExecutorOptions
  readonly #node: NodeContext
  readonly #memory: MemorySource
  readonly #deadlines: Deadlines<Execution>
  readonly #backlog: Backlog
  /** Only where there are handlers of many jobs. */
  readonly #groups: GroupExecutor | undefined
  readonly #held = new Set<Execution>()
  readonly #idle = createWakeUp()
  #running = 0
  #filling = false
  #begunAhead: Execution[] = []

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#memory = createMemorySource(options)
    this.#node = {
      nodeId: options.nodeId,
      logger: options.logger,
      progressLimit: options.store.limits.progress,
      signals: options,
      memory: this.#memory,
      onRateLimit: (key, forMs) => this.#rateLimit(key, forMs),
      onProgress: (execution, progress) => options.heartbeats.report(execution, progress),
    }
    this.#deadlines = createDeadlines(options.clock, (execution) => this.#overdue(execution))
    this.#backlog = createBacklog({ clock: options.clock, onStale: (runs) => this.#returnStale(runs) })
    this.#groups = createGroupExecutor({
      ...options,
      rooms: options.slots.rooms,
      node: this.#node,
      outputLimit: options.store.limits.output,
      endingOf: (execution, thrown) => this.#endingOf(execution, thrown),
      onTaken: (execution) => this.#hold(execution),
      onBegun: (jobs) => this.#groupBegun(jobs),
      onReturned: (jobs) => this.#groupReturned(jobs),
      onEnded: (jobs, endings) => this.#groupEnded(jobs, endings),
      onDispersed: (jobs) => this.#groupDispersed(jobs),
    })
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#backlog.size
  }

  held(): Iterable<Execution> {
    return this.#held
  }

  take(leases: readonly LeasedRun[], batch: Batch): void {
    for (const lease of leases) {
      if (this.#groups?.take(lease, batch)) continue
      if (batch.ahead) this.#backlog.push({ lease, batch })
      else this.#start(lease, batch)
    }
    this.#groups?.flush()
    this.#fill()
  }

  cancel(token: string, reason?: string): void {
    const waiting = this.#backlog.remove(token)
    if (waiting !== undefined) return this.#giveBack([waiting])
    if (this.#groups?.giveBack(token)) return
    for (const execution of this.#held) {
      if (execution.lease.token !== token) continue
      const because = reason === undefined ? {} : { reason }
      const error = new JobCancelledError(execution.lease.jobId, { cause: reason })
      if (execution.tellToEnd({ cause: 'cancel', error, ...because })) this.#giveGrace(execution)
      return
    }
  }

  lose(execution: Execution): void {
    if (!execution.held) return
    const { runId, jobId } = execution.lease
    this.#options.logger.warn({ jobId, runId }, 'the lease of a run is lost; its handler is told to end')
    this.#letGo(execution)
    if (this.#groups?.remove(execution.lease.token) !== undefined) return this.#leaveAll([execution])
    execution.tellToEnd({ cause: 'lost', error: new LockNotHeldError(`lease of run ${runId}`) })
  }

  abortAll(): void {
    const error = new ServerStoppedError()
    for (const execution of this.#held) {
      if (execution.tellToEnd({ cause: 'stop', error })) this.#deadlines.remove(execution)
    }
  }

  tellStarted(): void {
    if (this.#begunAhead.length === 0) return
    const untold = this.#begunAhead.filter(({ held, startUntold }) => held && startUntold)
    this.#begunAhead = []
    if (untold.length > 0) this.#options.heartbeats.tellStarted(untold)
  }

  returnWaiting(): void {
    this.#giveBack(this.#backlog.clear())
    this.#groups?.giveBackAll()
  }

  handBackAll(): number {
    const left = [...this.#held]
    for (const execution of left) this.#handBack(execution)
    return left.length
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (this.#running > 0) await this.#idle.wait(signal)
  }

  close(): void {
    this.#memory.close()
    this.#deadlines.clear()
  }

  async #rateLimit(key: string, forMs: number): Promise<void> {
    const { caller, store } = this.#options
    await caller.call((call) => store.runs.throttle(call, [{ key, forMs }]))
  }

  /** Begins what waits while there are slots. A handler that returns at once makes room for the next in this loop. */
  #fill(): void {
    if (this.#filling) return
    this.#filling = true
    while (this.#options.slots.hasRoom) {
      const next = this.#backlog.shift()
      if (next === undefined) break
      this.#start(next.lease, next.batch)
    }
    this.#filling = false
  }

  #start(lease: LeasedRun, batch: Batch): void {
    const { clock, handlerOf, slots } = this.#options
    const entry = handlerOf(lease.taskType) ?? missingHandler(lease)
    const execution = new Execution(lease, entry, batch, clock.now())
    this.totals.started++
    this.#running++
    slots.take(entry)
    this.#hold(execution)
    if (batch.ahead) this.#begunAhead.push(execution)
    this.#limitTime(execution)
    this.#handle(execution)
  }

  #hold(execution: Execution): void {
    this.#held.add(execution)
    this.#options.heartbeats.expect(execution)
  }

  #limitTime(execution: Execution): void {
    const { timeoutMs } = execution
    if (timeoutMs !== undefined) this.#endBy(execution, execution.startedAt + timeoutMs)
  }

  #groupBegun(jobs: readonly Execution[]): void {
    this.totals.started += jobs.length
    this.#running++
    const [first] = jobs
    if (first !== undefined) this.#options.slots.take(first.entry)
    for (const execution of jobs) {
      if (execution.startUntold) this.#begunAhead.push(execution)
      this.#limitTime(execution)
    }
    this.#options.onGroup()
  }

  #groupReturned(jobs: readonly Execution[]): void {
    for (const execution of jobs) this.#deadlines.remove(execution)
    const [first] = jobs
    if (first !== undefined) this.#options.slots.giveBack(first.entry)
  }

  /** All of its outcomes are there before the first of them can leave. */
  #groupEnded(jobs: readonly Execution[], endings: readonly Ending[]): void {
    for (const [i, execution] of jobs.entries()) {
      if (execution.held) this.#conclude(execution, endings[i] ?? {})
    }
    if (--this.#running === 0) this.#idle.fire()
    this.#fill()
    this.#options.onSlot(false)
    for (const { batch } of jobs) this.#leave(batch)
  }

  #groupDispersed(jobs: readonly Execution[]): void {
    for (const execution of jobs) this.#letGo(execution)
    this.#options.onReturn(jobs.map(({ lease }) => lease))
    this.#leaveAll(jobs)
  }

  #leaveAll(gathered: readonly Execution[]): void {
    for (const { batch } of gathered) this.#leave(batch)
    this.#options.onGroup()
  }

  #handle(execution: Execution): void {
    const ctx = createExecutionContext(execution, this.#node)
    const { output: limit } = this.#options.store.limits
    let output: Output | Promise<Output>
    try {
      output = runWithJob(ctx, () => runHandler(execution, ctx, limit))
    } catch (thrown) {
      return this.#returned(execution, this.#endingOf(execution, thrown))
    }
    if (!isThenable(output)) return this.#returned(execution, { output })
    output.then(
      (value) => this.#returned(execution, { output: value }),
      (thrown: unknown) => this.#returned(execution, this.#endingOf(execution, thrown)),
    )
  }

  #endingOf(execution: Execution, thrown: unknown): Ending {
    const { jobId, runId, taskType, attempt } = execution.lease
    this.#options.logger.debug({ err: thrown, jobId, runId, taskType, attempt }, 'a handler threw')
    return { thrown: toError(thrown) }
  }

  #returned(execution: Execution, ending: Ending): void {
    const { clock, paces, slots, heartbeats } = this.#options
    paces.note(execution.entry, clock.now() - execution.startedAt)
    this.#deadlines.remove(execution)
    const pinched = slots.giveBack(execution.entry)
    if (execution.progress === undefined || !execution.held) return this.#end(execution, ending, pinched)
    void heartbeats.flush(execution).then(() => this.#end(execution, ending, pinched))
  }

  #end(execution: Execution, ending: Ending, pinched: boolean): void {
    if (execution.held) this.#conclude(execution, ending)
    if (--this.#running === 0) this.#idle.fire()
    this.#fill()
    this.#options.onSlot(pinched)
    this.#leave(execution.batch)
  }

  /** Its time, or its grace period, is over. */
  #overdue(execution: Execution): void {
    if (execution.abort !== undefined) return this.#conclude(execution, {})
    const error = new ExecutionTimedOutError(execution.timeoutMs ?? 0)
    execution.tellToEnd({ cause: 'timeout', error })
    this.#giveGrace(execution)
  }

  #giveGrace(execution: Execution): void {
    this.#endBy(execution, this.#options.clock.now() + this.#options.cancelGraceMs)
  }

  #endBy(execution: Execution, at: number): void {
    execution.dueAt = at
    this.#deadlines.set(execution)
  }

  #conclude(execution: Execution, ending: Ending): void {
    const { random, store } = this.#options
    const verdict = conclude(execution, ending, { random, inputLimit: store.limits.payload })
    if (verdict === undefined) return this.#handBack(execution)
    this.#letGo(execution)
    this.totals.concluded++
    if (verdict.kind === 'succeeded') this.totals.succeeded++
    if (verdict.kind === 'failed') this.totals.failed++
    this.#options.onOutcome(execution, verdict)
  }

  #handBack(execution: Execution): void {
    this.#letGo(execution)
    this.totals.handedBack++
    this.#options.onHandBack(execution)
  }

  /** Handlers that kept work waiting are not as fast as they seemed. */
  #returnStale(runs: readonly WaitingRun[]): void {
    const { handlerOf, paces } = this.#options
    for (const execution of this.#held) paces.distrust(execution.entry)
    for (const { lease } of runs) {
      const entry = handlerOf(lease.taskType)
      if (entry !== undefined) paces.distrust(entry)
    }
    this.#giveBack(runs)
  }

  #giveBack(runs: readonly WaitingRun[]): void {
    if (runs.length === 0) return
    this.#options.onReturn(runs.map(({ lease }) => lease))
    for (const { batch } of runs) this.#leave(batch)
  }

  #leave(batch: Batch): void {
    if (--batch.left === 0) this.#options.onBatch()
  }

  #letGo(execution: Execution): void {
    execution.held = false
    this.#held.delete(execution)
    this.#deadlines.remove(execution)
  }
}
