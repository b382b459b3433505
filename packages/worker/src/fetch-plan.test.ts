import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_CLAIMS_UNDER_WAY, planFetch, type SlotCounts } from './fetch-plan.ts'

const idle: SlotCounts = {
  concurrency: 10,
  running: 0,
  asked: 0,
  unsettled: 0,
  claimsUnderWay: 0,
  limited: [],
}

describe('planFetch', () => {
  it.each<[string, Partial<SlotCounts>, ReturnType<typeof planFetch>]>([
    ['all slots of a small node', {}, { limit: 10 }],
    ['half of the slots of a large one', { concurrency: 100 }, { limit: 50 }],
    ['the other half while the first is asked for', { concurrency: 100, asked: 50, claimsUnderWay: 1 }, { limit: 50 }],
    ['never more than one claim may ask for', { concurrency: 5_000 }, { limit: 1_000 }],
    ['what is neither running nor asked for', { running: 3, asked: 4, claimsUnderWay: 1 }, { limit: 3 }],
    ['nothing when all slots run', { running: 10 }, undefined],
    ['nothing when all slots are asked for', { asked: 10, claimsUnderWay: 1 }, undefined],
    ['nothing while enough claims are under way', { claimsUnderWay: MAX_CLAIMS_UNDER_WAY }, undefined],
    ['one round of unsettled outcomes costs no slot', { unsettled: 10 }, { limit: 10 }],
    ['a store that is behind does', { unsettled: 16 }, { limit: 4 }],
    ['nothing from a store that is far behind', { unsettled: 100 }, undefined],
  ])('asks for %s', (_, counts, plan) => {
    expect(planFetch({ ...idle, ...counts })).toEqual(plan)
  })

  it('names the handlers that can take fewer, also those that can take none', () => {
    const limited = [
      { name: 'email.send', limit: 5, running: 1, asked: 1 },
      { name: 'order.*', limit: 2, running: 2, asked: 0 },
      { name: 'wide', limit: 50, running: 3, asked: 0 },
    ]
    expect(planFetch({ ...idle, limited })).toEqual({ limit: 10, free: { 'email.send': 3, 'order.*': 0 } })
  })

  it('never exceeds the node nor any handler, whatever is under way', () => {
    const count = fc.nat(200)
    const handler = fc.record({ name: fc.string(), limit: fc.integer({ min: 1, max: 200 }), running: count, asked: count })
    const counts = fc.record({
      concurrency: fc.integer({ min: 1, max: 2_000 }),
      running: count,
      asked: count,
      unsettled: count,
      claimsUnderWay: fc.nat(3),
      limited: fc.uniqueArray(handler, { selector: (each) => each.name }),
    })
    fc.assert(
      fc.property(counts, (given) => {
        const plan = planFetch(given)
        if (plan === undefined) return
        expect(plan.limit).toBeGreaterThan(0)
        expect(given.running + given.asked + plan.limit).toBeLessThanOrEqual(given.concurrency)
        for (const { name, limit, running, asked } of given.limited) {
          const share = plan.free?.[name] ?? plan.limit
          expect(share).toBeLessThanOrEqual(Math.max(0, limit - running - asked))
        }
      }),
    )
  })
})
