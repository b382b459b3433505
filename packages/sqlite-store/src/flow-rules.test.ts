import type { TierConfig } from '@dureq/types'
import { expect, test } from 'vitest'
import { createFlowRules } from './flow-rules.ts'

const codes = new Map([
  ['high', 0],
  ['normal', 1],
  ['rest', 4],
  ['soon', 5],
])

test('tiers stand by their priority, those that were taken out last and with weight 1', () => {
  const rules = createFlowRules({ tiers: custom(), taskTypes: {}, keys: {} }, codes)
  expect(rules.tiers.map(({ name, weight }) => [name, weight])).toEqual([
    ['soon', 7],
    ['rest', 2],
    ['high', 1],
    ['normal', 1],
  ])
  expect([1, 4, 5, 10].map((priority) => rules.tierOf(priority))).toEqual([4, 4, 5, 5])
  expect([5, 4, 0, 1, 99].map((code) => rules.rankOf(code))).toEqual([0, 1, 2, 3, 4])
})

test('a pause holds for its tier and for its type, and not for a tier that was taken out', () => {
  const tiers = custom({ paused: true })
  const rules = createFlowRules({ tiers, taskTypes: { 'a.b': { paused: true } }, keys: {} }, codes)
  const paused = [
    [5, 'x'],
    [4, 'x'],
    [4, 'a.b'],
    [0, 'a'],
  ].map(([tier, type]) => rules.isPaused({ tier: tier as number, type: type as string }))
  expect(paused).toEqual([true, false, true, false])
})

test('limits are those of the tier and of the type, under names of their own', () => {
  const tiers = custom({ maxRunning: 3 })
  const rules = createFlowRules(
    { tiers, taskTypes: { soon: { rateLimit: 2, maxDepth: 1 }, x: { maxDepth: 1 } }, keys: {} },
    codes,
  )
  expect(rules.limitsOf({ tier: 5, type: 'soon' })).toMatchObject([
    { name: 'tier soon', maxRunning: 3, rate: undefined },
    { name: 'type soon', maxRunning: Number.POSITIVE_INFINITY, rate: { rateLimit: 2 } },
  ])
  expect(rules.limitsOf({ tier: 4, type: 'x' })).toEqual([])
  expect(rules.limits).toHaveLength(2)
})

test('what is named like a member of every object has no setting', () => {
  const rules = createFlowRules({ tiers: custom(), taskTypes: {}, keys: {} }, codes)
  expect([rules.taskType('constructor'), rules.key('__proto__')]).toEqual([undefined, undefined])
})

function custom(soon: Partial<TierConfig> = {}): readonly TierConfig[] {
  return [
    { name: 'rest', minPriority: 1, weight: 2 },
    { name: 'soon', minPriority: 5, weight: 7, ...soon },
  ]
}
