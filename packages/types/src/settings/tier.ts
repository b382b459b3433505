import type { Faults } from '../faults.ts'
import { checkName } from '../names.ts'
import { checkInteger } from '../numbers.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'
import type { Priority } from '../priority.ts'
import { checkFlag, checkLimit } from './flow-settings.ts'
import { checkRate, type RateSetting } from './rate.ts'

/** The names of the default tiers. */
export type PriorityTier = 'high' | 'normal' | 'low'

/** A class of urgency. Ready work is served tier by tier, by weight; see `tierForPriority` for who belongs where. */
export interface TierConfig<Name extends string = string> extends RateSetting {
  readonly name: Name
  /** The lowest priority (1-10) of the jobs in this tier. */
  readonly minPriority: Priority
  /** How many jobs of this tier are served for each `weight` of the others, 1-1,000. */
  readonly weight: number
  /** Most jobs of the tier that run at once, over all nodes; split over partitions, rounded down. */
  readonly maxRunning?: number
  /** Nothing of the tier is claimed until this is taken away; what runs goes on. */
  readonly paused?: boolean
}

/** The tiers of a store whose settings name none: high (8-10), normal (3-7) and low (1-2), served 10:5:1. */
export const defaultTiers: readonly TierConfig<PriorityTier>[] = [
  { name: 'high', minPriority: 8, weight: 10 },
  { name: 'normal', minPriority: 3, weight: 5 },
  { name: 'low', minPriority: 1, weight: 1 },
]

/** The default tier a priority belongs to. */
export function tierForPriority(priority: Priority): PriorityTier
/** The tier a priority belongs to: of those it reaches, the one with the highest `minPriority`. */
export function tierForPriority(priority: Priority, tiers: readonly TierConfig[]): string
export function tierForPriority(priority: Priority, tiers: readonly TierConfig[] = defaultTiers): string {
  let best: TierConfig | undefined
  for (const tier of tiers) {
    if (tier.minPriority <= priority && !(best && best.minPriority >= tier.minPriority)) best = tier
  }
  if (best === undefined) throw new RangeError(`no tier takes priority ${priority}`)
  return best.name
}

/** Adds a fault for everything that keeps a list of tiers from working, such as a priority no tier takes. */
export function checkTiers(tiers: readonly TierConfig[], field: string, faults: Faults): void {
  tiers.forEach((tier, i) => {
    if (!isPlainObject(tier)) return faults.add(`${field}[${i}]`, 'must be an object')
    checkTier(tier, `${field}[${i}]`, faults)
    const twin = tiers.findIndex(
      (other) => other?.name === tier.name || other?.minPriority === tier.minPriority,
    )
    if (twin < i) faults.add(`${field}[${i}]`, `has the name or minPriority of ${field}[${twin}]`)
  })
  if (tiers.length > MAX_TIERS) faults.add(field, `must not be more than ${MAX_TIERS}`, MAX_TIERS)
  if (!tiers.some((tier) => tier?.minPriority === 1)) {
    faults.add(field, 'needs a tier with minPriority 1, so that every priority has a tier')
  }
}

const tierFields = ['name', 'minPriority', 'weight', 'rateLimit', 'rateBurst', 'maxRunning', 'paused']

function checkTier(tier: TierConfig, field: string, faults: Faults): void {
  checkKnown(tier, tierFields, `${field}.`, faults)
  checkName('tier', tier.name, `${field}.name`, faults)
  checkInteger(tier.minPriority, { min: 1, max: 10 }, `${field}.minPriority`, faults)
  checkInteger(tier.weight, { min: 1, max: 1_000 }, `${field}.weight`, faults)
  checkRate(tier, field, faults)
  checkLimit(tier.maxRunning, `${field}.maxRunning`, faults)
  checkFlag(tier.paused, `${field}.paused`, faults)
}

/** Most tiers a store may have. */
export const MAX_TIERS = 20
