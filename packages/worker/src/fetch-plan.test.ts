import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_CLAIMS_UNDER_WAY, planFetch, type SlotCounts, type Supply } from './fetch-plan.ts'

const idle: SlotCounts = {
  concurrency: 10,
  running: 0,
  asked: 0,
  waiting: 0,
  claimsUnderWay: 0,
  limited: [],
  kept: 0,
  rooms: [],
  onlyGroups: false,
}
const calm: Supply = { unsettled: 0, plenty: false, excluded: undefined }
const fast: Supply = { unsettled: 0, plenty: true, excluded: [] }

describe('planFetch', () => {
  it.each<[string, Partial<SlotCounts>, Partial<Supply>, ReturnType<typeof planFetch>]>([
    ['all free slots', { running: 3 }, {}, { limit: 7, start: true }],
    ['never more than one claim may ask for', { concurrency: 5_000 }, {}, { limit: 1_000, start: true }],
    ['nothing when all slots run', { running: 10 }, {}, undefined],
    ['nothing while a claim is under way', { asked: 4, claimsUnderWay: 1 }, {}, undefined],
    [
      'half of a large node where there is plenty',
      { concurrency: 100 },
      { plenty: true },
      { limit: 50, start: true },
    ],
    ['all of a small node where there is plenty', {}, { plenty: true }, { limit: 10, start: true }],
    [
      'the other half while the first is under way',
      { concurrency: 100, asked: 50, claimsUnderWay: 1 },
      { plenty: true },
      { limit: 50, start: true },
    ],
    [
      'what no claim has asked for',
      { running: 3, asked: 4, claimsUnderWay: 1 },
      { plenty: true },
      { limit: 3, start: true },
    ],
    ['nothing when all is asked for', { asked: 10, claimsUnderWay: 1 }, { plenty: true }, undefined],
    [
      'nothing while two are under way',
      { claimsUnderWay: MAX_CLAIMS_UNDER_WAY },
      { plenty: true },
      undefined,
    ],
    [
      'what claims under way account for of unsettled outcomes costs no slot',
      {},
      { unsettled: 24 },
      { limit: 10, start: true },
    ],
    ['less of a store that is behind', {}, { unsettled: 30 }, { limit: 4, start: true }],
    ['nothing of a store that is far behind', {}, { unsettled: 100 }, undefined],
  ])('asks for %s', (_, counts, supply, plan) => {
    expect(planFetch({ ...idle, ...counts }, { ...calm, ...supply })).toEqual(plan)
  })

  it.each<[string, Partial<SlotCounts>, Partial<Supply>, ReturnType<typeof planFetch>]>([
    ['all slots first', {}, {}, { limit: 10, start: true }],
    [
      'as much again ahead while those are under way',
      { asked: 10, claimsUnderWay: 1 },
      {},
      { limit: 10, start: false },
    ],
    [
      'one large claim ahead rather than the rest of the slots',
      { asked: 4, claimsUnderWay: 1 },
      {},
      { limit: 10, start: false },
    ],
    ['one run per slot that has not begun', { running: 10, waiting: 7 }, {}, { limit: 3, start: false }],
    ['nothing when each slot has one', { running: 10, waiting: 10 }, {}, undefined],
    ['nothing ahead while there is no plenty', { running: 10 }, { plenty: false }, undefined],
    ['nothing ahead while nothing is fast', { running: 10 }, { excluded: undefined }, undefined],
    [
      'half of the slots without what is not fast',
      { running: 10 },
      { excluded: ['slow'] },
      { limit: 5, start: false, free: { slow: 0 } },
    ],
    [
      'the free slots first when something is not fast',
      { running: 3, asked: 5, claimsUnderWay: 1 },
      { excluded: ['slow'] },
      { limit: 2, start: true },
    ],
    ['not too much at once', { concurrency: 2_000 }, {}, { limit: 256, start: true }],
  ])('asks for %s, where there is plenty of fast work', (_, counts, supply, plan) => {
    expect(planFetch({ ...idle, ...counts }, { ...fast, ...supply })).toEqual(plan)
  })

  it('names the handlers that can take fewer, also those that can take none', () => {
    const limited = [
      { name: 'email.send', limit: 5, running: 1, asked: 1 },
      { name: 'order.*', limit: 2, running: 2, asked: 0 },
      { name: 'wide', limit: 50, running: 3, asked: 0 },
    ]
    expect(planFetch({ ...idle, limited }, calm)).toEqual({
      limit: 10,
      start: true,
      free: { 'email.send': 3, 'order.*': 0 },
    })
  })

  it('never exceeds the node nor any handler, whatever is under way', () => {
    const count = fc.nat(200)
    const handler = fc.record({
      name: fc.string(),
      limit: fc.integer({ min: 1, max: 200 }),
      running: count,
      asked: count,
    })
    const counts = fc.record({
      concurrency: fc.integer({ min: 1, max: 2_000 }),
      running: count,
      asked: count,
      waiting: count,
      claimsUnderWay: fc.nat(3),
      kept: count,
      rooms: fc.constant([]),
      onlyGroups: fc.constant(false),
      limited: fc.uniqueArray(handler, { selector: (each) => each.name }),
    })
    const excluded = fc.option(fc.subarray(['a', 'b']), { nil: undefined })
    const supply = fc.record({ unsettled: count, plenty: fc.boolean(), excluded })
    fc.assert(
      fc.property(counts, supply, (given, how) => {
        const plan = planFetch(given, how)
        if (plan === undefined) return
        expect(plan.limit).toBeGreaterThan(0)
        const { concurrency, running: busy, asked: promised, waiting, kept } = given
        const slots = plan.start ? concurrency : 2 * concurrency
        expect(busy + promised + waiting + kept + plan.limit).toBeLessThanOrEqual(slots)
        if (!plan.start) return
        for (const { name, limit, running, asked } of given.limited) {
          const share = plan.free?.[name] ?? plan.limit
          expect(share).toBeLessThanOrEqual(Math.max(0, limit - running - asked))
        }
      }),
    )
  })
})
