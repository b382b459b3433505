import {
  type BatchContext,
  type GroupedJob,
  type JobContext,
  type JsonText,
  type Logger,
  toJsonText,
  type WorkflowContext,
} from '@dureq/types'
import { createBatchContext } from './batch-context.ts'
import type { Execution } from './execution.ts'
import { createWorkflowContext, type SignalSource } from './workflow-context.ts'

/** What the contexts of one node have in common. */
export interface NodeContext {
  readonly nodeId: string
  readonly logger: Logger
  /** Largest progress, in bytes of JSON. */
  readonly progressLimit: number
  readonly signals: SignalSource
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
