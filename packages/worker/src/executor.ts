import {
  ExecutionTimedOutError,
  JobCancelledError,
  type LeasedRun,
  LockNotHeldError,
  runWithJob,
  ServerStoppedError,
  toError,
} from '@dureq/types'
import { conclude, type Ending } from './conclude.ts'
import { createDeadlines, type Deadlines } from './deadlines.ts'
import type { Verdict } from './decide-outcome.ts'
import { Execution } from './execution.ts'
import { createExecutionContext, type NodeContext } from './execution-context.ts'
import { missingHandler } from './handler-entry.ts'
import type { HandlerTable } from './handler-table.ts'
import type { Heartbeats } from './heartbeats.ts'
import { runHandler } from './run-handler.ts'
import type { Slots } from './slots.ts'
import { createWakeUp } from './wake-up.ts'
import type { WorkerTools } from './worker-tools.ts'

/** What an executor needs besides. */
export interface ExecutorOptions extends WorkerTools {
  readonly cancelGraceMs: number
  readonly handlerOf: HandlerTable
  readonly slots: Slots
  readonly heartbeats: Pick<Heartbeats, 'expect' | 'report' | 'flush'>
  /** How a run ended: to be told to the store. */
  readonly onOutcome: (execution: Execution, verdict: Verdict) => void
  /** A run to be given back without using an attempt. */
  readonly onHandBack: (execution: Execution) => void
  /** A slot is free; `pinched` when its handler had none left at the last claim. */
  readonly onSlot: (pinched: boolean) => void
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
  /** The runs this node holds a lease for. */
  held(): Iterable<Execution>
  /** Begins a run that was leased `ageMs` ago. */
  start(lease: LeasedRun, ageMs: number): void
  /** The job of this lease is to be cancelled; nothing if the lease is not held. */
  cancel(token: string, reason?: string): void
  /** The lease belongs to someone else now: what its handler does does not count. */
  lose(execution: Execution): void
  /** The node stops: tells every handler to end. */
  abortAll(): void
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
  readonly #deadlines: Deadlines<Execution>
  readonly #held = new Map<string, Execution>()
  readonly #idle = createWakeUp()
  #running = 0

  constructor(options: ExecutorOptions) {
    this.#options = options
    this.#node = {
      nodeId: options.nodeId,
      logger: options.logger,
      progressLimit: options.store.limits.progress,
      onProgress: (execution, progress) => options.heartbeats.report(execution, progress),
    }
    this.#deadlines = createDeadlines(options.clock, (execution) => this.#overdue(execution))
  }

  get running(): number {
    return this.#running
  }

  held(): Iterable<Execution> {
    return this.#held.values()
  }

  start(lease: LeasedRun, ageMs: number): void {
    const { clock, handlerOf, slots, heartbeats } = this.#options
    const entry = handlerOf(lease.taskType) ?? missingHandler(lease)
    const now = clock.now()
    const execution = new Execution(lease, entry, now - ageMs)
    this.totals.started++
    this.#running++
    slots.take(entry)
    this.#held.set(lease.token, execution)
    heartbeats.expect(execution)
    const { timeoutMs } = execution
    if (timeoutMs !== undefined) this.#endBy(execution, now + timeoutMs)
    void this.#run(execution)
  }

  cancel(token: string, reason?: string): void {
    const execution = this.#held.get(token)
    if (execution === undefined) return
    const because = reason === undefined ? {} : { reason }
    const error = new JobCancelledError(execution.lease.jobId, { cause: reason })
    if (execution.tellToEnd({ cause: 'cancel', error, ...because })) this.#giveGrace(execution)
  }

  lose(execution: Execution): void {
    if (!execution.held) return
    const { runId, jobId } = execution.lease
    this.#options.logger.warn({ jobId, runId }, 'the lease of a run is lost; its handler is told to end')
    this.#letGo(execution)
    execution.tellToEnd({ cause: 'lost', error: new LockNotHeldError(`lease of run ${runId}`) })
  }

  abortAll(): void {
    const error = new ServerStoppedError()
    for (const execution of this.#held.values()) {
      if (execution.tellToEnd({ cause: 'stop', error })) this.#deadlines.remove(execution)
    }
  }

  handBackAll(): number {
    const left = [...this.#held.values()]
    for (const execution of left) this.#handBack(execution)
    return left.length
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (this.#running > 0) await this.#idle.wait(signal)
  }

  close(): void {
    this.#deadlines.clear()
  }

  /** From the first line of the handler to the outcome; never rejects. */
  async #run(execution: Execution): Promise<void> {
    const ending = await this.#handle(execution)
    this.#deadlines.remove(execution)
    const pinched = this.#options.slots.giveBack(execution.entry)
    if (execution.progress !== undefined && execution.held) await this.#options.heartbeats.flush(execution)
    if (execution.held) this.#conclude(execution, ending)
    if (--this.#running === 0) this.#idle.fire()
    this.#options.onSlot(pinched)
  }

  async #handle(execution: Execution): Promise<Ending> {
    const { store, logger } = this.#options
    const ctx = createExecutionContext(execution, this.#node)
    try {
      const output = await runWithJob(ctx, () => runHandler(execution, ctx, store.limits.output))
      return output === undefined ? {} : { output }
    } catch (thrown) {
      const { jobId, runId, taskType, attempt } = execution.lease
      logger.debug({ err: thrown, jobId, runId, taskType, attempt }, 'a handler threw')
      return { thrown: toError(thrown) }
    }
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
    const verdict = conclude(execution, ending, this.#options.random)
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

  #letGo(execution: Execution): void {
    execution.held = false
    this.#held.delete(execution.lease.token)
    this.#deadlines.remove(execution)
  }
}
