import { DureqError } from './dureq-error.ts'

/**
 * A stored schedule can no longer be computed, for example because its time zone is gone from this machine.
 * A schedule a user gives is refused with `ValidationError`, which names the fields.
 */
export class InvalidScheduleError extends DureqError<'invalid-schedule'> {
  static override readonly code = 'invalid-schedule'

  constructor(problem: string, options?: ErrorOptions) {
    super(`dureq: invalid schedule: ${problem}`, options)
  }
}

/** The tasks of a workflow wait for each other in a circle that no condition can leave. */
export class CyclicDependencyError extends DureqError<'cyclic-dependency'> {
  static override readonly code = 'cyclic-dependency'
  /** Name of the workflow. */
  readonly workflowName: string
  /** The tasks of one such circle, in order. */
  readonly tasks: readonly string[]

  constructor(workflowName: string, tasks: readonly string[], options?: ErrorOptions) {
    super(`dureq: workflow has cyclic dependencies: ${workflowName} (${tasks.join(' -> ')})`, options)
    this.workflowName = workflowName
    this.tasks = [...tasks]
  }
}

/**
 * The concurrency keys of one job, or of the tasks or items of one instance, live in different partitions of the
 * store. Keys share a partition when they are equal or have the same part in braces: `{acme}` and `{acme}:api`.
 */
export class CrossPartitionKeysError extends DureqError<'cross-partition-keys'> {
  static override readonly code = 'cross-partition-keys'
  readonly keys: readonly string[]

  constructor(keys: readonly string[], options?: ErrorOptions) {
    const advice = 'give them the same part in braces, as in {acme} and {acme}:api'
    super(`dureq: concurrency keys in different partitions: ${keys.join(', ')}; ${advice}`, options)
    this.keys = [...keys]
  }
}
