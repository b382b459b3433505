import { Faults } from './faults.ts'
import type { GroupSetting } from './group.ts'
import { checkName, checkTaskType } from './names.ts'

/** How long ended jobs are kept, in ms after their end; 0 keeps nothing. */
export interface Retention {
  readonly completedMs: number
  readonly deadMs: number
  readonly cancelledMs: number
}

/** What all nodes and clients of one store agree on, because it lives in the store. */
export interface Settings {
  readonly retention: Retention
  /** How groups are collected; what fits none of these is collected by `groupDefaults`, under the key ``. */
  readonly groups: readonly GroupSetting[]
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Completed jobs are kept 7 days, dead and cancelled ones 30 (semantics part one, 12). */
export const defaultSettings: Settings = {
  retention: { completedMs: 7 * DAY_MS, deadMs: 30 * DAY_MS, cancelledMs: 30 * DAY_MS },
  groups: [],
}

/** The longest time a job can be kept: 100 years, which also keeps every sum exact. */
export const MAX_RETAIN_MS: number = 36_500 * DAY_MS

/** Throws ValidationError naming every field that is not a whole number of ms in range. */
export function checkSettings(settings: Settings): void {
  const faults = new Faults()
  for (const field of ['completedMs', 'deadMs', 'cancelledMs'] as const) {
    const value = settings.retention[field]
    if (!Number.isInteger(value) || value < 0 || value > MAX_RETAIN_MS) {
      faults.add(`retention.${field}`, 'must be a whole number of milliseconds', MAX_RETAIN_MS)
    }
  }
  if (!Array.isArray(settings.groups)) faults.add('groups', 'must be a list')
  else settings.groups.forEach((setting, i) => checkGroupSetting(setting, `groups[${i}]`, faults))
  faults.throwIfAny()
}

/** Messages one job may be made of. */
const MAX_GROUP_SIZE = 10_000

function checkGroupSetting(setting: GroupSetting, field: string, faults: Faults): void {
  const { group, taskType, gracePeriodMs, maxDelayMs, maxSize } = setting
  checkName('group', group, `${field}.group`, faults)
  if (taskType !== undefined) checkTaskType(taskType, `${field}.taskType`, faults)
  for (const [name, ms] of Object.entries({ gracePeriodMs, maxDelayMs })) {
    if (!Number.isInteger(ms) || ms < 0 || ms > MAX_RETAIN_MS) {
      faults.add(`${field}.${name}`, 'must be a whole number of milliseconds', MAX_RETAIN_MS)
    }
  }
  if (!Number.isInteger(maxSize) || maxSize < 1 || maxSize > MAX_GROUP_SIZE) {
    faults.add(`${field}.maxSize`, `must be a whole number from 1 to ${MAX_GROUP_SIZE}`, MAX_GROUP_SIZE)
  }
}
