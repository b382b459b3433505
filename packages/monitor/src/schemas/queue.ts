import type { JsonSchema } from '@dureq/types'
import { instant, named, object, text, texts } from './shared.ts'

const count: JsonSchema = { type: 'integer', minimum: 0 }
const flag: JsonSchema = { type: 'boolean' }
const number: JsonSchema = { type: 'number', minimum: 0 }

const rate = { rate_limit: number, rate_burst: number, rate_available: number, rate_until: instant } as const

/** A tier in an answer. */
export const queueSchema: JsonSchema = named(
  'Queue',
  object(
    { name: text, weight: count, fetch_batch: count, paused: flag, size: count },
    { ...rate, running: count, max_running: count, oldest_waiting_at: instant },
  ),
)

/** A task type in an answer. */
export const taskTypeSchema: JsonSchema = named(
  'TaskType',
  object(
    { task_type: text, paused: flag, waiting: count, running: count },
    { ...rate, max_running: count, max_depth: count, oldest_waiting_at: instant },
  ),
)

/** Work that no node takes, in an answer. */
export const unservedSchema: JsonSchema = named(
  'UnservedWork',
  object({ task_type: text, waiting: count, since: instant }, { version: text }),
)

/** A concurrency key in an answer. */
export const keySchema: JsonSchema = named(
  'ConcurrencyKeyUsage',
  object(
    {
      key: text,
      active_slots: count,
      active_run_ids: texts,
      waiting: count,
      holders: { type: 'array', items: object({ run_id: text, job_id: text, node_id: text }) },
    },
    { ...rate, max_concurrency: count, throttled_until: instant },
  ),
)
