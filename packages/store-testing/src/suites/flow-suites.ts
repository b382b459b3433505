import type { Contract } from '../bench.ts'
import { flowDepthSuite } from './flow-depth.ts'
import { flowLimitsSuite } from './flow-limits.ts'
import { flowPausesSuite } from './flow-pauses.ts'
import { flowRatesSuite } from './flow-rates.ts'
import { flowThrottleSuite } from './flow-throttle.ts'
import { flowTiersSuite } from './flow-tiers.ts'
import { flowUnservedSuite } from './flow-unserved.ts'
import { flowUsageSuite } from './flow-usage.ts'
import { keysFreedSuite } from './keys-freed.ts'
import { keysLimitsSuite } from './keys-limits.ts'
import { keysLinesSuite } from './keys-lines.ts'
import { keysOwnedSuite } from './keys-owned.ts'
import { keysPassedSuite } from './keys-passed.ts'
import { keysSlotsSuite } from './keys-slots.ts'
import { keysWakingSuite } from './keys-waking.ts'

/** How work flows: tiers, pauses, limits and rates. */
export function flowSuites(contract: Contract): void {
  flowTiersSuite(contract)
  flowPausesSuite(contract)
  keysSlotsSuite(contract)
  keysFreedSuite(contract)
  keysLinesSuite(contract)
  keysLimitsSuite(contract)
  keysOwnedSuite(contract)
  keysPassedSuite(contract)
  keysWakingSuite(contract)
  flowLimitsSuite(contract)
  flowRatesSuite(contract)
  flowThrottleSuite(contract)
  flowDepthSuite(contract)
  flowUnservedSuite(contract)
  flowUsageSuite(contract)
}
