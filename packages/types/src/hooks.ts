import type { JobEvent } from './event.ts'

/**
 * Called when something has happened. It runs in the process whose call made it happen, after that call; what
 * it throws is logged and changes nothing. A process that crashes in between calls none: what must not be
 * missed belongs into a workflow hook or a subscription to events.
 */
export type HookFunc = (event: JobEvent) => void | Promise<void>

/** Functions to call when jobs, workflows and batches change; each list is called in order. */
export interface Hooks {
  readonly onJobCompleted?: readonly HookFunc[]
  /** A failed attempt, whether or not another follows. */
  readonly onJobFailed?: readonly HookFunc[]
  readonly onJobDead?: readonly HookFunc[]
  readonly onJobPaused?: readonly HookFunc[]
  readonly onJobResumed?: readonly HookFunc[]
  readonly onJobCancelled?: readonly HookFunc[]
  readonly onWorkflowCompleted?: readonly HookFunc[]
  readonly onWorkflowFailed?: readonly HookFunc[]
  readonly onBatchCompleted?: readonly HookFunc[]
  readonly onBatchFailed?: readonly HookFunc[]
}
