import { type JsonSchema, jobStatuses } from '@dureq/types'
import { named, object, text } from './shared.ts'

const reason: JsonSchema = { type: 'object', properties: { kind: text }, required: ['kind'] }

/** Why a job is not running, in an answer. */
export const explanationSchema: JsonSchema = named(
  'Explanation',
  object({
    job_id: text,
    status: { enum: jobStatuses },
    text,
    reasons: { type: 'array', items: reason, minItems: 1 },
  }),
)
