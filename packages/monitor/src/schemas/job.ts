import { type JsonSchema, jobStatuses } from '@dureq/types'
import { retryPolicySchema } from './retry-policy.ts'
import { scheduleSchema } from './schedule.ts'
import {
  concurrencyKeys,
  goDuration,
  instant,
  integer,
  named,
  object,
  text,
  texts,
  userData,
  userTexts,
} from './shared.ts'

/** How a job ended. */
const result = named(
  'JobResult',
  object({ status: { enum: ['completed', 'dead', 'cancelled'] } }, { output: userData, error: text }),
)

const mandatory = {
  id: text,
  task_type: text,
  payload: userData,
  schedule: scheduleSchema,
  status: { enum: jobStatuses },
  attempt: { type: 'integer', minimum: 0 },
  priority: { type: 'integer', minimum: 1, maximum: 10 },
  created_at: instant,
  updated_at: instant,
} as const satisfies Record<string, JsonSchema>

const optional = {
  retry_policy: retryPolicySchema,
  consecutive_errors: { type: 'integer', minimum: 1 },
  last_error: text,
  last_run_at: instant,
  next_run_at: instant,
  completed_at: instant,
  paused_at: instant,
  resume_at: instant,
  tags: { ...texts, minItems: 1 },
  headers: { ...userTexts, minProperties: 1 },
  unique_key: text,
  request_id: text,
  dlq_after: integer,
  version: text,
  timeout: goDuration,
  schedule_to_start_timeout: goDuration,
  heartbeat_timeout: goDuration,
  retain: goDuration,
  concurrency_keys: concurrencyKeys,
  workflow_id: text,
  workflow_task: text,
  batch_id: text,
  batch_item: text,
  batch_role: { enum: ['onetime', 'item'] },
  result,
} as const satisfies Record<string, JsonSchema>

/** A job in an answer. */
export const jobSchema: JsonSchema = named('Job', object(mandatory, optional))
