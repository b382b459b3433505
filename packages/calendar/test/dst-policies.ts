import { type DstPolicy, dstOverlapPolicies, gapPolicies } from '@dureq/types'
import fc from 'fast-check'

/** Every DST policy. */
export const dstPolicies: fc.Arbitrary<Required<DstPolicy>> = fc.record({
  gap: fc.constantFrom(...gapPolicies),
  overlap: fc.constantFrom(...dstOverlapPolicies),
})
