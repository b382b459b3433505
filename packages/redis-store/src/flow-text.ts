import {
  burstOf,
  defaultTiers,
  Faults,
  type RateSetting,
  type Settings,
  type TaskTypeSetting,
  type TierConfig,
} from '@dureq/types'
import { escapeTier } from './tier-name.ts'

/** Limits of a tier or task type as the scripts of one partition read them. */
interface FlowLimits {
  readonly paused?: true
  readonly maxRunning?: number
  readonly maxDepth?: number
  /** `maxDepth` of all partitions together. */
  readonly depth?: number
  readonly dropOldest?: true
  /** Starts a second, and how many a full bucket holds. */
  readonly rate?: number
  readonly burst?: number
}

/**
 * What the settings say of the flow of work, as `lua/lib/flow.lua` reads it in each of `partitions` partitions: JSON, or nothing
 * when everything is as by default.
 */
export function flowText(settings: Settings, partitions: number): string {
  const { tiers, taskTypes, keys, unservedMs } = settings
  const custom = JSON.stringify(tiers) === JSON.stringify(defaultTiers) ? undefined : tiers
  const types = Object.entries(taskTypes)
  if (custom === undefined && types.length + Object.keys(keys).length === 0 && unservedMs === undefined)
    return ''
  return JSON.stringify({
    tiers: [...tiers]
      .sort((a, b) => b.minPriority - a.minPriority)
      .map((tier) => ({
        name: escapeTier(tier.name),
        minPriority: tier.minPriority,
        weight: tier.weight,
        ...limitsOf(tier, partitions),
      })),
    types: types.map(([taskType, setting]) => ({ taskType, ...limitsOf(setting, partitions) })),
    // A key lives in one partition, so its limits are never split.
    keys: Object.entries(keys).map(([key, setting]) => ({
      key,
      maxRunning: setting.maxConcurrency,
      ...rateOf(setting, 1),
    })),
    unservedMs,
  })
}

function limitsOf(setting: TaskTypeSetting | TierConfig, partitions: number): FlowLimits {
  const { paused, maxRunning } = setting
  const { maxDepth, whenFull }: TaskTypeSetting = 'name' in setting ? {} : setting
  return {
    ...(paused ? { paused } : {}),
    ...(maxRunning === undefined ? {} : { maxRunning: Math.floor(maxRunning / partitions) }),
    ...(maxDepth === undefined ? {} : { maxDepth: Math.floor(maxDepth / partitions), depth: maxDepth }),
    ...(whenFull === 'drop-oldest' ? { dropOldest: true } : {}),
    ...rateOf(setting, partitions),
  }
}

function rateOf(setting: RateSetting, partitions: number): Pick<FlowLimits, 'rate' | 'burst'> {
  if (setting.rateLimit === undefined) return {}
  return { rate: setting.rateLimit / partitions, burst: Math.floor(burstOf(setting) / partitions) }
}

/**
 * Throws ValidationError naming every limit of a tier or task type that cannot be split over so many partitions: one of them
 * would have none left.
 */
export function checkSplit({ tiers, taskTypes }: Settings, partitions: number): void {
  if (partitions === 1) return
  const faults = new Faults()
  tiers.forEach((tier, i) => checkParts(tier, { field: `tiers[${i}]`, partitions, faults }))
  for (const [taskType, setting] of Object.entries(taskTypes))
    checkParts(setting, { field: `taskTypes.${taskType}`, partitions, faults })
  faults.throwIfAny()
}

interface PartsCheck {
  readonly field: string
  readonly partitions: number
  readonly faults: Faults
}

function checkParts(setting: TaskTypeSetting | TierConfig, { field, partitions, faults }: PartsCheck): void {
  const problem = `must be at least ${partitions}, for it is split over so many partitions: limit a concurrency key instead`
  const { maxRunning, rateLimit, rateBurst } = setting
  const maxDepth = 'maxDepth' in setting ? setting.maxDepth : undefined
  for (const [name, limit] of Object.entries({ maxRunning, maxDepth, rateBurst })) {
    if (limit !== undefined && limit < partitions) faults.add(`${field}.${name}`, problem, partitions)
  }
  const burst = rateLimit === undefined ? partitions : burstOf(setting)
  if (rateBurst === undefined && burst < partitions) faults.add(`${field}.rateLimit`, problem, partitions)
}
