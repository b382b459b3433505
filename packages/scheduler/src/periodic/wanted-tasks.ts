import { checkSchedule } from '@dureq/calendar'
import {
  checkName,
  checkTaskType,
  type Fault,
  Faults,
  type JsonValue,
  type PeriodicTaskConfig,
} from '@dureq/types'

/** A periodic task that is listed. */
export interface WantedTask {
  /** Names it in the list. */
  readonly key: string
  readonly taskType: string
  readonly cronExpr: string
  readonly payload: JsonValue
}

/** What a list of periodic tasks asks for. */
export interface WantedTasks {
  readonly tasks: readonly WantedTask[]
  /** What is wrong with the list. */
  readonly faults: readonly Fault[]
  /** Keys of faulty tasks: what runs under them stays as it is. */
  readonly faultyKeys: ReadonlySet<string>
}

/** The unique keys of periodic tasks begin with this. */
export const KEY_PREFIX = 'periodic:'

/** Reads what a provider returned at `now`; of tasks of one key the first counts. */
export function readWantedTasks(configs: readonly PeriodicTaskConfig[], now: number): WantedTasks {
  const faults = new Faults()
  const tasks = new Map<string, WantedTask>()
  const faultyKeys = new Set<string>()
  for (const [i, { taskType, cronExpr, payload = {}, uniqueKey }] of configs.entries()) {
    const key = uniqueKey ?? `${taskType}:${cronExpr}`
    const before = faults.found.length
    checkName('uniqueKey', KEY_PREFIX + key, `[${i}].uniqueKey`, faults)
    if (tasks.has(key)) faults.add(`[${i}].uniqueKey`, `names another task already: ${key}`)
    checkTaskType(taskType, `[${i}].taskType`, faults)
    checkSchedule({ type: 'CRON', cronExpr }, { now, field: `[${i}]` }, faults)
    if (faults.found.length === before) tasks.set(key, { key, taskType, cronExpr, payload })
    else faultyKeys.add(key)
  }
  return { tasks: [...tasks.values()], faults: faults.found, faultyKeys }
}
