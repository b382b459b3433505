export type { TypedWorkflow, WorkflowBuilder, WorkflowInput, WorkflowOutput } from '@dureq/dag'
export { defineWorkflow, MAX_DEFINITION_BYTES } from '@dureq/dag'
export {
  BatchNotFoundError,
  ContinueAsNewError,
  CrossPartitionKeysError,
  CyclicDependencyError,
  DuplicateHandlerError,
  DuplicateJobError,
  DuplicateSignalError,
  DureqError,
  defineTask,
  ExecutionTimedOutError,
  HandlerNotFoundError,
  IllegalMoveError,
  InvalidJobStatusError,
  InvalidScheduleError,
  InvalidWorkflowStatusError,
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
  OwnedWorkflowError,
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
  SignalsFullError,
  SizeLimitError,
  SkipError,
  StoreFullError,
  StoreUnavailableError,
  StoreVersionError,
  SupersededError,
  TaskNotFoundError,
  ValidationError,
  WaitTimeoutError,
  WorkflowCancelledError,
  WorkflowEndedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@dureq/types'
export type { WaitOptions } from './await-end.ts'
export type { BackfillReport } from './backfill.ts'
export type { CancelOptions } from './cancel-options.ts'
export type { Commanding } from './commanding.ts'
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
export { MAX_PAGE } from './page-options.ts'
export type { Reading } from './reading.ts'
export type { SchedulePage, Scheduling } from './scheduling.ts'
export type { SettingsControl } from './settings-control.ts'
export type { Stats } from './stats.ts'
export type { SubscribedEvent, SubscribeOptions, Subscribing } from './subscribing.ts'
export type { TaskPage, TaskPageOptions } from './task-page.ts'
export type { TaskResult } from './task-result.ts'
export type { AuditEntry } from './task-trail.ts'
export type { UniqueKeys } from './unique-keys.ts'
export type { Waiting } from './waiting.ts'
export type { AuditOptions } from './workflow-audit.ts'
export type { EnqueueWorkflowOptions } from './workflow-draft.ts'
export type { ListWorkflowsOptions, WorkflowPage } from './workflow-listing.ts'
export type { WorkflowRef } from './workflow-ref.ts'
export type { PendingSignals, SignalOptions } from './workflow-signals.ts'
export type { PlainDefinition, Workflows } from './workflows.ts'
