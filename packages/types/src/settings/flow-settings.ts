import type { Faults } from '../faults.ts'
import { checkName, checkTaskType } from '../names.ts'
import { checkInteger, type NumberRange } from '../numbers.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'
import { checkRate, type RateSetting } from './rate.ts'

/** What happens to a new job whose task type has reached `maxDepth`. */
export type WhenFull = 'reject' | 'drop-oldest'

/** Every `WhenFull`. */
export const whenFullPolicies: readonly WhenFull[] = ['reject', 'drop-oldest']

/** How the work of one task type flows. With several partitions its limits are split over them, rounded down. */
export interface TaskTypeSetting extends RateSetting {
  /** Nothing of it is claimed until this is taken away; what runs goes on. */
  readonly paused?: boolean
  /** Most jobs of it that run at once, over all nodes. */
  readonly maxRunning?: number
  /**
   * Most jobs of it that wait in lines when a new one is enqueued (delayed and retrying ones do not count; members of
   * workflows and batches, and firings of schedules, are not refused).
   */
  readonly maxDepth?: number
  /** Default `reject`: enqueue answers `full`. `drop-oldest`: the longest waiting one ends `cancelled` instead. */
  readonly whenFull?: WhenFull
}

/** An operator's limits of one concurrency key; they win over what jobs state. */
export interface KeySetting extends RateSetting {
  /** Most jobs with the key that run at once. */
  readonly maxConcurrency?: number
}

/** Greatest limit of anything that is counted. */
export const MAX_LIMIT = 1_000_000_000

const limits: NumberRange = { min: 1, max: MAX_LIMIT }

/** Adds a fault for every limit of a number of jobs that is not a whole number of at least 1. */
export function checkLimit(value: number | undefined, field: string, faults: Faults): void {
  if (value !== undefined) checkInteger(value, limits, field, faults)
}

/** Adds a fault for everything that is wrong with the settings of task types. */
export function checkTaskTypeSettings(all: Readonly<Record<string, TaskTypeSetting>>, faults: Faults): void {
  for (const [taskType, setting] of entriesOf(all, 'taskTypes', faults)) {
    const field = `taskTypes.${taskType}`
    checkTaskType(taskType, field, faults)
    checkKnown(setting, taskTypeFields, `${field}.`, faults)
    checkFlag(setting.paused, `${field}.paused`, faults)
    checkRate(setting, field, faults)
    checkLimit(setting.maxRunning, `${field}.maxRunning`, faults)
    checkLimit(setting.maxDepth, `${field}.maxDepth`, faults)
    checkWhenFull(setting, field, faults)
  }
}

const taskTypeFields = ['paused', 'rateLimit', 'rateBurst', 'maxRunning', 'maxDepth', 'whenFull']

function checkWhenFull({ whenFull, maxDepth }: TaskTypeSetting, field: string, faults: Faults): void {
  if (whenFull === undefined) return
  if (!whenFullPolicies.includes(whenFull)) {
    faults.add(`${field}.whenFull`, `must be one of ${whenFullPolicies.join(', ')}`)
  }
  if (maxDepth === undefined) faults.add(`${field}.whenFull`, 'needs a maxDepth')
}

/** Adds a fault for everything that is wrong with the settings of concurrency keys. */
export function checkKeySettings(all: Readonly<Record<string, KeySetting>>, faults: Faults): void {
  for (const [key, setting] of entriesOf(all, 'keys', faults)) {
    const field = `keys.${key}`
    checkName('concurrencyKey', key, field, faults)
    checkKnown(setting, ['maxConcurrency', 'rateLimit', 'rateBurst'], `${field}.`, faults)
    checkLimit(setting.maxConcurrency, `${field}.maxConcurrency`, faults)
    checkRate(setting, field, faults)
  }
}

/** The entries of a record of settings that are objects themselves; a fault for every other one. */
export function entriesOf<Setting extends object>(
  all: Readonly<Record<string, Setting>>,
  field: string,
  faults: Faults,
): readonly (readonly [string, Setting])[] {
  if (!isPlainObject(all)) {
    faults.add(field, 'must be an object')
    return []
  }
  return Object.entries(all).filter(([name, setting]) => {
    const fits = isPlainObject(setting)
    if (!fits) faults.add(`${field}.${name}`, 'must be an object')
    return fits
  })
}

/** Adds a fault for what is neither absent nor true or false. */
export function checkFlag(value: unknown, field: string, faults: Faults): void {
  if (value !== undefined && typeof value !== 'boolean') faults.add(field, 'must be true or false')
}
