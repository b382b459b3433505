import type { JsonSchema } from '@dureq/types'
import { keySetting, taskTypeLimits } from './flow-request.ts'
import { goDuration, integer, named, object, text } from './shared.ts'

const number: JsonSchema = { type: 'number' }
const flag: JsonSchema = { type: 'boolean' }

/** What holds for a handler. */
export const handlerSchema: JsonSchema = object(
  {},
  { concurrency: integer, timeout: goDuration, max_attempts: integer },
)

/** What holds for all nodes. */
export const nodesSchema: JsonSchema = object({}, { max_concurrency: integer })

/** What holds for who fires schedules. */
export const schedulerSchema: JsonSchema = object(
  {},
  { max_backfill_per_tick: integer, tick_interval: goDuration },
)

/** How long what has ended is kept. */
export const retentionSchema: JsonSchema = object(
  { completed: goDuration, dead: goDuration, cancelled: goDuration },
  {
    completed_count: integer,
    dead_count: integer,
    cancelled_count: integer,
    firings: object({ completed: integer, dead: integer, cancelled: integer }),
  },
)

/** A tier. */
export const tierSchema: JsonSchema = object(
  { name: text, min_priority: integer, weight: integer },
  { rate_limit: number, rate_burst: integer, max_running: integer, paused: flag },
)

const limits = taskTypeLimits as { readonly properties: Readonly<Record<string, JsonSchema>> }

/** The settings in an answer. */
export const configSchema: JsonSchema = named(
  'Config',
  object(
    {
      version: integer,
      handlers: { type: 'object', additionalProperties: handlerSchema },
      nodes: nodesSchema,
      scheduler: schedulerSchema,
      retention: retentionSchema,
      tiers: { type: 'array', items: tierSchema },
      task_types: {
        type: 'object',
        additionalProperties: object({}, { ...limits.properties, paused: flag }),
      },
      keys: { type: 'object', additionalProperties: keySetting },
    },
    { unserved_after: goDuration },
  ),
)
