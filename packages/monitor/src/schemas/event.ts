import { eventTypes, type JsonSchema } from '@dureq/types'
import { instant, integer, named, object, text, texts } from './shared.ts'

const batchProgress = object(
  { batch_id: text, done: integer, total: integer, failed: integer },
  { step: text },
)

/** An event in an answer. */
export const eventSchema: JsonSchema = named(
  'Event',
  object(
    { type: { enum: eventTypes }, timestamp: instant },
    {
      job_id: text,
      firing_id: text,
      run_id: text,
      node_id: text,
      task_type: text,
      error: text,
      attempt: { type: 'integer', minimum: 0 },
      batch_progress: batchProgress,
      affected_run_ids: texts,
      workflow_id: text,
      version: text,
    },
  ),
)
