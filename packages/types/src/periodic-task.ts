import type { JsonValue } from './json.ts'

/** One task that runs by a cron expression, as long as the provider lists it. */
export interface PeriodicTaskConfig {
  /** As `CronSchedule.cronExpr`. */
  readonly cronExpr: string
  readonly taskType: string
  /** Default: `{}`. */
  readonly payload?: JsonValue
  /** Names the task, so that a change is one. Default: `<taskType>:<cronExpr>`. */
  readonly uniqueKey?: string
}

/**
 * Lists the periodic tasks there should be now. It is asked again and again; tasks that are new, changed or gone
 * since are scheduled, changed or cancelled. When it throws, everything stays as it is until it is asked again.
 */
export type PeriodicTaskConfigProvider = () =>
  | readonly PeriodicTaskConfig[]
  | Promise<readonly PeriodicTaskConfig[]>
