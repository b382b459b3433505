import type { JsonSchema } from '@dureq/types'
import { keySetting, taskTypeLimits } from './flow-request.ts'
import { goDuration, integer, object, text } from './shared.ts'

const number: JsonSchema = { type: 'number' }
const flag: JsonSchema = { type: 'boolean' }

const handler = object({}, { concurrency: integer, timeout: goDuration, max_attempts: integer })

const retention = object(
  { completed: goDuration, dead: goDuration, cancelled: goDuration },
  {
    completed_count: integer,
    dead_count: integer,
    cancelled_count: integer,
    firings: object({ completed: integer, dead: integer, cancelled: integer }),
  },
)

const tier = object(
  { name: text, min_priority: integer, weight: integer },
  { rate_limit: number, rate_burst: integer, max_running: integer, paused: flag },
)

const limits = taskTypeLimits as { readonly properties: Readonly<Record<string, JsonSchema>> }

/** The settings in an answer. */
export const configSchema: JsonSchema = object(
  {
    version: integer,
    handlers: { type: 'object', additionalProperties: handler },
    nodes: object({}, { max_concurrency: integer }),
    scheduler: object({}, { max_backfill_per_tick: integer, tick_interval: goDuration }),
    retention,
    tiers: { type: 'array', items: tier },
    task_types: { type: 'object', additionalProperties: object({}, { ...limits.properties, paused: flag }) },
    keys: { type: 'object', additionalProperties: keySetting },
  },
  { unserved_after: goDuration },
)
