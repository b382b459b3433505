import { defaultSettings, type LeasedRun, type Settings } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { freshRecord } from '../fixtures/expected.ts'
import { FlowModel } from './flow-model.ts'

const oneKey = [{ key: 'k', maxConcurrency: 1 }]

describe('the model of limits', () => {
  it('finds a lease too many of a key', () => {
    const model = create()
    model.stated(oneKey, false)
    expect(model.claim(lease('a', { concurrencyKeys: oneKey }), true)).toStrictEqual([])
    expect(model.claim(lease('b', { concurrencyKeys: oneKey }), true)).toStrictEqual(['b: key k is full'])
    model.end('a')
    model.end('b')
    expect(model.claim(lease('c', { concurrencyKeys: oneKey }), true)).toStrictEqual([])
  })

  it('goes by the newest limit, the operator, and 1 where nobody says any', () => {
    const model = create()
    expect(model.limitOf('k')).toBeUndefined()
    model.stated(oneKey, false)
    model.stated([{ key: 'k', maxConcurrency: 3 }], false)
    model.stated(oneKey, true)
    expect(model.limitOf('k')).toBe(3)
    model.put({ ...defaultSettings, keys: { k: { maxConcurrency: 2 } } })
    expect(model.limitOf('k')).toBe(2)
    model.put(defaultSettings)
    model.forget([freshRecord('a', 0)])
    expect(model.limitOf('k')).toBeUndefined()
  })

  it.each<[string, Partial<Settings>]>([
    ['its type is paused', { taskTypes: { plain: { paused: true } } }],
    ['its type is full', { taskTypes: { plain: { maxRunning: 1 } } }],
    ['a bucket is empty', { taskTypes: { plain: { rateLimit: 1, rateBurst: 1 } } }],
    ['its tier is paused', { tiers: [{ name: 'normal', minPriority: 1, weight: 1, paused: true }] }],
    ['its tier is full', { tiers: [{ name: 'normal', minPriority: 1, weight: 1, maxRunning: 1 }] }],
    ['a bucket is empty', { keys: { k: { rateLimit: 1, rateBurst: 1, maxConcurrency: 9 } } }],
  ])('finds a start although %s', (fault, changes) => {
    const model = create()
    model.stated([{ key: 'k', maxConcurrency: 9 }], false)
    model.put({ ...defaultSettings, ...changes })
    model.claim(lease('a', { concurrencyKeys: [{ key: 'k' }] }), true)
    expect(model.claim(lease('b', { concurrencyKeys: [{ key: 'k' }] }), true)).toStrictEqual([`b: ${fault}`])
  })

  it('knows a bucket within bounds, and lets it fill with time', () => {
    const model = create()
    model.put({ ...defaultSettings, taskTypes: { plain: { rateLimit: 2, rateBurst: 2 } } })
    expect(model.isStartable(freshRecord('x', 0))).toBe(false)
    expect([model.claim(lease('a'), true), model.claim(lease('b'), true)]).toStrictEqual([[], []])
    expect(model.claim(lease('c'), true)).toStrictEqual(['c: a bucket is empty'])
    model.now = 600
    expect(model.isStartable(freshRecord('x', 0))).toBe(true)
    expect(model.claim(lease('d'), true)).toStrictEqual([])
  })

  it('finds what starts before its key may, and what is claimed ahead', () => {
    const model = create()
    model.throttle('k', 100)
    model.throttle('k', 50)
    model.now = 99
    const keyed = { concurrencyKeys: [{ key: 'k' }] }
    expect(model.claim(lease('a', keyed), true)).toStrictEqual(['a: key k is throttled'])
    model.end('a')
    model.now = 100
    expect(model.claim(lease('b', keyed), false)).toStrictEqual(['b: claimed ahead what has a limit'])
  })

  it('ends leases nobody prolongs', () => {
    const model = create()
    model.claim(lease('a'), true)
    model.now = 1_000
    model.expire()
    expect(model.holds.size).toBe(0)
  })
})

function create(): FlowModel {
  return new FlowModel(0, defaultSettings, (n) => n)
}

function lease(id: string, overrides: Partial<LeasedRun> = {}): LeasedRun {
  return {
    runId: `${id}-1`,
    firingId: id,
    jobId: id,
    token: id,
    taskType: 'plain',
    payload: '{}',
    attempt: 1,
    maxAttempts: 3,
    consecutiveErrors: 0,
    priority: 5,
    headers: {},
    leaseMs: 1_000,
    claimableAt: 0,
    claimedAt: 0,
    createdAt: 0,
    ...overrides,
  }
}
