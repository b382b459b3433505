/** What a cron expression says, read. */
export type CronExpression = CronFields | CronEvery | CronHourly

/** An expression of fields, or a descriptor that stands for one, such as `@daily`. */
export interface CronFields {
  readonly kind: 'fields'
  /** The zone of a `TZ=` prefix. */
  readonly zone?: string
  /** Ascending, 0-59; also the minutes. */
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  /** Ascending, 0-23. */
  readonly hours: readonly number[]
  /** Whether the hours are times of day: the field has neither `*` nor a step. Then the DST policy governs them. */
  readonly hasFixedHours: boolean
  readonly daysOfMonth: DaysOfMonth
  /** Ascending, 0 (January) to 11. */
  readonly months: readonly number[]
  readonly weekdays: Weekdays
}

/** `@every`: the same elapsed time, again and again. */
export interface CronEvery {
  readonly kind: 'every'
  readonly zone?: string
  readonly everyMs: number
}

/** `@hourly`: the full hours, by elapsed time. */
export interface CronHourly {
  readonly kind: 'hourly'
  readonly zone?: string
}

/** The field of days of the month. */
export interface DaysOfMonth {
  /** Whether the field is exactly `*` or `?`. */
  readonly isOpen: boolean
  /** Ascending, 1-31. */
  readonly days: readonly number[]
  /** `L`: the last day of the month. */
  readonly hasLast: boolean
}

/** The field of days of the week. Weekdays are 0 (Sunday) to 6. */
export interface Weekdays {
  /** Whether the field is exactly `*` or `?`. */
  readonly isOpen: boolean
  /** Ascending. */
  readonly days: readonly number[]
  /** `5L`: the last Friday of the month. */
  readonly last: readonly number[]
  /** `5#2`: the second Friday of the month. */
  readonly nth: readonly { readonly weekday: number; readonly nth: number }[]
}
