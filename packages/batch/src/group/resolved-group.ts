import {
  checkInteger,
  checkName,
  Faults,
  type GroupAggregator,
  type GroupConfig,
  type GroupSetting,
  groupDefaults,
  parseDuration,
} from '@dureq/types'

/** A group config of which everything is known. */
export interface ResolvedGroup {
  readonly setting: GroupSetting
  readonly aggregator: GroupAggregator
}

/**
 * Group configs with every default filled in, by the key of their setting.
 *
 * @throws ValidationError naming every fault by its field, as `groups[1].maxSize`.
 */
export function resolveGroups(configs: readonly GroupConfig[]): ReadonlyMap<string, ResolvedGroup> {
  const faults = new Faults()
  const groups = new Map<string, ResolvedGroup>()
  if (configs.length === 0) faults.add('groups', 'must not be empty')
  for (const [i, config] of configs.entries()) {
    const group = resolveGroup(config, `groups[${i}]`, faults)
    if (groups.has(group.setting.key)) faults.add(`groups[${i}]`, 'is for the same groups as another one')
    groups.set(group.setting.key, group)
  }
  faults.throwIfAny()
  return groups
}

function resolveGroup(config: GroupConfig, field: string, faults: Faults): ResolvedGroup {
  const { group = '*', taskType, aggregator, maxSize = groupDefaults.maxSize } = config
  checkName('group', group, `${field}.group`, faults)
  if (group.slice(0, -1).includes('*')) faults.add(`${field}.group`, 'may have a * at its end only')
  if (taskType !== undefined) checkName('taskType', taskType, `${field}.taskType`, faults)
  if (typeof aggregator !== 'function') faults.add(`${field}.aggregator`, 'must be a function')
  checkInteger(maxSize, { min: 1, max: 10_000 }, `${field}.maxSize`, faults)
  const read = (name: 'gracePeriod' | 'maxDelay', otherwise: number): number =>
    faults.attempt(() => parseDuration(config[name] ?? otherwise, `${field}.${name}`)) ?? otherwise
  const setting: GroupSetting = {
    key: taskType === undefined ? group : `${group}\n${taskType}`,
    group,
    ...(taskType !== undefined && { taskType }),
    gracePeriodMs: read('gracePeriod', groupDefaults.gracePeriodMs),
    maxDelayMs: read('maxDelay', groupDefaults.maxDelayMs),
    maxSize,
  }
  return { setting, aggregator }
}
