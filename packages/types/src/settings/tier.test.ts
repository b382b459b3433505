import { expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import { checkTiers, defaultTiers, type TierConfig, tierForPriority } from './tier.ts'

test.each([
  [1, 'low'],
  [2, 'low'],
  [3, 'normal'],
  [5, 'normal'],
  [7, 'normal'],
  [8, 'high'],
  [10, 'high'],
])('priority %i belongs to tier %s', (priority, tier) => {
  expect(tierForPriority(priority)).toBe(tier)
})

test('in tiers of any order the highest one that is reached counts', () => {
  const tiers: TierConfig[] = [
    { name: 'rest', minPriority: 1, weight: 1 },
    { name: 'urgent', minPriority: 9, weight: 100 },
    { name: 'soon', minPriority: 4, weight: 10 },
  ]
  expect([1, 3, 4, 8, 9, 10].map((priority) => tierForPriority(priority, tiers))).toEqual([
    'rest',
    'rest',
    'soon',
    'soon',
    'urgent',
    'urgent',
  ])
  expect(() => tierForPriority(1, tiers.slice(1))).toThrow(RangeError)
})

test('the default tiers pass their own check', () => {
  expect(faultsOf(defaultTiers)).toEqual([])
})

test.each<[string, TierConfig[]]>([
  ['tiers', []],
  ['tiers', [{ name: 'a', minPriority: 2, weight: 1 }]],
  ['tiers[0].name', [{ name: '', minPriority: 1, weight: 1 }]],
  ['tiers[0].weight', [{ name: 'a', minPriority: 1, weight: 0 }]],
  ['tiers[0].rateLimit', [{ name: 'a', minPriority: 1, weight: 1, rateLimit: 0 }]],
  ['tiers[0].rateBurst', [{ name: 'a', minPriority: 1, weight: 1, rateBurst: 5 }]],
  ['tiers[0].gap', [{ name: 'a', minPriority: 1, weight: 1, gap: 1 } as TierConfig]],
  ['tiers[1]', [{ name: 'a', minPriority: 1, weight: 1 }, null as unknown as TierConfig]],
  ['tiers[0]', [undefined as unknown as TierConfig, { name: 'a', minPriority: 1, weight: 1 }]],
  [
    'tiers[1]',
    [
      { name: 'a', minPriority: 1, weight: 1 },
      { name: 'a', minPriority: 5, weight: 1 },
    ],
  ],
  [
    'tiers[1]',
    [
      { name: 'a', minPriority: 1, weight: 1 },
      { name: 'b', minPriority: 1, weight: 1 },
    ],
  ],
])('a fault in %s is found', (field, tiers) => {
  expect(faultsOf(tiers)).toEqual([field])
})

function faultsOf(tiers: readonly TierConfig[]): string[] {
  const faults = new Faults()
  checkTiers(tiers, 'tiers', faults)
  return faults.found.map((fault) => fault.field)
}
