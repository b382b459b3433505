import type { JobStatus } from '../job-status.ts'
import type { WorkflowStatus } from '../workflow-status.ts'
import { DureqError } from './dureq-error.ts'

/** Another job that has not ended holds the unique key. The batch forms return this as a value instead. */
export class DuplicateJobError extends DureqError<'duplicate-job'> {
  static override readonly code = 'duplicate-job'
  /** The job that holds the key. */
  readonly existingJobId: string

  constructor(existingJobId: string, options?: ErrorOptions) {
    super(`dureq: duplicate unique key: held by job ${existingJobId}`, options)
    this.existingJobId = existingJobId
  }
}

const words: ReadonlyMap<string, string> = new Map([
  ['updatePayload', 'change the payload of'],
  ['reassignVersion', 'change the version of'],
])

function wordsOf(verb: string): string {
  return words.get(verb) ?? verb
}

/** What was asked of a job is not possible in the status it has; nothing was changed. */
export class InvalidJobStatusError extends DureqError<'invalid-job-status'> {
  static override readonly code = 'invalid-job-status'
  readonly jobId: string
  /** The status the job has. */
  readonly status: JobStatus
  /** What was asked: `cancel`, `retry`, `pause`, `resume`, `delete`, ... */
  readonly verb: string

  constructor(jobId: string, status: JobStatus, verb: string, options?: ErrorOptions) {
    super(
      `dureq: invalid job status transition: cannot ${wordsOf(verb)} job ${jobId}, it is ${status}`,
      options,
    )
    this.jobId = jobId
    this.status = status
    this.verb = verb
  }
}

/** The job belongs to a workflow or batch, which alone may retry, delete or change it. */
export class OwnedJobError extends DureqError<'owned-job'> {
  static override readonly code = 'owned-job'
  /** The workflow or batch the job belongs to. */
  readonly ownerId: string

  constructor(ownerId: string, options?: ErrorOptions) {
    super(`dureq: the job belongs to ${ownerId}: ask that instead`, options)
    this.ownerId = ownerId
  }
}

/** As many jobs of the task type wait as its `maxDepth` allows; nothing was stored. The batch forms return this as a value. */
export class QueueFullError extends DureqError<'queue-full'> {
  static override readonly code = 'queue-full'
  readonly taskType: string
  /** The greatest number of waiting jobs. */
  readonly limit: number

  constructor(taskType: string, limit: number, options?: ErrorOptions) {
    super(`dureq: queue full: ${limit} jobs of ${taskType} wait already`, options)
    this.taskType = taskType
    this.limit = limit
  }
}

/** The workflow or batch has ended and accepts no more signals or commands. */
export class WorkflowEndedError extends DureqError<'workflow-ended'> {
  static override readonly code = 'workflow-ended'
  readonly workflowId: string
  /** How it ended. */
  readonly status: WorkflowStatus

  constructor(workflowId: string, status: WorkflowStatus, options?: ErrorOptions) {
    super(`dureq: workflow is in terminal state, cannot receive signals: ${workflowId} is ${status}`, options)
    this.workflowId = workflowId
    this.status = status
  }
}

/** Our own code asked for a move its table of moves does not have: a bug in dureq, never a user's fault. */
export class IllegalMoveError extends DureqError<'illegal-move'> {
  static override readonly code = 'illegal-move'
  /** What should have moved: `job`, `run` or `workflow`. */
  readonly subject: string
  readonly from: string
  readonly to: string

  constructor(subject: string, from: string, to: string) {
    super(`dureq: illegal move of a ${subject}: ${from} -> ${to}`)
    this.subject = subject
    this.from = from
    this.to = to
  }
}
