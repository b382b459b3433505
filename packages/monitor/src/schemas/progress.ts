import { type JsonSchema, runStatuses } from '@dureq/types'
import { asUserData, instant, named, object, text, userData } from './shared.ts'

const status: JsonSchema = { enum: runStatuses }

/** How far a run is, in an answer. */
export const runProgressSchema: JsonSchema = named(
  'RunProgress',
  object({ run_id: text, status, progress: userData }, { last_heartbeat_at: instant }),
)

/** How far a job is, in an answer. */
export const jobProgressSchema: JsonSchema = named(
  'JobProgress',
  object(
    { progress: { type: ['number', 'null'] }, runs: { type: 'array', items: runProgressSchema } },
    {
      message: asUserData(text, 'message'),
      details: userData,
      run_id: text,
      status,
      last_heartbeat_at: instant,
    },
  ),
)
