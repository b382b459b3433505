import { resolveRetryPolicy } from '../retry-policy.ts'
import type { BatchPlan } from './batch.ts'

/** How a batch is to end once no job of it is in flight any more. */
export interface BatchEnding {
  readonly status: 'failed' | 'cancelled'
  /** Why. */
  readonly error: string
  /** No attempt follows, whatever the retry policy says. */
  readonly final?: true
  /** All jobs in flight have been told. */
  readonly told?: true
}

/** The job of the shared step. */
export interface BatchOnetimeJob {
  readonly jobId: string
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled'
}

/**
 * What the engine keeps in the head of a batch (`InstanceHead.state`): counters, never lists of items. How many items there
 * are the head itself says (`InstanceHead.size`); `countBatch` makes the counters of readers of both.
 *
 * `init` waits for the items, `onetime` for the shared step, `items` carries items out, `ending` waits for the jobs in
 * flight, `backoff` for the next attempt, `over` has ended.
 *
 * In every version `completed + failed + cancelled + running + redo = next`.
 */
export interface BatchState {
  readonly phase: 'init' | 'onetime' | 'items' | 'ending' | 'backoff' | 'over'
  /** 1 at first; every retry raises it. */
  readonly attempt: number
  /** Attempts the retry policy allows; 1 without one. */
  readonly maxAttempts: number
  /** Given to every job of it: the trace of who started it. */
  readonly headers?: Readonly<Record<string, string>>
  /** It begins with the items there are, though more may follow. */
  readonly eager?: true
  /** Place of the first item that no job was ever made for; a retry of all items begins again at 0. */
  readonly next: number
  /** Items whose job has completed. */
  readonly completed: number
  /** Items whose job was lost to an error, in this attempt. */
  readonly failed: number
  /** Items whose job was cancelled because the batch is ending, in this attempt. */
  readonly cancelled: number
  /** Items with a job in flight. */
  readonly running: number
  /** Items that an earlier attempt has left failed or cancelled and this one is still to do: the first of the set `unmet`. */
  readonly redo?: number
  /** As `redo`, of a life before: to be taken out of the set `unmet` before anything is dispatched. */
  readonly stale?: number
  readonly onetime?: BatchOnetimeJob
  readonly ending?: BatchEnding
  /** When `executionTimeout` is over, epoch ms. */
  readonly deadline?: number
  /** When the next attempt is due (`backoff`), epoch ms. */
  readonly retryAt?: number
  /** When `batch.progress` was told last, epoch ms; 0: never. */
  readonly progressAt: number
  /** When it is to be told next, because something has changed since, epoch ms. */
  readonly progressDue?: number
}

/**
 * The state a new batch begins with.
 *
 * @param eager whether it begins before its last item is stored. Default: false.
 */
export function initialBatchState({ retryPolicy }: BatchPlan, eager: boolean = false): BatchState {
  return {
    phase: 'init',
    attempt: 1,
    maxAttempts: retryPolicy === undefined ? 1 : resolveRetryPolicy(retryPolicy).maxAttempts,
    ...(eager && { eager }),
    next: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    running: 0,
    progressAt: 0,
  }
}
