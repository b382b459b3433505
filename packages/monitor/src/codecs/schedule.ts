import type { AtTime, DstPolicy, JobSchedule, RecurringSchedule } from '@dureq/types'
import { encodeInstant, encodeOptionalInstant } from './instant.ts'
import { encodeOptionalLength } from './length.ts'

/**
 * A schedule on the wire, with the JSON names and encodings of the Go implementation: moments are RFC 3339, lengths of
 * time texts such as `1m30s`. `buffer_limit` and `dst_policy` are ours. What is undefined is left out.
 */
export interface ScheduleWire {
  readonly type: string
  readonly run_at?: string | undefined
  readonly interval?: string | undefined
  readonly cron_expr?: string | undefined
  readonly regular_interval?: number | undefined
  readonly at_times?: readonly Required<AtTime>[] | undefined
  readonly included_days?: readonly number[] | undefined
  readonly starts_at?: string | undefined
  readonly ends_at?: string | undefined
  readonly timezone?: string | undefined
  readonly overlap_policy?: string | undefined
  readonly buffer_limit?: number | undefined
  readonly catchup_window?: string | undefined
  readonly max_backfill_per_tick?: number | undefined
  readonly jitter?: string | undefined
  readonly dst_policy?: DstPolicy | undefined
}

/** Writes a schedule. */
export function encodeSchedule(schedule: JobSchedule): ScheduleWire {
  const { type } = schedule
  if (type === 'IMMEDIATE') return { type }
  if (type === 'ONE_TIME') return { type, run_at: encodeInstant(schedule.runAt) }
  return { type, ...encodeTimes(schedule), ...encodeOptions(schedule) }
}

type Recurring = RecurringSchedule<number, number>

function encodeTimes(schedule: Recurring): Omit<ScheduleWire, 'type'> {
  switch (schedule.type) {
    case 'DURATION':
      return { interval: encodeOptionalLength(schedule.interval) }
    case 'CRON':
      return { cron_expr: schedule.cronExpr }
    case 'DAILY':
      return encodeCalendar(schedule)
    case 'WEEKLY':
    case 'MONTHLY':
      return { ...encodeCalendar(schedule), included_days: schedule.includedDays }
  }
}

type CalendarSchedule = Extract<Recurring, { readonly atTimes: unknown }>

function encodeCalendar({ regularInterval, atTimes }: CalendarSchedule): Omit<ScheduleWire, 'type'> {
  return {
    regular_interval: regularInterval,
    at_times: atTimes.map(({ hour, minute, second = 0 }) => ({ hour, minute, second })),
  }
}

function encodeOptions(schedule: Recurring): Omit<ScheduleWire, 'type'> {
  return {
    starts_at: encodeOptionalInstant(schedule.startsAt),
    ends_at: encodeOptionalInstant(schedule.endsAt),
    timezone: schedule.timezone,
    overlap_policy: schedule.overlapPolicy,
    buffer_limit: schedule.bufferLimit,
    catchup_window: encodeOptionalLength(schedule.catchupWindow),
    max_backfill_per_tick: schedule.maxBackfillPerTick,
    jitter: encodeOptionalLength(schedule.jitter),
    dst_policy: schedule.dstPolicy,
  }
}

/**
 * Reads a schedule whose types have been checked; the client checks the values. Its fields have the same names in both
 * worlds, but for their spelling.
 */
export function decodeSchedule(wire: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const camel = (name: string): string =>
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(wire).map(([name, value]) => [camel(name), value]))
}
