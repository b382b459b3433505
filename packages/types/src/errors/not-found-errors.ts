import { DureqError } from './dureq-error.ts'

/** There is no job (or firing) with this id: it never existed, or retention or a delete has removed it. */
export class JobNotFoundError extends DureqError<'job-not-found'> {
  static override readonly code = 'job-not-found'
  readonly jobId: string

  constructor(jobId: string, options?: ErrorOptions) {
    super(`dureq: job not found: ${jobId}`, options)
    this.jobId = jobId
  }
}

/** The job has no schedule: it is not recurring, or its schedule has ended. */
export class ScheduleNotFoundError extends DureqError<'schedule-not-found'> {
  static override readonly code = 'schedule-not-found'
  readonly jobId: string

  constructor(jobId: string, options?: ErrorOptions) {
    super(`dureq: schedule not found: ${jobId}`, options)
    this.jobId = jobId
  }
}

/** There is no run with this id, or it is no longer kept. */
export class RunNotFoundError extends DureqError<'run-not-found'> {
  static override readonly code = 'run-not-found'
  readonly runId: string

  constructor(runId: string, options?: ErrorOptions) {
    super(`dureq: run not found: ${runId}`, options)
    this.runId = runId
  }
}

/** There is no workflow with this id, or it is no longer kept. */
export class WorkflowNotFoundError extends DureqError<'workflow-not-found'> {
  static override readonly code = 'workflow-not-found'
  readonly workflowId: string

  constructor(workflowId: string, options?: ErrorOptions) {
    super(`dureq: workflow not found: ${workflowId}`, options)
    this.workflowId = workflowId
  }
}

/** The workflow has no task of this name. */
export class TaskNotFoundError extends DureqError<'task-not-found'> {
  static override readonly code = 'task-not-found'
  readonly workflowId: string
  readonly task: string

  constructor(workflowId: string, task: string, options?: ErrorOptions) {
    super(`dureq: task not found: ${task} (workflow ${workflowId})`, options)
    this.workflowId = workflowId
    this.task = task
  }
}

/** There is no batch with this id, or it is no longer kept. */
export class BatchNotFoundError extends DureqError<'batch-not-found'> {
  static override readonly code = 'batch-not-found'
  readonly batchId: string

  constructor(batchId: string, options?: ErrorOptions) {
    super(`dureq: batch not found: ${batchId}`, options)
    this.batchId = batchId
  }
}
