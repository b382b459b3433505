import type { JsonSchema } from '@dureq/types'
import { retryPolicyRequest } from './retry-policy.ts'
import { scheduleRequest } from './schedule.ts'
import { concurrencyKeys, integer, named, object, text, textMap, texts } from './shared.ts'

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
  concurrency_keys: concurrencyKeys,
} as const satisfies Record<string, JsonSchema>

/** The body of `POST /api/jobs`. */
export const enqueueRequest: JsonSchema = named('EnqueueRequest', object({ task_type: text }, optional))
