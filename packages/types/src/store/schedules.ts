import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import type { Actor } from '../operations/audit.ts'
import type { RecurringSchedule } from '../schedule.ts'
import type { FiringCaps } from '../settings/retention.ts'
import type { CallKey } from './call.ts'
import type { EndedFiring } from './ended.ts'
import type { Page, PageRequest } from './inspector.ts'

/** When a schedule fires next. All moments are epoch milliseconds. */
export interface NextFiring {
  /** The firing time: a point of the schedule's phase. */
  readonly nextRunAt: number
  /** When it is to be fired: later than `nextRunAt` by the jitter, or by the pause between two rounds of catching up. */
  readonly dueAt: number
}

/** The schedule a new recurring job brings along. */
export interface Recurrence {
  readonly schedule: RecurringSchedule<number, number>
  /** Where intervals count from when the schedule has no `startsAt`: the store's time shortly before the enqueue. */
  readonly anchorAt: number
  readonly next: NextFiring
}

/** Why firing times were passed over. */
export type SkipReason =
  /** An earlier firing was unfinished (SKIP, or BUFFER_ONE that holds one already). */
  | 'overlap'
  /** BUFFER_ALL holds as many as it may. */
  | 'buffer-full'
  /** Too old for the catch-up window; without a window, all missed ones but the latest. */
  | 'missed'
  /** The schedule was paused. */
  | 'paused'
  /** The schedule was changed before they were fired. */
  | 'changed'

/** Firing times that were passed over, as one record: the first and the last of them, and how many. */
export interface SkippedTimes {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly reason: SkipReason
}

/** A stretch of time in which a schedule was paused, both ends inclusive. Without `to` it still is. */
export interface PausedSpan {
  readonly from: number
  readonly to?: number
}

/** Where an unfinished firing stands. */
export type UnfinishedState = 'waiting' | 'delayed' | 'leased' | 'retrying' | 'paused' | 'held'

/** A firing that has not ended. */
export interface UnfinishedFiring {
  readonly firingId: string
  readonly state: UnfinishedState
}

/** Records of skipped times a schedule keeps; older ones are dropped, their times stay in `skippedTimes`. */
export const MAX_SKIP_RECORDS = 100

/** Spans of pausing a schedule keeps until a `fire` has gone past them; a further one is joined to the newest. */
export const MAX_PAUSED_SPANS = 100

/** Ended firings a recurring job keeps unless `Retention.firings` says otherwise. */
export const KEPT_FIRINGS: FiringCaps = { completed: 100, dead: 1_000, cancelled: 100 }

/** A schedule as it is kept. */
export interface StoredSchedule {
  readonly jobId: string
  readonly taskType: string
  readonly schedule: RecurringSchedule<number, number>
  readonly anchorAt: number
  /** Grows with every `fire` and `change` and with pause and resume; guards plans. */
  readonly version: number
  /** Absent: nothing is left to fire. */
  readonly next?: NextFiring
  /** Everything up to here was fired or skipped; times up to it are never fired again. At first: absent. */
  readonly lastFiredAt?: number
  readonly createdAt: number
  /** The derived status of the job. */
  readonly status: JobStatus
  /** Oldest first. Spans that `lastFiredAt` has passed are forgotten. */
  readonly pausedSpans: readonly PausedSpan[]
  /** By firing time. */
  readonly unfinished: readonly UnfinishedFiring[]
  /** Newest last, at most `MAX_SKIP_RECORDS`. */
  readonly skips: readonly SkippedTimes[]
  /** Firing times ever skipped. */
  readonly skippedTimes: number
}

/** One time to fire. `late` marks one that was missed (header `x-dureq-backfill`). */
export interface FiringTime {
  readonly at: number
  readonly late?: boolean
}

/** What a scheduler has planned for one schedule. */
export interface FireRequest {
  readonly jobId: string
  /** Of the schedule the plan was made from. */
  readonly version: number
  /** Ascending, all after its `lastFiredAt`. */
  readonly times: readonly FiringTime[]
  /** What the plan passes over. */
  readonly skips: readonly SkippedTimes[]
  /** The new `lastFiredAt`: the last time fired or skipped. */
  readonly lastFiredAt: number
  /** Absent: nothing is left; the job completes when its last firing has ended. */
  readonly next?: NextFiring
}

/** What became of one firing time. `existing`: there is such a firing already; nothing changed. */
export interface FiringOutcome {
  readonly kind: 'created' | 'held' | 'skipped' | 'existing'
  readonly at: number
  readonly firingId: string
}

/** What became of one plan. `stale`: the schedule has changed since; plan anew. */
export type FireOutcome =
  | { readonly kind: 'fired'; readonly firings: readonly FiringOutcome[] }
  | { readonly kind: 'stale' | 'unknown' }

