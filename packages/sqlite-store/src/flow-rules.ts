import {
  type KeySetting,
  type RateSetting,
  type Settings,
  type TaskTypeSetting,
  type TierConfig,
  tierForPriority,
} from '@dureq/types'
import type { TierCodes } from './tiers.ts'

/** A tier as a claim serves it. */
export interface TierRule {
  /** The number it is stored under. */
  readonly code: number
  readonly name: string
  /** 1 for one that was taken out of the settings. */
  readonly weight: number
  /** Undefined for one that was taken out. */
  readonly setting: TierConfig | undefined
}

/** A limit on how many of a tier or task type run at once, and how often one starts. */
export interface LimitRule {
  /** What its state is kept under. */
  readonly name: string
  readonly maxRunning: number
  /** Undefined where nothing limits how often. */
  readonly rate: RateSetting | undefined
}

/** What of a line the rules go by. */
interface Place {
  readonly tier: number
  readonly type: string
}

/** The settings as far as they say how work flows, ready for use. */
export interface FlowRules {
  /** The highest first; those that were taken out last. */
  readonly tiers: readonly TierRule[]
  /** The number of the tier a priority belongs to. */
  tierOf(priority: number): number
  /** Where a tier stands among all, 0 the highest. */
  rankOf(code: number): number
  taskType(type: string): TaskTypeSetting | undefined
  /** Those that have a setting. */
  readonly taskTypes: readonly string[]
  key(key: string): KeySetting | undefined
  isPaused(place: Place): boolean
  /** The limits that hold for a line. */
  limitsOf(place: Place): readonly LimitRule[]
  /** All limits of tiers and types. */
  readonly limits: readonly LimitRule[]
}

const none: readonly LimitRule[] = []

/** Makes rules of settings. */
export function createFlowRules(
  settings: Pick<Settings, 'tiers' | 'taskTypes' | 'keys'>,
  codes: TierCodes,
): FlowRules {
  const tiers = rank(settings.tiers, codes)
  const byCode = new Map(tiers.map((tier, at) => [tier.code, { ...tier, at }]))
  const codeOf = Array.from({ length: 11 }, (_, priority) =>
    priority === 0 ? 0 : (codes.get(tierForPriority(priority as 1, settings.tiers)) ?? 0),
  )
  const taskTypes = new Map(Object.entries(settings.taskTypes))
  const keys = new Map(Object.entries(settings.keys))
  const ofTier = new Map(tiers.flatMap(({ code, name, setting }) => limited(code, tierLimit(name), setting)))
  const ofType = new Map([...taskTypes].flatMap(([type, setting]) => limited(type, typeLimit(type), setting)))
  const isFree = ofTier.size === 0 && ofType.size === 0
  return {
    tiers,
    tierOf: (priority) => codeOf[priority] as number,
    rankOf: (code) => byCode.get(code)?.at ?? tiers.length,
    taskType: (type) => taskTypes.get(type),
    taskTypes: [...taskTypes.keys()],
    key: (key) => keys.get(key),
    isPaused: ({ tier, type }) =>
      (taskTypes.get(type)?.paused ?? false) || (byCode.get(tier)?.setting?.paused ?? false),
    limitsOf: ({ tier, type }) =>
      isFree ? none : [ofTier.get(tier), ofType.get(type)].filter((limit) => limit !== undefined),
    limits: [...ofTier.values(), ...ofType.values()],
  }
}

/** What the state of a limit of a tier is kept under. */
export function tierLimit(name: string): string {
  return `tier ${name}`
}

/** What the state of a limit of a task type is kept under. */
export function typeLimit(type: string): string {
  return `type ${type}`
}

function rank(settings: readonly TierConfig[], codes: TierCodes): readonly TierRule[] {
  const named = new Set(settings.map(({ name }) => name))
  const present = settings
    .toSorted((a, b) => b.minPriority - a.minPriority)
    .map((setting) => ({
      code: codes.get(setting.name) ?? 0,
      name: setting.name,
      weight: setting.weight,
      setting,
    }))
  const takenOut = [...codes]
    .filter(([name]) => !named.has(name))
    .map(([name, code]) => ({ code, name, weight: 1, setting: undefined }))
  return [...present, ...takenOut.toSorted((a, b) => a.code - b.code)]
}

function limited<Key>(
  key: Key,
  name: string,
  setting: (RateSetting & { readonly maxRunning?: number }) | undefined,
): readonly (readonly [Key, LimitRule])[] {
  const { maxRunning, rateLimit } = setting ?? {}
  if (maxRunning === undefined && rateLimit === undefined) return []
  const rate = rateLimit === undefined ? undefined : setting
  return [[key, { name, maxRunning: maxRunning ?? Number.POSITIVE_INFINITY, rate }]]
}
