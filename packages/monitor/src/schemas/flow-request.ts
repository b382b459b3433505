import type { JsonSchema } from '@dureq/types'
import { integer, object, text } from './shared.ts'

const number: JsonSchema = { type: 'number' }

/** The limits of a task type. */
export const taskTypeLimits: JsonSchema = object(
  {},
  { rate_limit: number, rate_burst: integer, max_running: integer, max_depth: integer, when_full: text },
)

/** The limits of a concurrency key. */
export const keySetting: JsonSchema = object(
  {},
  { max_concurrency: integer, rate_limit: number, rate_burst: integer },
)
