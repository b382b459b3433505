import { type JsonSchema, runStatuses } from '@dureq/types'
import { instant, object, text } from './shared.ts'

const status: JsonSchema = { enum: runStatuses }

/** How far a run is, in an answer. */
export const runProgressSchema: JsonSchema = object(
  { run_id: text, status, progress: {} },
  { last_heartbeat_at: instant },
)

/** How far a job is, in an answer. */
export const jobProgressSchema: JsonSchema = object(
  { progress: { type: ['number', 'null'] }, runs: { type: 'array', items: runProgressSchema } },
  { message: text, details: {}, run_id: text, status, last_heartbeat_at: instant },
)
