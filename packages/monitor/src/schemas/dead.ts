import type { JsonSchema } from '@dureq/types'
import {
  concurrencyKeys,
  instant,
  integer,
  named,
  object,
  text,
  texts,
  userData,
  userTexts,
} from './shared.ts'

/** A dead job or firing in an answer. */
export const deadSchema: JsonSchema = named(
  'DeadJob',
  object(
    {
      job_id: text,
      task_type: text,
      payload: userData,
      attempt: integer,
      deadline: instant,
      metadata: object({ error: text }),
      priority: integer,
      dispatched_at: instant,
      error: text,
      died_at: instant,
    },
    { firing_id: text, headers: userTexts, version: text, concurrency_keys: concurrencyKeys },
  ),
)

/** The body of an order to dead jobs: those of these ids, or those a filter fits (none: all). */
export const deadOrderRequest: JsonSchema = object(
  {},
  { ids: texts, task_type: text, tag: text, search: text, limit: integer, cursor: text },
)

/** What became of such an order. */
export const deadOrderReport: JsonSchema = object(
  {
    affected: { type: 'integer', minimum: 0 },
    refused: { type: 'array', items: object({ job_id: text, error: text, code: text }) },
  },
  { cursor: text },
)
