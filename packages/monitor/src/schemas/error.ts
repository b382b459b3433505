import type { JsonSchema } from '@dureq/types'
import { integer, object, text } from './shared.ts'

/** Every answer that is an error. */
export const errorSchema: JsonSchema = object(
  { error: text, code: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' } },
  {
    fields: { type: 'array', minItems: 1, items: object({ field: text, problem: text }, { limit: integer }) },
    existing_job_id: text,
    owner_id: text,
    may_have_happened: { type: 'boolean' },
  },
)
