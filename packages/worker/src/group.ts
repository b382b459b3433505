import type { GroupContext, Logger } from '@dureq/types'
import type { Abort, Execution } from './execution.ts'

/** Jobs whose handler runs once for all of them. */
export class Group {
  readonly jobs: readonly Execution[]
  readonly #controller = new AbortController()
  #untold: number

  constructor(jobs: readonly Execution[]) {
    this.jobs = jobs
    this.#untold = jobs.length
    for (const job of jobs) {
      if (job.abort !== undefined) this.#untold--
      job.group = this
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** One of its jobs was told to end. When all have been, so is their handler. */
  told({ error }: Abort): void {
    if (--this.#untold === 0) this.#controller.abort(error)
  }
}

/** What the handler of a group is told of the whole. */
export function createGroupContext(
  group: Group,
  {
    nodeId,
    taskType,
    logger,
  }: { readonly nodeId: string; readonly taskType: string; readonly logger: Logger },
): GroupContext {
  return {
    nodeId,
    taskType,
    signal: group.signal,
    logger: logger.child({ taskType, jobs: group.jobs.length }),
  }
}
