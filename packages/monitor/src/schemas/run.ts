import { type JsonSchema, runStatuses } from '@dureq/types'
import { instant, object, text } from './shared.ts'

const mandatory = {
  id: text,
  job_id: text,
  node_id: text,
  status: { enum: runStatuses },
  attempt: { type: 'integer', minimum: 1 },
  started_at: instant,
} as const satisfies Record<string, JsonSchema>

const optional = {
  error: text,
  finished_at: instant,
  duration: { type: 'integer', minimum: 1 },
  last_heartbeat_at: instant,
  progress: {},
} as const satisfies Record<string, JsonSchema>

/** A run in an answer. */
export const runSchema: JsonSchema = object(mandatory, optional)
