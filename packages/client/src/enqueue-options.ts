import type { ConcurrencyKey, Duration, Instant, Priority, RetryPolicy, Schedule } from '@dureq/types'
import { type RoomOptions, roomOptionNames } from './room-options.ts'

/**
 * What may be said about one job when it is enqueued. Everything is optional. What is stated here is stored with
 * the job and wins over the defaults of its task and its handler.
 */
export interface EnqueueOptions extends RoomOptions {
  /** 1-10, higher first. Default: the task's, else 5. */
  readonly priority?: Priority
  /** Not before this time from now, on the store's clock; at most ten years. */
  readonly delay?: Duration
  /** Not before this moment, at most ten years ahead; at once when it has passed. */
  readonly runAt?: Instant
  /**
   * Makes it a recurring job, which schedulers fire again and again; ONE_TIME is another way to say `runAt`. Only one of
   * `delay`, `runAt` and `schedule` may be given.
   */
  readonly schedule?: Schedule
  /** Labels: at most 50, of at most 100 characters. */
  readonly tags?: readonly string[]
  /** Texts handed to the handler as `ctx.headers`: at most 100, in all at most `limits.headers` bytes. */
  readonly headers?: Readonly<Record<string, string>>
  /** No two jobs that have not ended share one: the second is refused with the id of the first. */
  readonly uniqueKey?: string
  /** Makes the call repeatable: for 24 hours the same request id gives the same job. */
  readonly requestId?: string
  readonly retryPolicy?: RetryPolicy
  /** Longest time one execution may take; at least 1 ms. Default: the handler's. */
  readonly timeout?: Duration
  /** How long a silent node keeps the job before another takes it over; at least 1 s. Default: the handler's. */
  readonly heartbeatTimeout?: Duration
  /** Dead, without a retry, when not started this long after it could be; at least 1 ms. Default: the task's, else none. */
  readonly scheduleToStartTimeout?: Duration
  /** Lowers the attempts allowed: min(policy, dlqAfter). At least 1. */
  readonly dlqAfter?: number
  /** Only handlers of this version, or of none, may take it. Default: any handler. */
  readonly version?: string
  /**
   * Limits it shares with others: it only runs while each of these keys, at most 8, has room. A stated `maxConcurrency` becomes
   * the limit of the key; without one the limit that holds stays, 1 where there is none.
   */
  readonly concurrencyKeys?: readonly ConcurrencyKey[]
  /** How long it is kept after its end; 0 keeps nothing. Default: by the retention settings. */
  readonly retain?: Duration
}

/** What `enqueueMany` takes: one set of options for all its jobs, which therefore can name none of them. */
export type EnqueueManyOptions = Omit<EnqueueOptions, 'uniqueKey' | 'requestId' | keyof RoomOptions>

/** What may be said about one of many jobs: their call waits for nothing, and says which found no room. */
export type EntryOptions = Omit<EnqueueOptions, keyof RoomOptions>

/** The names of all options of one job. */
export const enqueueOptionNames: readonly (keyof EnqueueOptions)[] = [
  'priority',
  'delay',
  'runAt',
  'schedule',
  'tags',
  'headers',
  'uniqueKey',
  'requestId',
  'retryPolicy',
  'timeout',
  'heartbeatTimeout',
  'scheduleToStartTimeout',
  'dlqAfter',
  'version',
  'concurrencyKeys',
  'retain',
  ...roomOptionNames,
]
