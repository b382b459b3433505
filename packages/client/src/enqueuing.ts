import type { Job, Task } from '@dureq/types'
import type { EnqueueEntry } from './enqueue-entry.ts'
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts'
import type { EnqueueResult } from './enqueue-result.ts'

/** Hands jobs over to the store. Everything is checked before anything is stored, and every fault is reported. */
export interface Enqueuing {
  /**
   * Stores a job; from then on it will run. Calls of one tick travel together.
   *
   * @returns the job as the store has it; with a request id seen in the last 24 hours, that call's job.
   * @throws ValidationError naming every fault; SizeLimitError when a size is the only one.
   * @throws DuplicateJobError naming the job that holds the unique key.
   * @throws StoreUnavailableError, StoreFullError as the store does.
   */
  enqueue<Input, Result>(
    task: Task<Input, unknown, Result>,
    payload: NoInfer<Input>,
    options?: EnqueueOptions,
  ): Promise<Job<Input, Result>>
  /** The same by name, with any JSON as payload (default: null); no schema checks it here. */
  enqueue(taskType: string, payload?: unknown, options?: EnqueueOptions): Promise<Job>

  /**
   * Stores many jobs of one task, in the order of their payloads; each wholly or not at all.
   *
   * @returns what became of each, in order; payloads that do not fit are `invalid` and keep no other from going.
   * @throws ValidationError when task or options are wrong, for then nothing is stored.
   * @throws StoreUnavailableError, StoreFullError when the store refuses; jobs at the front may be stored.
   */
  enqueueMany<Input>(
    task: Task<Input, unknown, unknown>,
    payloads: readonly NoInfer<Input>[],
    options?: EnqueueManyOptions,
  ): Promise<readonly EnqueueResult[]>
  /** The same by name. */
  enqueueMany(
    taskType: string,
    payloads: readonly unknown[],
    options?: EnqueueManyOptions,
  ): Promise<readonly EnqueueResult[]>

  /** Stores jobs of different tasks and options, in order, as `enqueueMany` does; faulty entries are `invalid`. */
  enqueueAll<const Inputs extends readonly unknown[]>(
    entries: {
      readonly [I in keyof Inputs]: EnqueueEntry<Inputs[I]>
    },
  ): Promise<readonly EnqueueResult[]>
}
