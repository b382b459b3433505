import type { WorkflowStatus } from '../workflow-status.ts'
import { DureqError } from './dureq-error.ts'

/** What was asked of a workflow is not possible in the status it has; nothing was changed. */
export class InvalidWorkflowStatusError extends DureqError<'invalid-workflow-status'> {
  static override readonly code = 'invalid-workflow-status'
  readonly workflowId: string
  /** The status the workflow has. */
  readonly status: WorkflowStatus
  /** What was asked: `cancel`, `retry`, `suspend`, `resume`, `delete`. */
  readonly verb: string

  constructor(workflowId: string, status: WorkflowStatus, verb: string, options?: ErrorOptions) {
    const move = `cannot ${verb} workflow ${workflowId}, it is ${status}`
    super(`dureq: invalid workflow status transition: ${move}`, options)
    this.workflowId = workflowId
    this.status = status
    this.verb = verb
  }
}

/** A signal with the same dedupe key was recorded for the workflow in the last 30 days; this one was not. */
export class DuplicateSignalError extends DureqError<'duplicate-signal'> {
  static override readonly code = 'duplicate-signal'
  readonly workflowId: string
  readonly dedupeKey: string

  constructor(workflowId: string, dedupeKey: string, options?: ErrorOptions) {
    super(
      `dureq: duplicate signal (dedup key already exists): ${dedupeKey} of workflow ${workflowId}`,
      options,
    )
    this.workflowId = workflowId
    this.dedupeKey = dedupeKey
  }
}

/** As many signals are pending as a workflow may have; it must consume or acknowledge some before it takes another. */
export class SignalsFullError extends DureqError<'signals-full'> {
  static override readonly code = 'signals-full'
  readonly workflowId: string
  /** How many may be pending. */
  readonly limit: number

  constructor(workflowId: string, limit: number, options?: ErrorOptions) {
    super(`dureq: ${limit} signals are pending for workflow ${workflowId}, no more are taken`, options)
    this.workflowId = workflowId
    this.limit = limit
  }
}

/** The workflow a caller waited for has finally failed. */
export class WorkflowFailedError extends DureqError<'workflow-failed'> {
  static override readonly code = 'workflow-failed'
  readonly workflowId: string
  /** Why it failed: names the task. */
  readonly reason: string

  constructor(workflowId: string, reason: string, options?: ErrorOptions) {
    super(`dureq: workflow ${workflowId} failed: ${reason}`, options)
    this.workflowId = workflowId
    this.reason = reason
  }
}

/** The workflow a caller waited for was cancelled. */
export class WorkflowCancelledError extends DureqError<'workflow-cancelled'> {
  static override readonly code = 'workflow-cancelled'
  readonly workflowId: string
  /** Why, as whoever cancelled it said; `cancelled` when nothing was said. */
  readonly reason: string

  constructor(workflowId: string, reason: string, options?: ErrorOptions) {
    super(`dureq: workflow ${workflowId} was cancelled: ${reason}`, options)
    this.workflowId = workflowId
    this.reason = reason
  }
}

/** The workflow runs as a task of another one, which alone may delete it. */
export class OwnedWorkflowError extends DureqError<'owned-workflow'> {
  static override readonly code = 'owned-workflow'
  /** The workflow it belongs to. */
  readonly ownerId: string

  constructor(ownerId: string, options?: ErrorOptions) {
    super(`dureq: the workflow belongs to ${ownerId}: ask that instead`, options)
    this.ownerId = ownerId
  }
}
