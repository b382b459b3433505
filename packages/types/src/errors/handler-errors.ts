import { DureqError } from './dureq-error.ts'

/** No handler is registered for the task type of the job. */
export class HandlerNotFoundError extends DureqError<'handler-not-found'> {
  static override readonly code = 'handler-not-found'
  readonly taskType: string

  constructor(taskType: string, options?: ErrorOptions) {
    super(`dureq: handler not registered for task type: ${taskType}`, options)
    this.taskType = taskType
  }
}

/** A task type, or the prefix of a pattern, was given a second handler on the same worker. */
export class DuplicateHandlerError extends DureqError<'duplicate-handler'> {
  static override readonly code = 'duplicate-handler'
  /** The task type or pattern. */
  readonly taskType: string

  constructor(taskType: string, options?: ErrorOptions) {
    super(`dureq: handler already registered: ${taskType}`, options)
    this.taskType = taskType
  }
}

/**
 * A handler, workflow or batch took longer than its timeout. It is the reason of `ctx.signal`, and the error of
 * the run that ended `timed_out`; the retry policy decides what comes next.
 */
export class ExecutionTimedOutError extends DureqError<'execution-timed-out'> {
  static override readonly code = 'execution-timed-out'
  /** The timeout, in milliseconds. */
  readonly timeoutMs: number

  constructor(timeoutMs: number, options?: ErrorOptions) {
    super(`dureq: execution timed out: after ${timeoutMs} ms`, options)
    this.timeoutMs = timeoutMs
  }
}

/** A job could not start within its schedule-to-start timeout; it is dead, without a retry. */
export class ScheduleToStartTimeoutError extends DureqError<'schedule-to-start-timeout'> {
  static override readonly code = 'schedule-to-start-timeout'
  /** The timeout, in milliseconds, counted from when the job last became claimable. */
  readonly timeoutMs: number

  constructor(timeoutMs: number, options?: ErrorOptions) {
    super(`dureq: schedule-to-start timeout exceeded: not started within ${timeoutMs} ms`, options)
    this.timeoutMs = timeoutMs
  }
}

/** `reportProgress` was called where no handler is running. */
export class NoProgressReporterError extends DureqError<'no-progress-reporter'> {
  static override readonly code = 'no-progress-reporter'

  constructor(options?: ErrorOptions) {
    super('dureq: no progress reporter in context (called outside handler?)', options)
  }
}

/** `currentJob` was called where no handler is running. */
export class OutsideHandlerError extends DureqError<'outside-handler'> {
  static override readonly code = 'outside-handler'

  constructor(options?: ErrorOptions) {
    super('dureq: no current job: call currentJob() only in a handler, or in what it calls', options)
  }
}
