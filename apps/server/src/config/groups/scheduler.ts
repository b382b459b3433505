import type { PeriodicTaskConfig } from '@dureq/types'
import { DAY_MS, type Options, text } from '../option.ts'

/** What the scheduler of a node is told. */
export interface SchedulerConfig {
  readonly leaderTtlMs: number
  readonly periodicTasks?: readonly PeriodicTaskConfig[]
  readonly periodicSyncMs: number
}

/** The options of the group `scheduler`. */
export const schedulerOptions: Options<SchedulerConfig> = {
  leaderTtlMs: {
    type: 'integer',
    minimum: 500,
    maximum: 60_000,
    default: 2_000,
    description: 'Silence of the node that fires schedules after which another one does',
  },
  periodicTasks: {
    type: 'array',
    items: {
      type: 'object',
      required: ['cronExpr', 'taskType'],
      properties: { cronExpr: text, taskType: text, payload: {}, uniqueKey: text },
      additionalProperties: false,
    },
    description:
      'Jobs that recur as long as they are listed, `{ cronExpr, taskType, payload?, uniqueKey? }`; the same list on every node',
  },
  periodicSyncMs: {
    type: 'integer',
    minimum: 100,
    maximum: DAY_MS,
    default: 60_000,
    description: 'Time between two looks at what became of `periodicTasks` in the store',
  },
}
