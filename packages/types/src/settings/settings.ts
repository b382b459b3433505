import { Faults } from '../faults.ts'
import type { GroupSetting } from '../group.ts'
import { checkName, checkTaskType } from '../names.ts'
import { checkInteger } from '../numbers.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'
import {
  checkKeySettings,
  checkTaskTypeSettings,
  type KeySetting,
  type TaskTypeSetting,
} from './flow-settings.ts'
import { checkDynamicConfig, type DynamicConfig } from './node-settings.ts'
import { checkRetention, defaultRetention, MAX_RETAIN_MS, type Retention } from './retention.ts'
import { checkTiers, defaultTiers, type TierConfig } from './tier.ts'

/** What all nodes and clients of one store agree on, because it lives in the store. */
export interface Settings extends DynamicConfig {
  readonly retention: Retention
  /** How groups are collected; what fits none of these is collected by `groupDefaults`, under the key ``. */
  readonly groups: readonly GroupSetting[]
  /**
   * The classes of urgency, in any order. A job gets its tier when it enters a line; work of a tier that was taken out is
   * served with weight 1 until there is none left.
   */
  readonly tiers: readonly TierConfig[]
  /** By task type; one without an entry has no limits. */
  readonly taskTypes: Readonly<Record<string, TaskTypeSetting>>
  /** By concurrency key. */
  readonly keys: Readonly<Record<string, KeySetting>>
  /**
   * Ends jobs dead that have stood this long, in ms, in a line no live node takes work of (unknown task type, or a version
   * nobody serves). Absent: they wait.
   */
  readonly unservedMs?: number
}

/** The settings of a store nobody has put any into. */
export const defaultSettings: Settings = {
  retention: defaultRetention,
  groups: [],
  tiers: defaultTiers,
  taskTypes: {},
  keys: {},
  handlers: {},
  nodes: {},
  scheduler: {},
}

/** Throws ValidationError naming every field that is not what it must be, with its limit. */
export function checkSettings(settings: Settings): void {
  const faults = new Faults()
  if (!isPlainObject(settings)) faults.add('settings', 'must be an object')
  faults.throwIfAny()
  checkKnown(settings, settingFields, '', faults)
  checkRetention(settings.retention, faults)
  checkList(settings.groups, 'groups', faults).forEach((setting, i) =>
    checkGroupSetting(setting, `groups[${i}]`, faults),
  )
  checkTiers(checkList(settings.tiers, 'tiers', faults), 'tiers', faults)
  checkTaskTypeSettings(settings.taskTypes, faults)
  checkKeySettings(settings.keys, faults)
  checkDynamicConfig(settings, faults)
  if (settings.unservedMs !== undefined) {
    checkInteger(settings.unservedMs, { min: 0, max: MAX_RETAIN_MS }, 'unservedMs', faults)
  }
  faults.throwIfAny()
}

const settingFields = [...Object.keys(defaultSettings), 'unservedMs']

function checkList<Item>(list: readonly Item[], field: string, faults: Faults): readonly Item[] {
  if (Array.isArray(list)) return list
  faults.add(field, 'must be a list')
  return []
}

/** Messages one job may be made of. */
const MAX_GROUP_SIZE = 10_000

const groupFields = ['key', 'group', 'taskType', 'gracePeriodMs', 'maxDelayMs', 'maxSize']

function checkGroupSetting(setting: GroupSetting, field: string, faults: Faults): void {
  if (!isPlainObject(setting)) return faults.add(field, 'must be an object')
  checkKnown(setting, groupFields, `${field}.`, faults)
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
