import type { JsonSchema } from '@dureq/types'
import { retryPolicyRequest } from './retry-policy.ts'
import { integer, object, text, textMap, texts } from './shared.ts'

/** Every field a schedule can have, so that those of another type are known and only what is nothing is refused. */
const scheduleRequest = object(
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
)

const optional = {
  payload: {},
  schedule: scheduleRequest,
  delay: text,
  run_at: text,
  priority: integer,
  tags: texts,
  headers: textMap,
  unique_key: text,
  request_id: text,
  retry_policy: retryPolicyRequest,
  timeout: text,
  heartbeat_timeout: text,
  schedule_to_start_timeout: text,
  dlq_after: integer,
  version: text,
  retain: text,
} as const satisfies Record<string, JsonSchema>

/** The body of `POST /api/jobs`. */
export const enqueueRequest: JsonSchema = object({ task_type: text }, optional)
