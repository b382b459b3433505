import { createDeferred, type Deferred } from '@dureq/runtime'
import { currentJob, type GroupedJob, type JobContext, runWithJob } from '@dureq/types'
import type { Execution } from './execution.ts'
import { createExecutionContext, createGroupedJob, type NodeContext } from './execution-context.ts'
import { type Output, runHandler } from './run-handler.ts'

/**
 * One job on its way to the handler of its group: through schema and middlewares, which are its own, to where it waits
 * for the others; and back with its result.
 */
export class GroupSeat {
  readonly execution: Execution
  readonly #job: JobContext
  readonly #node: NodeContext
  readonly #result: Deferred<unknown> = createDeferred()
  readonly #onPlace: () => void
  #isPlaced = false
  /** What the handler is to be given; undefined when the job ended on the way. */
  #arrived: GroupedJob<unknown> | undefined

  constructor(execution: Execution, node: NodeContext, onPlace: () => void) {
    this.execution = execution
    this.#job = createExecutionContext(execution, node)
    this.#node = node
    this.#onPlace = onPlace
    // A middleware may have given up waiting.
    this.#result.promise.catch(() => {})
  }

  get arrived(): GroupedJob<unknown> | undefined {
    return this.#arrived
  }

  /** Sends the job on its way; resolves to its output, or rejects with what it failed with. */
  async run(outputLimit: number): Promise<Output> {
    seats.set(this.#job, this)
    try {
      return await runWithJob(this.#job, () => runHandler(this.execution, this.#job, outputLimit))
    } finally {
      this.#place()
    }
  }

  /** The job is where the handler takes it; resolves to its result. */
  arrive(payload: unknown): Promise<unknown> {
    if (!this.#isPlaced) this.#arrived = createGroupedJob(this.execution, this.#node, payload)
    this.#place()
    return this.#result.promise
  }

  resolve(result: unknown): void {
    this.#result.resolve(result)
  }

  reject(error: unknown): void {
    this.#result.reject(error)
  }

  /** The group need not wait for this job any more. */
  #place(): void {
    if (this.#isPlaced) return
    this.#isPlaced = true
    this.#onPlace()
  }
}

/** Which seat a job has. A middleware may pass on a context of its own making, so the current job is asked for it. */
const seats = new WeakMap<JobContext, GroupSeat>()

/** The innermost handler of a job in a group: brings its payload to the others, and waits for its result. */
export async function arriveInGroup(payload: unknown): Promise<unknown> {
  const seat = seats.get(currentJob())
  if (seat === undefined) throw new Error('a job of a group was handled outside of it')
  return await seat.arrive(payload)
}