/** An order to one schedule. One that was carried out is noted in the audit trail of the job when it has `by`. */
export type ScheduleChange = { readonly by?: Actor } & (
  | {
      readonly verb: 'update'
      readonly jobId: string
      readonly version: number
      readonly recurrence: Omit<Recurrence, 'next'> & { readonly next?: NextFiring }
      /** Times of the old schedule that will not be fired any more. */
      readonly skips: readonly SkippedTimes[]
      /** The moment of the change: no time up to it is fired by the new schedule. */
      readonly lastFiredAt: number
    }
  | { readonly verb: 'trigger' | 'remove'; readonly jobId: string }
  | { readonly verb: 'backfill'; readonly jobId: string; readonly times: readonly number[] }
)

/**
 * What became of one change. `refused` names the status that forbids it; `ahead` a backfill with times from the next
 * firing on, which the schedule itself will fire: nothing of it happened.
 */
export type ScheduleOutcome =
  | { readonly kind: 'done'; readonly firings: readonly FiringOutcome[] }
  | { readonly kind: 'stale' | 'unknown' }
  | { readonly kind: 'ahead'; readonly lastFiredAt?: number }
  | { readonly kind: 'refused'; readonly status: JobStatus }

/** Schedules that are due. */
export interface DueReply {
  /** Due ones, earliest `dueAt` first. */
  readonly entries: readonly StoredSchedule[]
  readonly now: number
  /** When the earliest of those not given is due; absent when there is none. */
  readonly nextAt?: number
}

/**
 * Keeps recurring jobs: a job and its schedule are one, created by `jobs.enqueue` with a `recurrence`, paused, resumed,
 * cancelled and deleted by `jobs.command`.
 *
 * A firing is stored under `<jobId>:<at>` (`<jobId>:<at>t` when triggered) with attempts, runs, errors and result of
 * its own; its payload is the job's, read when it is claimed. It carries the headers of the job and
 * `x-dureq-scheduled-at` (RFC 3339), `x-dureq-firing-id` and, when late or backfilled, `x-dureq-backfill: true`. A firing
 * that becomes claimable tells `job.dispatched`.
 *
 * Overlap (semantics part one 10) is decided in the step that creates a firing, against all unfinished firings of the
 * job, those created just before in the same step included: ALLOW_ALL creates it; SKIP skips it; BUFFER_ONE and
 * BUFFER_ALL hold it while others are unfinished, up to one and `bufferLimit`; REPLACE cancels the others as `cancel`
 * does (a held one ends `cancelled` at once) and holds the new one. The step that ends the last unfinished firing
 * that is not held releases the oldest held one into its line.
 */
export interface SchedulesRole {
  /** The schedules that are due and not paused, at most `limit` (0-1,000; 0 asks for the time). Changes nothing. */
  due(limit: number): Promise<DueReply>

  /**
   * Carries out plans, each atomically, in order: creates the firings, applies the overlap policy, records what is skipped,
   * forgets paused spans that lie behind, and moves the schedule on to `next`. Nothing of a plan happens when its version is not
   * the schedule's, or a time of it is not after `lastFiredAt` (`stale`), so of two schedulers that planned the same times one fires them (I5). A repeat under the same key
   * gives the same outcomes.
   *
   * @throws StoreFullError when the store has no room; nothing of the refused plans happened.
   */
  fire(
    call: CallKey,
    plans: readonly FireRequest[],
  ): Promise<{ readonly outcomes: readonly FireOutcome[]; readonly ended: readonly EndedFiring[] }>

  /**
   * Carries out orders, each atomically, in order.
   *
   * - `update` replaces the schedule, guarded by the version; firings already created go on. A paused one stays paused.
   * - `trigger` fires now, `<jobId>:<now>t`, or at the next free millisecond; the overlap policy applies. Works while paused.
   * - `backfill` creates the firings of these times that have no record, by the overlap policy; those have the late header.
   *   Any time before the next firing will do, also one of before the job was created.
   * - `remove` takes the schedule away: held firings end `cancelled`, the others finish, then the job is `completed`.
   */
  change(
    call: CallKey,
    changes: readonly ScheduleChange[],
  ): Promise<{ readonly outcomes: readonly ScheduleOutcome[]; readonly ended: readonly EndedFiring[] }>

  /** The schedules of these jobs, in order; undefined where there is none (any more: a job that has ended has none). */
  get(jobIds: readonly string[]): Promise<readonly (StoredSchedule | undefined)[]>

  /** All schedules by creation of their jobs. */
  list(page: PageRequest): Promise<Page<StoredSchedule>>

  /** The firings kept of one job by firing time, ended and unfinished; their `id` is the firing id. */
  firings(jobId: string, page: PageRequest): Promise<Page<JobRecord>>
}
