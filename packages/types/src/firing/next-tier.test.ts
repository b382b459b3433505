import { expect, test } from 'vitest'
import { nextTier } from './next-tier.ts'

const weights = [10, 5, 1]

test('the highest tier that has work and credit is served, and pays', () => {
  expect(nextTier([3, 5, 1], weights, [true, true, true])).toStrictEqual({ tier: 0, credits: [2, 5, 1] })
  expect(nextTier([0, 5, 1], weights, [true, true, true])).toStrictEqual({ tier: 1, credits: [0, 4, 1] })
  expect(nextTier([3, 5, 1], weights, [false, false, true])).toStrictEqual({ tier: 2, credits: [3, 5, 0] })
})

test('when no tier with work has credit, all are filled up', () => {
  expect(nextTier([0, 5, 1], weights, [true, false, false])).toStrictEqual({ tier: 0, credits: [9, 5, 1] })
})

test('without work there is no choice, and nothing is filled up', () => {
  expect(nextTier([0, 0, 0], weights, [false, false, false])).toBeUndefined()
})

test('a round with work in all tiers serves them by their weights', () => {
  const served = [0, 0, 0]
  let credits: readonly number[] = weights
  for (let i = 0; i < 32; i++) {
    const choice = nextTier(credits, weights, [true, true, true])
    if (choice === undefined) throw new Error('there is work')
    served[choice.tier] = (served[choice.tier] ?? 0) + 1
    credits = choice.credits
  }
  expect(served).toStrictEqual([20, 10, 2])
})
