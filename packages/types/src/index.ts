export type { BackoffPolicy } from './backoff.ts'
export { backoffMs } from './backoff.ts'
export type {
  BatchDefinition,
  BatchFailurePolicy,
  BatchInstance,
  BatchItem,
  BatchItemResult,
  BatchItemState,
  BatchOnetimeState,
  BatchPlan,
  BatchProgress,
  BatchRole,
} from './batch/batch.ts'
export { batchFailurePolicies, defaultChunkSize } from './batch/batch.ts'
export { checkItem } from './batch/check-item.ts'
export type { BatchCounts } from './batch/counts.ts'
export { countBatch } from './batch/counts.ts'
export type { ItemStatus, StoredItemState } from './batch/item-status.ts'
export { itemStatus } from './batch/item-status.ts'
export type { BatchMark, ItemsPart, JobsPart, StoredItem, UnmetPart } from './batch/parts.ts'
export {
  ITEMS_PER_PART,
  itemIn,
  itemParts,
  itemsPartName,
  jobsPartName,
  partOfPlace,
  placeOfUnmet,
  unmetOrder,
  unmetPartName,
} from './batch/parts.ts'
export type { ResolveBatchOptions, ResolvedBatch } from './batch/resolve.ts'
export { checkBatch, resolveBatch } from './batch/resolve.ts'
export type { BatchEnding, BatchOnetimeJob, BatchState } from './batch/state.ts'
export { initialBatchState } from './batch/state.ts'
export type { Clock, NewId, Random, Timer } from './clock.ts'
export { sleepBy } from './clock.ts'
export type { ConcurrencyKey } from './concurrency-key.ts'
export {
  checkConcurrencyKeys,
  keyBase,
  MAX_THROTTLE_MS,
  maxConcurrencyKeys,
  readConcurrencyKeys,
} from './concurrency-key.ts'
export { currentJob, reportProgress, runWithJob } from './current-job.ts'
export type { Duration } from './duration.ts'
export { formatDuration, maxDurationMs, parseDuration } from './duration.ts'
export {
  BatchCancelledError,
  BatchFailedError,
  BatchItemNotFoundError,
  InvalidBatchStatusError,
} from './errors/batch-errors.ts'
export type { ErrorCode } from './errors/codes.ts'
export { errorCodes } from './errors/codes.ts'
export {
  CrossPartitionKeysError,
  CyclicDependencyError,
  InvalidScheduleError,
} from './errors/definition-errors.ts'
export { DureqError } from './errors/dureq-error.ts'
export {
  DuplicateHandlerError,
  ExecutionTimedOutError,
  HandlerNotFoundError,
  NoProgressReporterError,
  OutsideHandlerError,
  ScheduleToStartTimeoutError,
} from './errors/handler-errors.ts'
export {
  LockFailedError,
  LockNotHeldError,
  NotLeaderError,
  ServerStoppedError,
} from './errors/node-errors.ts'
export {
  BatchNotFoundError,
  JobNotFoundError,
  RunNotFoundError,
  ScheduleNotFoundError,
  TaskNotFoundError,
  WorkflowNotFoundError,
} from './errors/not-found-errors.ts'
export {
  DuplicateJobError,
  IllegalMoveError,
  InvalidJobStatusError,
  OwnedJobError,
  QueueFullError,
  WorkflowEndedError,
} from './errors/refused-errors.ts'
export {
  PartitionMismatchError,
  StoreFullError,
  StoreUnavailableError,
  StoreVersionError,
  SupersededError,
} from './errors/store-errors.ts'
export type { Fault } from './errors/validation-error.ts'
export { SizeLimitError, ValidationError } from './errors/validation-error.ts'
export type { FailedResult } from './errors/waiting-errors.ts'
export {
  JobCancelledError,
  JobFailedError,
  ResultNotKeptError,
  WaitTimeoutError,
} from './errors/waiting-errors.ts'
export {
  DuplicateSignalError,
  InvalidWorkflowStatusError,
  OwnedWorkflowError,
  SignalsFullError,
  WorkflowCancelledError,
  WorkflowFailedError,
} from './errors/workflow-errors.ts'
export type { EventType, JobEvent } from './event.ts'
export { eventTypes } from './event.ts'
export { Faults } from './faults.ts'
export { fieldPath } from './field-path.ts'
export { effectiveMaxAttempts } from './firing/attempts.ts'
export { cancelFiring, cancelText } from './firing/cancel.ts'
export type { Claim } from './firing/claim.ts'
export { claimFiring, leaseLength } from './firing/claim.ts'
export { dispatchFiring } from './firing/dispatch.ts'
export type { JobDefinition } from './firing/enqueue.ts'
export { defineJob, enqueueFiring } from './firing/enqueue.ts'
export { crashText, expireLease } from './firing/expire-lease.ts'
export { endedFiring } from './firing/finish.ts'
export type {
  CancelRequest,
  Due,
  Ended,
  Firing,
  FiringJob,
  Gone,
  Held,
  InLine,
  Lease,
  Leased,
  LeasedFiring,
  Paused,
  Place,
  Recurring,
} from './firing/firing.ts'
export { jobRecordOf } from './firing/job-record.ts'
export { beatFiring, beatOutcome, isHeld } from './firing/lease.ts'
export type { Lost, Move, Refused } from './firing/move.ts'
export type { TierChoice } from './firing/next-tier.ts'
export { nextTier } from './firing/next-tier.ts'
export { autoResumeFiring, pauseFiring, resumeFiring } from './firing/pause.ts'
export { purgeFiring, purgeRun } from './firing/purge.ts'
export { reassignFiring } from './firing/reassign.ts'
export { releaseFiring } from './firing/release.ts'
export { removeAt, removeFiring } from './firing/remove.ts'
export { retryFiring } from './firing/retry.ts'
export { missedStartText, missStart, startDeadline } from './firing/schedule-to-start.ts'
export { settleFiring } from './firing/settle.ts'
export type { Told } from './firing/tell.ts'
export { tell } from './firing/tell.ts'
export { dieUnserved, unservedText } from './firing/unserved.ts'
export { updateFiringPayload } from './firing/update-payload.ts'
export { formatGoDuration, parseGoDuration } from './go-duration.ts'
export type {
  AggregateResult,
  EnqueueGroupOptions,
  GroupAggregator,
  GroupAggregatorContext,
  GroupConfig,
  GroupMessage,
  GroupSetting,
  GroupState,
} from './group.ts'
export { groupDefaults } from './group.ts'
export { defaultGroupSetting, groupSettingOf } from './group-setting.ts'
export type { HandlerFunc } from './handler.ts'
export type { HandlerDefinition, HandlerOptions } from './handler-definition.ts'
export type { GroupContext, GroupedJob, ManyHandlerFunc } from './handler-many.ts'
export type { HookFunc, Hooks } from './hooks.ts'
export type { HomeOf } from './ids.ts'
export {
  createIdMinter,
  homePartition,
  ID_LENGTH,
  isId,
  jobIdOf,
  partitionOf,
  partitionOfKey,
  runIdOf,
  withPartition,
} from './ids.ts'
export type { InstanceAttempts } from './instance-attempts.ts'
export { hasAttemptsLeft, instanceBackoffMs } from './instance-attempts.ts'
export type { Instant } from './instant.ts'
export { parseInstant } from './instant.ts'
export type { Job, JobRecord, JobResult, JobSchedule } from './job.ts'
export { parseJob, parseJobResult } from './job.ts'
export type { BatchContext, JobContext, WorkflowContext, WorkflowSignals } from './job-context.ts'
export { assertJobTransition, jobMoves, validJobTransition } from './job-moves.ts'
export type { JobStatus } from './job-status.ts'
export { isPausedJobStatus, isRetryableJobStatus, isTerminalJobStatus, jobStatuses } from './job-status.ts'
export type { JsonText, JsonValue } from './json.ts'
export { parseJsonText, toJsonText } from './json.ts'
export type { JsonSchema } from './json-schema.ts'
export { checkJsonSchema } from './json-schema.ts'
export type { SizeLimits } from './limits.ts'
export { defaultSizeLimits } from './limits.ts'
export type { LogFunc, Logger } from './logger.ts'
export { silentLogger } from './logger.ts'
export type { AroundFunc, Middleware } from './middleware.ts'
export { adaptMiddleware, chainMiddleware } from './middleware.ts'
export type { NameKind } from './names.ts'
export {
  checkHandlerName,
  checkHeaders,
  checkName,
  checkTags,
  checkTaskType,
  maxHeaders,
  maxTags,
  nameLimits,
} from './names.ts'
export type { EffectiveHandler, NodeInfo, PoolStats } from './node-info.ts'
export type { NumberRange } from './numbers.ts'
export { checkInteger, checkNumber } from './numbers.ts'
export type { Actor, AuditEntry } from './operations/audit.ts'
export { checkActor, MAX_AUDIT_ENTRIES } from './operations/audit.ts'
export type { TrailEntry } from './operations/audit-trail.ts'
export { auditTrail } from './operations/audit-trail.ts'
export type { ExplainFacts } from './operations/explain-standing.ts'
export { explainStanding } from './operations/explain-standing.ts'
export type { Explanation, Standing, WaitReason } from './operations/explanation.ts'
export type {
  DailyCount,
  DeadFilter,
  InstanceQuery,
  InstanceSearchPage,
  RunFilter,
  SearchPage,
  SearchQuery,
} from './operations/history.ts'
export { DAILY_COUNTS_KEPT } from './operations/history.ts'
export type { InstanceMatch } from './operations/instance-match.ts'
export { instanceMatch } from './operations/instance-match.ts'
export type { LeaseMemo, MemoWrite } from './operations/memo.ts'
export { CHECKPOINT, MAX_STEPS } from './operations/memo.ts'
export { isSameJson, payloadHolds } from './operations/payload-match.ts'
export { holdsText } from './operations/text-match.ts'
export type {
  KeyHolder,
  KeyUsage,
  QueueUsage,
  RateUsage,
  TaskTypeUsage,
  TierUsage,
  UnservedLine,
} from './operations/usage.ts'
export { dailyCountsOf, nothingCounted, utcDay, utcDayStart } from './operations/utc-day.ts'
export { checkKnown, isPlainObject, readDuration, readMoment } from './option-checks.ts'
export { createMatcher, isPattern, matchHandler, takesTaskType } from './pattern.ts'
export type { PeriodicTaskConfig, PeriodicTaskConfigProvider } from './periodic-task.ts'
export type { Present } from './present.ts'
export { present } from './present.ts'
export type { Priority } from './priority.ts'
export { checkPriority, defaultPriority, priorities } from './priority.ts'
export type { ResolvedRetryPolicy, RetryPolicy } from './retry-policy.ts'
export {
  checkRetryPolicy,
  defaultRetryPolicy,
  readRetryPolicy,
  resolveRetryPolicy,
} from './retry-policy.ts'
export type { JobRun, RunRecord } from './run.ts'
export { MAX_STACK_CHARS, parseRun } from './run.ts'
export { assertRunTransition, runMoves, validRunTransition } from './run-moves.ts'
export type { RunStatus } from './run-status.ts'
export { isTerminalRunStatus, runStatuses } from './run-status.ts'
export type {
  AtTime,
  CronSchedule,
  DailySchedule,
  DstPolicy,
  DurationSchedule,
  ImmediateSchedule,
  MonthlySchedule,
  OneTimeSchedule,
  OverlapPolicy,
  RecurringOptions,
  RecurringSchedule,
  ResolvedSchedule,
  Schedule,
  ScheduleEntry,
  ScheduleType,
  WeeklySchedule,
} from './schedule.ts'
export {
  dstOverlapPolicies,
  gapPolicies,
  isRecurring,
  overlapPolicies,
  recurringDefaults,
  scheduleTypes,
} from './schedule.ts'
export type { Schema } from './schema.ts'
export { applySchema } from './schema.ts'
export type { KeySetting, TaskTypeSetting, WhenFull } from './settings/flow-settings.ts'
export { MAX_LIMIT, whenFullPolicies } from './settings/flow-settings.ts'
export type {
  DynamicConfig,
  HandlerSetting,
  NodeSetting,
  SchedulerSetting,
} from './settings/node-settings.ts'
export type { RateSetting } from './settings/rate.ts'
export { burstOf } from './settings/rate.ts'
export type { FiringCaps, Retention } from './settings/retention.ts'
export { MAX_RETAIN_MS } from './settings/retention.ts'
export type { Settings } from './settings/settings.ts'
export { checkSettings, defaultSettings } from './settings/settings.ts'
export type { PriorityTier, TierConfig } from './settings/tier.ts'
export { checkTiers, defaultTiers, MAX_TIERS, tierForPriority } from './settings/tier.ts'
export type { StandardIssue, StandardResult, StandardSchemaV1 } from './standard-schema.ts'
export { findInChain } from './steering/chain.ts'
export type { RepeatOptions } from './steering/control-flow-errors.ts'
export { ContinueAsNewError, PauseError, RepeatError, SkipError } from './steering/control-flow-errors.ts'
export type { ErrorClassification } from './steering/error-classification.ts'
export {
  classifyControlFlow,
  classifyError,
  errorClass,
  getErrorClassString,
  getRetryAfter,
} from './steering/error-classification.ts'
export { NonRetryableError, RateLimitedError, RetryableError } from './steering/outcome-errors.ts'
export { getPanicError, isPanicError, PanicError, toError } from './steering/panic-error.ts'
export { causedBy, isError, textOf } from './steering/thrown.ts'
export type { BeatDoor, BeatStore, OpenBeat } from './store/beat.ts'
export type { CallKey } from './store/call.ts'
export { callId, isCallKey } from './store/call.ts'
export type { EndedFiring } from './store/ended.ts'
export type {
  EventDelivery,
  EventFilter,
  EventPage,
  EventPosition,
  EventsRole,
  WatchOutcome,
} from './store/events.ts'
export { eventFits } from './store/events.ts'
export type { HandlerSet, HandlerSpec } from './store/handler-set.ts'
export { createHandlerSet, handlerFor } from './store/handler-set.ts'
export type {
  InspectorRole,
  InstanceCount,
  InstanceFilter,
  JobCount,
  JobFilter,
  Page,
  PageRequest,
  StoreInfo,
  StoreServer,
} from './store/inspector.ts'
export { MAX_LIST_OFFSET } from './store/inspector.ts'
export type {
  Append,
  AppendOutcome,
  ChildStatus,
  Collected,
  CollectOutcome,
  CreateOutcome,
  InstanceDefinition,
  InstanceHead,
  InstanceKind,
  InstanceMessage,
  InstancesRole,
  Mail,
  MailQueue,
  NewInstance,
  ParentLink,
  RemoveOutcome,
  Sending,
  SendOutcome,
} from './store/instances.ts'
export { MAX_LINKS, MAX_PENDING_SIGNALS, OPEN_MS, OPEN_TIMER, SIGNAL_DEDUPE_MS } from './store/instances.ts'
export type {
  CommandOutcome,
  CommandReply,
  EnqueueOutcome,
  JobCommand,
  JobsRole,
  NewJob,
} from './store/jobs.ts'
export type { AcquireOutcome, LeasesRole, LockInfo } from './store/leases.ts'
export type {
  CommitOutcome,
  HeldMail,
  InstanceCommit,
  InstanceEvent,
  MailBag,
  MailboxesRole,
  PendingSignal,
  ReceiveReply,
  ReceiveRequest,
  SignalStats,
  TimerWrite,
} from './store/mailboxes.ts'
export { MAX_MAIL, noChanges } from './store/mailboxes.ts'
export type { BatchMember, MemberJob, WorkflowMember } from './store/member.ts'
export type { NodesRole } from './store/nodes.ts'
export type { StoreCall, StoreCallOutcome, StoreObserver } from './store/observer.ts'
export type { Part, PartWrite } from './store/part.ts'
export type { StoreRole } from './store/roles.ts'
export { storeRoles } from './store/roles.ts'
export type {
  AdvanceReply,
  Beat,
  BeatOutcome,
  ClaimReply,
  ClaimRequest,
  LeasedItem,
  LeasedRun,
  LeasedTask,
  LeaseRef,
  RunOutcome,
  RunsRole,
  SettleReply,
  WaitRequest,
  WakeReason,
} from './store/runs.ts'
export type {
  DueReply,
  FireOutcome,
  FireRequest,
  FiringOutcome,
  FiringTime,
  NextFiring,
  PausedSpan,
  Recurrence,
  ScheduleChange,
  ScheduleOutcome,
  SchedulesRole,
  SkippedTimes,
  SkipReason,
  StoredSchedule,
  UnfinishedFiring,
  UnfinishedState,
} from './store/schedules.ts'
export { KEPT_FIRINGS, MAX_PAUSED_SPANS, MAX_SKIP_RECORDS } from './store/schedules.ts'
export type { SettingsRole, VersionedSettings } from './store/settings-role.ts'
export type { Store } from './store/store.ts'
export type { Task, TaskDefinition } from './task.ts'
export { defineTask, validatePayload, validateResult } from './task.ts'
export type { ResolvedTaskOptions, TaskOptions } from './task-options.ts'
export { minHeartbeatTimeoutMs, resolveTaskOptions } from './task-options.ts'
export type { UpstreamHandlerFunc } from './typed-handlers.ts'
export { conditionHandler, subflowHandler, withUpstream } from './typed-handlers.ts'
export type {
  ChildWorkflowTask,
  ConditionRoutes,
  ConditionTask,
  JobTask,
  OnTaskFailure,
  Precondition,
  ResultReusePolicy,
  SubflowTask,
  WaitTask,
  WorkflowDefinition,
  WorkflowTask,
  WorkflowTaskBase,
  WorkflowTaskType,
} from './workflow.ts'
export { defaultMaxIterations, workflowTaskTypes } from './workflow.ts'
export type { WorkflowHookDef, WorkflowHooks } from './workflow-hooks.ts'
export type { WorkflowInstance, WorkflowTaskState } from './workflow-instance.ts'
export { assertWorkflowTransition, validWorkflowTransition, workflowMoves } from './workflow-moves.ts'
export type { ConditionResult, SubflowResult, UpstreamPayload } from './workflow-output.ts'
export type { WorkflowSignal } from './workflow-signal.ts'
export type { WorkflowStatus } from './workflow-status.ts'
export { isRetryableWorkflowStatus, isTerminalWorkflowStatus, workflowStatuses } from './workflow-status.ts'
