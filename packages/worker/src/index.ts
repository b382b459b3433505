export type { StopOptions, StopReport } from '@dureq/runtime'
export type {
  BatchContext,
  BatchRole,
  ConditionResult,
  GroupContext,
  GroupedJob,
  HandlerFunc,
  HandlerOptions,
  HookFunc,
  JobContext,
  JsonValue,
  ManyHandlerFunc,
  Middleware,
  RetryPolicy,
  SubflowResult,
  Task,
  UpstreamPayload,
  WorkflowContext,
  WorkflowSignal,
  WorkflowSignals,
  WorkflowTask,
} from '@dureq/types'
export {
  adaptMiddleware,
  ContinueAsNewError,
  conditionHandler,
  currentJob,
  DuplicateHandlerError,
  DureqError,
  defineTask,
  ExecutionTimedOutError,
  JobCancelledError,
  LockNotHeldError,
  NonRetryableError,
  NoProgressReporterError,
  OutsideHandlerError,
  PanicError,
  PauseError,
  RateLimitedError,
  RepeatError,
  RetryableError,
  reportProgress,
  ServerStoppedError,
  SizeLimitError,
  SkipError,
  StoreUnavailableError,
  subflowHandler,
  ValidationError,
  withUpstream,
} from '@dureq/types'
export type { HandleManyOptions } from './handle-many.ts'
export type { HandleOptions } from './handler-entry.ts'
export type { WorkerHealth } from './health.ts'
export type { HookName, WorkerHooks } from './hook-runner.ts'
export type { HandlerResult, Worker } from './worker.ts'
export { createWorker } from './worker.ts'
export type { WorkerOptions } from './worker-options.ts'
