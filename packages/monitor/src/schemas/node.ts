import type { JsonSchema } from '@dureq/types'
import { goDuration, instant, named, object, text, textMap, texts } from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 0 }

const poolStats = object({
  running_workers: count,
  idle_workers: count,
  max_concurrency: count,
  total_submitted: count,
  total_completed: count,
  total_failed: count,
  queue_length: count,
})

const handler = object({ max_attempts: count }, { concurrency: count, timeout: goDuration })

/** A node in an answer. */
export const nodeSchema: JsonSchema = named(
  'Node',
  object(
    {
      node_id: text,
      task_types: texts,
      started_at: instant,
      last_heartbeat: instant,
      draining: { type: 'boolean' },
    },
    {
      address: text,
      pool_stats: poolStats,
      active_run_ids: texts,
      handler_versions: textMap,
      handlers: { type: 'object', additionalProperties: handler },
    },
  ),
)
