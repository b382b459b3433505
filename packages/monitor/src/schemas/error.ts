import type { JsonSchema } from '@dureq/types'
import { integer, named, object, text } from './shared.ts'

/** The body of an answer that is an error. */
export const errorSchema: JsonSchema = named(
  'Error',
  object(
    { error: text, code: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' } },
    {
      fields: {
        type: 'array',
        minItems: 1,
        items: named('Fault', object({ field: text, problem: text }, { limit: integer })),
      },
      existing_job_id: text,
      owner_id: text,
      may_have_happened: { type: 'boolean' },
    },
  ),
)
