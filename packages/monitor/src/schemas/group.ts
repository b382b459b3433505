import type { JsonSchema } from '@dureq/types'
import { instant, named, object, text } from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 1 }

/** A group in an answer. */
export const groupSchema: JsonSchema = named(
  'Group',
  object(
    { name: text, size: count, task_type: text, created_at: instant },
    { attempts: count, error: text, retry_at: instant },
  ),
)

/** The body of `POST /api/groups/{group}`. */
export const groupMessage: JsonSchema = object({ task_type: text }, { payload: {} })
