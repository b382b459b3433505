export {
  BatchNotFoundError,
  ContinueAsNewError,
  CrossPartitionKeysError,
  CyclicDependencyError,
  DuplicateHandlerError,
  DuplicateJobError,
  DureqError,
  defineTask,
  ExecutionTimedOutError,
  HandlerNotFoundError,
  IllegalMoveError,
  InvalidJobStatusError,
  InvalidScheduleError,
  JobCancelledError,
  JobFailedError,
  JobNotFoundError,
  LockFailedError,
  LockNotHeldError,
  NonRetryableError,
  NoProgressReporterError,
  NotLeaderError,
  OutsideHandlerError,
  OwnedJobError,
  PanicError,
  PartitionMismatchError,
  PauseError,
  RateLimitedError,
  RepeatError,
  ResultNotKeptError,
  RetryableError,
  RunNotFoundError,
  ScheduleNotFoundError,
  ScheduleToStartTimeoutError,
  ServerStoppedError,
  SizeLimitError,
  SkipError,
  StoreFullError,
  StoreUnavailableError,
  StoreVersionError,
  SupersededError,
  ValidationError,
  WaitTimeoutError,
  WorkflowEndedError,
  WorkflowNotFoundError,
} from '@dureq/types'
export type { BackfillReport } from './backfill.ts'
export type { CancelOptions, Commanding } from './commanding.ts'
export type { ClientStore } from './core.ts'
export type { Client, ClientOptions } from './create-client.ts'
export { createClient } from './create-client.ts'
export type { EnqueueEntry } from './enqueue-entry.ts'
export type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts'
export type { EnqueueResult } from './enqueue-result.ts'
export type { Enqueuing } from './enqueuing.ts'
export type { JobRef } from './job-ref.ts'
export type { JobPage, ListJobsOptions } from './listing.ts'
export type { NodeControl } from './node-control.ts'
export type { PageOptions } from './page-options.ts'
export type { Reading } from './reading.ts'
export type { SchedulePage, Scheduling } from './scheduling.ts'
export type { SettingsControl } from './settings-control.ts'
export type { Stats } from './stats.ts'
export type { SubscribedEvent, SubscribeOptions, Subscribing } from './subscribing.ts'
export type { UniqueKeys } from './unique-keys.ts'
export type { Waiting, WaitOptions } from './waiting.ts'
