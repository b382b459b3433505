import type { Duration } from './duration.ts'
import type { Instant } from './instant.ts'

/** Every type of schedule. `IMMEDIATE` and `ONE_TIME` fire once; the others recur. */
export const scheduleTypes = [
  'IMMEDIATE',
  'ONE_TIME',
  'DURATION',
  'CRON',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
] as const

/** The type of a schedule. */
export type ScheduleType = (typeof scheduleTypes)[number]

/**
 * What happens to a firing that is due while an earlier one of the same job is unfinished: waiting, running,
 * waiting for a retry, paused or held.
 *
 * - `ALLOW_ALL` runs it beside the others (default)
 * - `SKIP` records it as skipped
 * - `BUFFER_ONE` holds one until the others have ended and skips the rest
 * - `BUFFER_ALL` holds all, up to `bufferLimit`
 * - `REPLACE` cancels the others, and runs it when the last of them has ended
 */
export const overlapPolicies = ['ALLOW_ALL', 'SKIP', 'BUFFER_ONE', 'BUFFER_ALL', 'REPLACE'] as const

/** What happens to a firing that is due while an earlier one is unfinished; `overlapPolicies` explains each. */
export type OverlapPolicy = (typeof overlapPolicies)[number]

/** A time of day on the clock of the schedule's time zone. */
export interface AtTime {
  /** 0-23. */
  readonly hour: number
  /** 0-59. */
  readonly minute: number
  /** 0-59. Default: 0. */
  readonly second?: number
}

/** What can become of a time of day that a change of the clocks removes. */
export const gapPolicies = ['shift', 'skip'] as const

/** Which of two equal times of day counts where a change of the clocks repeats them. */
export const dstOverlapPolicies = ['first', 'second', 'both'] as const

/**
 * What happens to times of day that a change of the clocks removes or repeats. It governs DAILY, WEEKLY and
 * MONTHLY schedules, and CRON whose hour field has neither `*` nor a step.
 */
export interface DstPolicy {
  /** A time that does not exist: moved to the first moment after the gap (default), or skipped that day. */
  readonly gap?: (typeof gapPolicies)[number]
  /** A time that exists twice: the first (default), the second, or both. */
  readonly overlap?: (typeof dstOverlapPolicies)[number]
}

/** What all recurring schedules have. `I` and `D` are how moments and lengths of time are written. */
export interface RecurringOptions<I = Instant, D = Duration> {
  /** No firing before; also the anchor of intervals. Inclusive. Default of the anchor: the creation time. */
  readonly startsAt?: I
  /** No firing after. Inclusive. */
  readonly endsAt?: I
  /** IANA name, such as `Asia/Tokyo`. Default: UTC. */
  readonly timezone?: string
  /** Default: `ALLOW_ALL`. */
  readonly overlapPolicy?: OverlapPolicy
  /** Most firings `BUFFER_ALL` holds; more are skipped. Default: 1,000. */
  readonly bufferLimit?: number
  /** Missed firings up to this age are caught up, oldest first. Default: only the latest one runs, once. */
  readonly catchupWindow?: D
  /** Most missed firings created in one round; rounds are a second apart. Default: 10. */
  readonly maxBackfillPerTick?: number
  /** Each firing is late by a random part of this. It never moves the phase. Default: none. */
  readonly jitter?: D
  readonly dstPolicy?: DstPolicy
}

/** What a recurring schedule does that does not say: the defaults of `RecurringOptions` that are values. */
export const recurringDefaults: {
  readonly timezone: string
  readonly overlapPolicy: OverlapPolicy
  readonly bufferLimit: number
  readonly maxBackfillPerTick: number
  readonly dstPolicy: Required<DstPolicy>
} = {
  timezone: 'UTC',
  overlapPolicy: 'ALLOW_ALL',
  bufferLimit: 1_000,
  maxBackfillPerTick: 10,
  dstPolicy: { gap: 'shift', overlap: 'first' },
}

/** Fires at once. */
export interface ImmediateSchedule {
  readonly type: 'IMMEDIATE'
}

/** Fires once, at a moment; in the past it fires at once. */
export interface OneTimeSchedule<I = Instant> {
  readonly type: 'ONE_TIME'
  readonly runAt: I
}

/** Fires again and again after the same elapsed time, first at `startsAt` or one interval after creation. */
export interface DurationSchedule<I = Instant, D = Duration> extends RecurringOptions<I, D> {
  readonly type: 'DURATION'
  readonly interval: D
}

/** Fires when a cron expression says so. */
export interface CronSchedule<I = Instant, D = Duration> extends RecurringOptions<I, D> {
  readonly type: 'CRON'
  /** 5 fields, 6 with seconds in front, or a descriptor such as `@daily` or `@every 90s`. */
  readonly cronExpr: string
}

/** What the schedules of the calendar have. */
interface CalendarOptions<I, D> extends RecurringOptions<I, D> {
  /** Every this many days, weeks or months; 1 or more. */
  readonly regularInterval: number
  /** At least one. */
  readonly atTimes: readonly AtTime[]
}

/** Fires at times of day, every so many days. */
export interface DailySchedule<I = Instant, D = Duration> extends CalendarOptions<I, D> {
  readonly type: 'DAILY'
}

/** Fires at times of day on days of the week, every so many weeks. */
export interface WeeklySchedule<I = Instant, D = Duration> extends CalendarOptions<I, D> {
  readonly type: 'WEEKLY'
  /** 0 (Sunday) to 6. */
  readonly includedDays: readonly number[]
}

/** Fires at times of day on days of the month, every so many months. */
export interface MonthlySchedule<I = Instant, D = Duration> extends CalendarOptions<I, D> {
  readonly type: 'MONTHLY'
  /** 1-31. A month without such a day is passed over. */
  readonly includedDays: readonly number[]
}

/** A schedule that fires again and again. */
export type RecurringSchedule<I = Instant, D = Duration> =
  | DurationSchedule<I, D>
  | CronSchedule<I, D>
  | DailySchedule<I, D>
  | WeeklySchedule<I, D>
  | MonthlySchedule<I, D>

/** When a job runs. Fields of another type of schedule are ignored. */
export type Schedule<I = Instant, D = Duration> =
  | ImmediateSchedule
  | OneTimeSchedule<I>
  | RecurringSchedule<I, D>

/** A schedule as it is stored and returned: moments and lengths of time are whole milliseconds. */
export type ResolvedSchedule = Schedule<number, number>

/** Whether a schedule of this type fires again and again. */
export function isRecurring(type: ScheduleType): boolean {
  return type !== 'IMMEDIATE' && type !== 'ONE_TIME'
}

/** When a recurring job fires next. */
export interface ScheduleEntry {
  readonly jobId: string
  /** The next firing, epoch milliseconds. */
  readonly nextRunAt: number
  readonly schedule: RecurringSchedule<number, number>
  /** The newest firing that was created; times up to it are never fired again. */
  readonly lastProcessedAt?: number
}
