import type { FiringOutcome, Instant, RecurringSchedule, StoredSchedule } from '@dureq/types'
import type { BackfillReport } from './backfill.ts'
import type { JobRef } from './job-ref.ts'
import type { JobPage } from './listing.ts'
import type { OrderOptions } from './order-options.ts'
import type { PageOptions } from './page-options.ts'

/** One page of schedules. */
export interface SchedulePage {
  readonly schedules: readonly StoredSchedule[]
  readonly total: number
  readonly totalExact: boolean
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string
}

/**
 * The schedules of recurring jobs, which `enqueue` creates. Each is named by its job; what is asked of a job that is not
 * recurring, or whose schedule is over, rejects with `ScheduleNotFoundError`, and with `InvalidJobStatusError` where the
 * status forbids it. Nothing has changed then.
 */
export interface Scheduling {
  /** Fires no more until `resumeSchedule`; firings of before go on. */
  pauseSchedule(job: JobRef, options?: OrderOptions): Promise<void>
  /** Fires again; what was due meanwhile is skipped. Firings that are paused go on, too. */
  resumeSchedule(job: JobRef, options?: OrderOptions): Promise<void>
  /**
   * Replaces the schedule from now on. Intervals are still counted from its creation, unless it has `startsAt`. Firings that
   * exist go on; times that were due and have not been fired are recorded as skipped. A paused schedule stays paused.
   *
   * @throws ValidationError naming every fault of the schedule.
   */
  updateSchedule(job: JobRef, schedule: RecurringSchedule, options?: OrderOptions): Promise<void>
  /** Ends it: firings that run or wait finish, those held back are cancelled, then the job is `completed`. */
  deleteSchedule(job: JobRef, options?: OrderOptions): Promise<void>
  /** The schedule as it is now; undefined when there is none (any more). */
  getSchedule(job: JobRef): Promise<StoredSchedule | undefined>
  /** A page of all schedules, by creation. */
  listSchedules(options?: PageOptions): Promise<SchedulePage>
  /**
   * A page of the firings that are kept, by firing time; the `id` of each is its firing id.
   *
   * @throws JobNotFoundError when the reference is none.
   */
  listFirings(job: JobRef, options?: PageOptions): Promise<JobPage>
  /** Fires now, whatever the schedule says, also while it is paused; the overlap policy applies. */
  triggerNow(job: JobRef, options?: OrderOptions): Promise<FiringOutcome>
  /**
   * Fires the times from `from` to `to`, both inclusive, that have no firing any more or never had one, such as those of
   * before the job was created; the overlap policy applies. Times the schedule itself is still to fire are left to it.
   *
   * It works piece by piece, oldest first, and can be repeated: what exists stays as it is.
   *
   * @throws ValidationError naming every fault.
   */
  backfill(job: JobRef, from: Instant, to: Instant, options?: OrderOptions): Promise<BackfillReport>
  /**
   * The next `count` times (1-1,000) of a schedule that would be created now, in epoch milliseconds, without jitter. Stores
   * nothing.
   *
   * @throws ValidationError naming every fault.
   */
  previewSchedule(schedule: RecurringSchedule, count: number): Promise<readonly number[]>
}
