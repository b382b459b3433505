import { type JsonSchema, runStatuses } from '@dureq/types'
import { instant, named, object, text, userData } from './shared.ts'

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
  stack: text,
  finished_at: instant,
  duration: { type: 'integer', minimum: 1 },
  last_heartbeat_at: instant,
  progress: userData,
} as const satisfies Record<string, JsonSchema>

/** A run in an answer. */
export const runSchema: JsonSchema = named('Run', object(mandatory, optional))
