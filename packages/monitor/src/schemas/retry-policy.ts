import type { JsonSchema } from '@dureq/types'
import { integer, named, object, texts } from './shared.ts'

const core = {
  max_attempts: integer,
  initial_delay: integer,
  max_delay: integer,
  multiplier: { type: 'number' },
  jitter: { type: 'number' },
} as const satisfies Record<string, JsonSchema>

const rest = {
  non_retryable_errors: texts,
  pause_after_err_count: integer,
  pause_retry_delay: integer,
} as const satisfies Record<string, JsonSchema>

/** A retry policy in a request: everything may be left out. */
export const retryPolicyRequest: JsonSchema = named('RetryPolicyRequest', object({}, { ...core, ...rest }))

/** A retry policy in an answer. */
export const retryPolicySchema: JsonSchema = named('RetryPolicy', object(core, rest))
