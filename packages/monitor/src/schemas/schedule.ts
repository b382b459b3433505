import { type JsonSchema, jobStatuses, overlapPolicies, scheduleTypes } from '@dureq/types'
import { goDuration, instant, integer, named, object, text } from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 0 }

const atTime = object({ hour: count, minute: count }, { second: count })

/** A schedule in a request; what its values are worth the client says. */
export const scheduleRequest: JsonSchema = named(
  'ScheduleRequest',
  object(
    { type: text },
    {
      run_at: text,
      interval: text,
      cron_expr: text,
      regular_interval: integer,
      at_times: { type: 'array' },
      included_days: { type: 'array', items: integer },
      starts_at: text,
      ends_at: text,
      timezone: text,
      overlap_policy: text,
      catchup_window: text,
      max_backfill_per_tick: integer,
      jitter: text,
      buffer_limit: integer,
      dst_policy: { type: 'object' },
    },
  ),
)

/** A schedule in an answer. */
export const scheduleSchema: JsonSchema = named(
  'Schedule',
  object(
    { type: { enum: scheduleTypes } },
    {
      run_at: instant,
      interval: goDuration,
      cron_expr: text,
      regular_interval: { type: 'integer', minimum: 1 },
      at_times: { type: 'array', items: atTime, minItems: 1 },
      included_days: { type: 'array', items: count, minItems: 1 },
      starts_at: instant,
      ends_at: instant,
      timezone: text,
      overlap_policy: { enum: overlapPolicies },
      catchup_window: goDuration,
      max_backfill_per_tick: { type: 'integer', minimum: 1 },
      jitter: goDuration,
      buffer_limit: count,
      dst_policy: object({}, { gap: text, overlap: text }),
    },
  ),
)

const skip = object({
  from: instant,
  to: instant,
  count: { type: 'integer', minimum: 1 },
  reason: { enum: ['overlap', 'buffer-full', 'missed', 'paused', 'changed'] },
})

/** The schedule of a recurring job in an answer. */
export const scheduleEntrySchema: JsonSchema = named(
  'ScheduleEntry',
  object(
    {
      job_id: text,
      task_type: text,
      status: { enum: jobStatuses },
      schedule: scheduleSchema,
      next_run_at: instant,
      created_at: instant,
      unfinished: { type: 'array', items: object({ firing_id: text, state: text }) },
      skipped_times: count,
      skips: { type: 'array', items: skip },
    },
    { last_processed_at: instant },
  ),
)

/** What became of a firing that was asked for. */
export const firingOutcomeSchema: JsonSchema = named(
  'FiringOutcome',
  object({
    job_id: text,
    firing_id: text,
    at: instant,
    status: { enum: ['created', 'held', 'skipped', 'existing'] },
  }),
)

/** What became of the times of a backfill. */
export const backfillSchema: JsonSchema = named(
  'Backfill',
  object({
    job_id: text,
    created: count,
    held: count,
    skipped: count,
    existing: count,
  }),
)
