import type { JsonValue } from '../json.ts'
import { DureqError } from './dureq-error.ts'

/** What a job that did not succeed left behind, as far as a waiting caller needs it. */
export interface FailedResult {
  /** How it ended: `dead` for a job, `failed` for a workflow or batch. */
  readonly status: string
  /** The last error, if there was one. */
  readonly error?: string
  /** What was returned before it failed, if anything. */
  readonly output?: JsonValue
}

/** The job, workflow or batch a caller waited for has finally failed. */
export class JobFailedError extends DureqError<'job-failed'> {
  static override readonly code = 'job-failed'
  readonly jobId: string
  /** What it left behind; `result.error` says why it failed. */
  readonly result: FailedResult

  constructor(jobId: string, result: FailedResult, options?: ErrorOptions) {
    super(`dureq: ${jobId} failed: ${result.error ?? result.status}`, options)
    this.jobId = jobId
    this.result = result
  }
}

/** The job, workflow or batch a caller waited for was cancelled. */
export class JobCancelledError extends DureqError<'job-cancelled'> {
  static override readonly code = 'job-cancelled'
  readonly jobId: string

  constructor(jobId: string, options?: ErrorOptions) {
    super(`dureq: ${jobId} was cancelled`, options)
    this.jobId = jobId
  }
}

/** What a caller waited for has not ended in time. It goes on; wait again, or cancel it. */
export class WaitTimeoutError extends DureqError<'wait-timeout'> {
  static override readonly code = 'wait-timeout'
  readonly jobId: string
  /** How long was waited, in milliseconds. */
  readonly timeoutMs: number

  constructor(jobId: string, timeoutMs: number, options?: ErrorOptions) {
    super(`dureq: ${jobId} has not ended within ${timeoutMs} ms`, options)
    this.jobId = jobId
    this.timeoutMs = timeoutMs
  }
}

/** The job ended while a caller waited, and the retention settings keep no result of it. */
export class ResultNotKeptError extends DureqError<'result-not-kept'> {
  static override readonly code = 'result-not-kept'
  readonly jobId: string

  constructor(jobId: string, options?: ErrorOptions) {
    super(`dureq: ${jobId} has ended, but its result is not kept (retention is 0)`, options)
    this.jobId = jobId
  }
}
