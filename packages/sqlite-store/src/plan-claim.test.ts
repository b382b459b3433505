import { expect, test } from 'vitest'
import type { KeyLine } from './key-lines.ts'
import { type LineGroup, newGroup } from './line-group.ts'
import { type ClaimSituation, planClaim } from './plan-claim.ts'

const handler = { name: '*', leaseMs: 1_000, maxAttempts: 1 }

test('tiers are served by their weights, and credits are kept by the number of the tier', () => {
  const groups = [groupOf({ tier: 0, type: 'a' }), groupOf({ tier: 7, type: 'b' })]
  const plan = planClaim(situation({ groups, limit: 5 }))
  expect(typesOf(plan)).toBe('aabaa')
  expect(plan.credits).toEqual([0, null, null, null, null, null, null, 1])
})

test('a credit is never more than the weight', () => {
  const groups = [groupOf({ tier: 0, type: 'a' }), groupOf({ tier: 7, type: 'b' })]
  expect(typesOf(planClaim(situation({ groups, limit: 3, credits: [10] })))).toBe('aab')
})

test('types take turns, and the lines of a type by their turns: of a key or of none', () => {
  const groups = [
    groupOf({ tier: 0, type: 'a', waiting: 1, turn: 20, open: 2 }),
    groupOf({ tier: 0, type: 'b', waiting: 9, turn: 1 }),
  ]
  const lines = [keyLine('k', 10, 2), keyLine('l', 30, 1)]
  const plan = planClaim(
    situation({ groups, limit: 8, keyLines: (group) => (group.type === 'a' ? lines : []) }),
  )
  expect(plan.picks.map(({ group, line }) => line?.key ?? group.type).join('')).toBe('kbablbkb')
})

test('no more lines by key are read than are served', () => {
  let read = 0
  function* many(): Generator<KeyLine> {
    for (let i = 0; i < 10_000; i++) {
      read++
      yield keyLine(`k${i}`, i, 5)
    }
  }
  const groups = [groupOf({ tier: 0, type: 'a', waiting: 0, open: 10_000 })]
  expect(planClaim(situation({ groups, limit: 10, keyLines: many })).picks).toHaveLength(10)
  expect(read).toBeLessThanOrEqual(11)
})

test('what is under one limit shares its room, and handlers their slots', () => {
  const groups = [
    groupOf({ tier: 0, type: 'a' }),
    groupOf({ tier: 0, type: 'b' }),
    groupOf({ tier: 7, type: 'c' }),
  ]
  const limitsOf = (group: LineGroup) => (group.tier === 0 ? [{ name: 'tier', room: 3 }] : [])
  expect(typesOf(planClaim(situation({ groups, limit: 9, limitsOf, free: { '*': 5 } })))).toBe('abcac')
})

function situation(given: Partial<ClaimSituation>): ClaimSituation {
  const setting = undefined
  return {
    tiers: [
      { code: 0, name: 'first', weight: 2, setting },
      { code: 7, name: 'second', weight: 1, setting },
    ],
    groups: [],
    keyLines: () => [],
    handlerFor: () => handler,
    free: {},
    limitsOf: () => [],
    limit: 1,
    credits: [],
    ...given,
  }
}

interface GroupOptions {
  readonly tier: number
  readonly type: string
  readonly waiting?: number
  readonly open?: number
  readonly turn?: number
}

function groupOf({ tier, type, waiting = 100, open = 0, turn = 0 }: GroupOptions): LineGroup {
  return newGroup([tier, type, '', waiting, open, open, 0, 0, turn])
}

function keyLine(key: string, turn: number, waiting: number): KeyLine {
  const group = newGroup([0, 'a', '', 0, 0, 0, 0, 0, 0])
  return { group, key, waiting, turn, parkedAt: null, parked: null, openedFor: null, isStored: true }
}

function typesOf({ picks }: ReturnType<typeof planClaim>): string {
  return picks.map(({ group }) => group.type).join('')
}
