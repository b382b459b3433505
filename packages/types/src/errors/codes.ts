/**
 * Every error code and the name of the one class that carries it.
 *
 * A code is what a program compares (`error.code === 'job-not-found'`) and what HTTP answers carry; it never
 * changes. A new error class begins with a line here.
 */
export const errorCodes = {
  validation: 'ValidationError',
  'size-limit': 'SizeLimitError',

  'job-not-found': 'JobNotFoundError',
  'schedule-not-found': 'ScheduleNotFoundError',
  'run-not-found': 'RunNotFoundError',
  'workflow-not-found': 'WorkflowNotFoundError',
  'task-not-found': 'TaskNotFoundError',
  'batch-not-found': 'BatchNotFoundError',
  'batch-item-not-found': 'BatchItemNotFoundError',

  'duplicate-job': 'DuplicateJobError',
  'invalid-schedule': 'InvalidScheduleError',
  'invalid-job-status': 'InvalidJobStatusError',
  'owned-job': 'OwnedJobError',
  'queue-full': 'QueueFullError',
  'illegal-move': 'IllegalMoveError',
  'cyclic-dependency': 'CyclicDependencyError',
  'workflow-ended': 'WorkflowEndedError',
  'invalid-workflow-status': 'InvalidWorkflowStatusError',
  'owned-workflow': 'OwnedWorkflowError',
  'duplicate-signal': 'DuplicateSignalError',
  'signals-full': 'SignalsFullError',
  'invalid-batch-status': 'InvalidBatchStatusError',
  'cross-partition-keys': 'CrossPartitionKeysError',

  'job-failed': 'JobFailedError',
  'job-cancelled': 'JobCancelledError',
  'workflow-failed': 'WorkflowFailedError',
  'workflow-cancelled': 'WorkflowCancelledError',
  'batch-failed': 'BatchFailedError',
  'batch-cancelled': 'BatchCancelledError',
  'wait-timeout': 'WaitTimeoutError',
  'result-not-kept': 'ResultNotKeptError',

  'handler-not-found': 'HandlerNotFoundError',
  'duplicate-handler': 'DuplicateHandlerError',
  'execution-timed-out': 'ExecutionTimedOutError',
  'schedule-to-start-timeout': 'ScheduleToStartTimeoutError',
  'no-progress-reporter': 'NoProgressReporterError',
  'outside-handler': 'OutsideHandlerError',

  'not-leader': 'NotLeaderError',
  'lock-failed': 'LockFailedError',
  'lock-not-held': 'LockNotHeldError',
  'server-stopped': 'ServerStoppedError',

  'store-unavailable': 'StoreUnavailableError',
  'store-full': 'StoreFullError',
  'store-version': 'StoreVersionError',
  superseded: 'SupersededError',
  'partition-mismatch': 'PartitionMismatchError',

  retryable: 'RetryableError',
  'non-retryable': 'NonRetryableError',
  'rate-limited': 'RateLimitedError',
  skip: 'SkipError',
  repeat: 'RepeatError',
  pause: 'PauseError',
  'continue-as-new': 'ContinueAsNewError',
  panic: 'PanicError',
} as const

/** The code of one error class of dureq: a kebab-case word that never changes. */
export type ErrorCode = keyof typeof errorCodes
