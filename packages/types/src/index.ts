export type { Clock, NewId, Random, Timer } from './clock.ts'
export { ServerStoppedError } from './errors/node-errors.ts'
export {
  StoreFullError,
  StoreUnavailableError,
  StoreVersionError,
  SupersededError,
} from './errors/store-errors.ts'
export { ValidationError } from './errors/validation-error.ts'
export type { EventType, JobEvent } from './event.ts'
export { eventTypes } from './event.ts'
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
  InLine,
  Lease,
  Leased,
  LeasedFiring,
  Paused,
  Place,
} from './firing/firing.ts'
export { jobRecordOf } from './firing/job-record.ts'
export { beatFiring, beatOutcome, isHeld } from './firing/lease.ts'
export type { Lost, Move, Refused } from './firing/move.ts'
export type { TierChoice } from './firing/next-tier.ts'
export { nextTier } from './firing/next-tier.ts'
export { autoResumeFiring, pauseFiring, resumeFiring } from './firing/pause.ts'
export { releaseFiring } from './firing/release.ts'
export { removeAt, removeFiring } from './firing/remove.ts'
export { retryFiring } from './firing/retry.ts'
export { missedStartText, missStart, startDeadline } from './firing/schedule-to-start.ts'
export { settleFiring } from './firing/settle.ts'
export { updateFiringPayload } from './firing/update-payload.ts'
export type { HomeOf } from './ids.ts'
export {
  createIdMinter,
  homePartition,
  ID_LENGTH,
  isId,
  jobIdOf,
  partitionOf,
  runIdOf,
  withPartition,
} from './ids.ts'
export type { Job, JobRecord, JobResult, JobSchedule } from './job.ts'
export { parseJob, parseJobResult } from './job.ts'
export type { JobStatus } from './job-status.ts'
export type { JsonText, JsonValue } from './json.ts'
export type { SizeLimits } from './limits.ts'
export { defaultSizeLimits } from './limits.ts'
export type { LogFunc, Logger } from './logger.ts'
export { silentLogger } from './logger.ts'
export type { NodeInfo, PoolStats } from './node-info.ts'
export { createMatcher, matchHandler } from './pattern.ts'
export type { ResolvedRetryPolicy } from './retry-policy.ts'
export type { JobRun, RunRecord } from './run.ts'
export { parseRun } from './run.ts'
export type { RunStatus } from './run-status.ts'
export type { Retention, Settings } from './settings.ts'
export { checkSettings, defaultSettings, MAX_RETAIN_MS } from './settings.ts'
export type { CallKey } from './store/call.ts'
export { callId } from './store/call.ts'
export type { EndedFiring } from './store/ended.ts'
export type {
  EventDelivery,
  EventFilter,
  EventPage,
  EventPosition,
  EventsRole,
  WatchOutcome,
} from './store/events.ts'
export type { HandlerSet, HandlerSpec } from './store/handler-set.ts'
export { createHandlerSet, handlerFor } from './store/handler-set.ts'
export type {
  InspectorRole,
  JobCount,
  JobFilter,
  Page,
  PageRequest,
  StoreInfo,
} from './store/inspector.ts'
export type {
  CommandOutcome,
  CommandReply,
  EnqueueOutcome,
  JobCommand,
  JobsRole,
  NewJob,
} from './store/jobs.ts'
export type { AcquireOutcome, LeasesRole, LockInfo } from './store/leases.ts'
export type { NodesRole } from './store/nodes.ts'
export type {
  AdvanceReply,
  Beat,
  BeatOutcome,
  ClaimReply,
  ClaimRequest,
  LeasedRun,
  LeaseRef,
  RunOutcome,
  RunsRole,
  SettleReply,
  WaitRequest,
  WakeReason,
} from './store/runs.ts'
export type { SettingsRole, VersionedSettings } from './store/settings-role.ts'
export type { Store } from './store/store.ts'
export type { PriorityTier, TierConfig } from './tier.ts'
export { defaultTiers, tierForPriority } from './tier.ts'
