export type { TypedWorkflow, WorkflowBuilder, WorkflowInput, WorkflowOutput } from '@dureq/dag'
export { defineWorkflow, MAX_DEFINITION_BYTES } from '@dureq/dag'
export {
  BatchCancelledError,
  BatchFailedError,
  BatchItemNotFoundError,
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
  InvalidBatchStatusError,
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
  QueueFullError,
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
export type {
  BatchItems,
  EnqueueBatchOptions,
  PlainBatch,
  TypedBatch,
} from './batch/batch-definition.ts'
export type { BatchPage, ListBatchesOptions, SearchedBatches } from './batch/batch-listing.ts'
export type { RetryBatchOptions } from './batch/batch-orders.ts'
export type { ItemRange } from './batch/batch-reader.ts'
export type { BatchRef, EnqueuedBatch } from './batch/batch-ref.ts'
export type { Batches } from './batch/batches.ts'
export type { BatchItemPage, BatchResultPage, ItemPageOptions } from './batch/item-page.ts'
export { MAX_ITEM_PAGE } from './batch/item-page.ts'
export type { CancelOptions } from './cancel-options.ts'
export type { Commanding } from './commanding.ts'
export type { ClientStore } from './core.ts'
export type { Client, ClientOptions } from './create-client.ts'
export { createClient } from './create-client.ts'
export type { EnqueueEntry } from './enqueue-entry.ts'
export type { EnqueueManyOptions, EnqueueOptions, EntryOptions } from './enqueue-options.ts'
export type { EnqueueResult } from './enqueue-result.ts'
export type { Enqueuing } from './enqueuing.ts'
export type { Configuration } from './flow/configuration.ts'
export type { FlowControl, TaskTypeLimits } from './flow/flow-control.ts'
export type { GroupInfo, GroupPage, ListGroupsOptions } from './group/group-listing.ts'
export type { GroupSize, Groups } from './group/groups.ts'
export type { Health, HealthCheck } from './health.ts'
export type { EventList, History, ListEventsOptions } from './history/history.ts'
export type { ListRunsOptions, RunPage } from './history/list-runs.ts'
export type { SearchOptions } from './history/search.ts'
export type { InstanceSearch } from './history/search-instances.ts'
export type { JobSearch, SearchedJobs } from './history/search-jobs.ts'
export type { ValuePath } from './history/value-path.ts'
export { readValuePath } from './history/value-path.ts'
export type { JobRef } from './job-ref.ts'
export type { JobPage, ListJobsOptions } from './listing.ts'
export type { Locks } from './locks.ts'
export type { NodeControl } from './node-control.ts'
export type { ListDeadOptions, Operations } from './operations/operations.ts'
export type { OrderReport, RefusedOrder, WalkReport } from './operations/order-report.ts'
export type { WalkOptions } from './operations/walk-options.ts'
export type { VersionFilter } from './operations/walk-version.ts'
export type { OrderOptions } from './order-options.ts'
export type { PageOptions } from './page-options.ts'
export { MAX_PAGE } from './page-options.ts'
export type { Reading } from './reading.ts'
export type { RoomOptions } from './room-options.ts'
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
export type { ListWorkflowsOptions, SearchedWorkflows, WorkflowPage } from './workflow-listing.ts'
export type { WorkflowRef } from './workflow-ref.ts'
export type { PendingSignals, SignalOptions } from './workflow-signals.ts'
export type { PlainDefinition, Workflows } from './workflows.ts'
