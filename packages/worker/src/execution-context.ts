import {
  type BatchContext,
  checkInteger,
  checkName,
  Faults,
  type GroupedJob,
  type JobContext,
  type JsonText,
  type Logger,
  MAX_THROTTLE_MS,
  readDuration,
  toJsonText,
  type WorkflowContext,
} from '@dureq/types'
import { createBatchContext } from './batch-context.ts'
import type { Execution } from './execution.ts'
import type { MemorySource } from './memory-source.ts'
import { createRunMemory, type RunMemory } from './run-memory.ts'
import { createWorkflowContext, type SignalSource } from './workflow-context.ts'

/** What the contexts of one node have in common. */
export interface NodeContext {
  readonly nodeId: string
  readonly logger: Logger
  /** Largest progress, in bytes of JSON. */
  readonly progressLimit: number
  readonly signals: SignalSource
  readonly memory: MemorySource
  /** Lets nothing with a concurrency key start for so many ms. */
  readonly onRateLimit: (key: string, forMs: number) => Promise<void>
  /** Takes a report over; it is stored with a coming heartbeat. */
  readonly onProgress: (execution: Execution, progress: JsonText) => void
}

/** The context of one execution; whatever costs something is made when it is asked for. */
export function createExecutionContext(execution: Execution, node: NodeContext): JobContext {
  return new ExecutionContext(execution, node)
}

/** The same for a job that is handled together with others, with its payload. */
export function createGroupedJob(
  execution: Execution,
  node: NodeContext,
  payload: unknown,
): GroupedJob<unknown> {
  return new GroupedExecutionContext(execution, node, payload)
}

class ExecutionContext implements JobContext {
  readonly #execution: Execution
  readonly #node: NodeContext
  #logger: Logger | undefined
  #report: JobContext['reportProgress'] | undefined
  #workflow: WorkflowContext | undefined
  #batch: BatchContext | undefined

  constructor(execution: Execution, node: NodeContext) {
    this.#execution = execution
    this.#node = node
  }

  get jobId(): string {
    return this.#execution.lease.jobId
  }

  get runId(): string {
    return this.#execution.lease.runId
  }

  get firingId(): string {
    return this.#execution.lease.firingId
  }

  get nodeId(): string {
    return this.#node.nodeId
  }

  get taskType(): string {
    return this.#execution.lease.taskType
  }

  get attempt(): number {
    return this.#execution.lease.attempt
  }

  get maxAttempts(): number {
    return this.#execution.lease.maxAttempts
  }

  get priority(): number {
    return this.#execution.lease.priority
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#execution.lease.headers
  }

  get signal(): AbortSignal {
    return this.#execution.signal
  }

  /** Its own function, so that a handler may take it out of its context. */
  get reportProgress(): JobContext['reportProgress'] {
    this.#report ??= (data) => {
      const taken = this.#takeProgress(data)
      // A handler that does not await its report must not bring down the process with an unhandled rejection.
      taken.catch(() => {})
      return taken
    }
    return this.#report
  }

  get workflow(): WorkflowContext | undefined {
    const leased = this.#execution.lease.workflow
    if (leased !== undefined) this.#workflow ??= createWorkflowContext(leased, this.#node.signals)
    return this.#workflow
  }

  get batch(): BatchContext | undefined {
    const leased = this.#execution.lease.batch
    if (leased !== undefined) this.#batch ??= createBatchContext(leased)
    return this.#batch
  }

  /** Their own functions, as with `reportProgress`. */
  get step(): JobContext['step'] {
    return (name, run) => this.#memory.step(name, run)
  }

  get checkpoint(): JobContext['checkpoint'] {
    return (data) => this.#memory.checkpoint(data)
  }

  get lastCheckpoint(): JobContext['lastCheckpoint'] {
    return <Data>() => this.#memory.lastCheckpoint() as Promise<Data | undefined>
  }

  get rateLimit(): JobContext['rateLimit'] {
    return async (key, retryAfter) => {
      const faults = new Faults()
      checkName('concurrencyKey', key, 'key', faults)
      const forMs = Math.ceil(readDuration(retryAfter, 'retryAfter', faults) ?? 0)
      if (retryAfter === undefined) faults.add('retryAfter', 'must be given')
      checkInteger(forMs, { min: 0, max: MAX_THROTTLE_MS }, 'retryAfter', faults)
      faults.throwIfAny()
      await this.#node.onRateLimit(key, forMs)
    }
  }

  get #memory(): RunMemory {
    const execution = this.#execution
    execution.memory ??= createRunMemory(execution, this.#node.memory)
    return execution.memory
  }

  get logger(): Logger {
    this.#logger ??= this.#node.logger.child({
      jobId: this.jobId,
      runId: this.runId,
      taskType: this.taskType,
    })
    return this.#logger
  }

  async #takeProgress(data: unknown): Promise<void> {
    const progress = toJsonText(data, 'progress', this.#node.progressLimit)
    if (this.#execution.held) this.#node.onProgress(this.#execution, progress)
  }
}

class GroupedExecutionContext extends ExecutionContext implements GroupedJob<unknown> {
  readonly payload: unknown

  constructor(execution: Execution, node: NodeContext, payload: unknown) {
    super(execution, node)
    this.payload = payload
  }
}
