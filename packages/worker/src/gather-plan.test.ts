import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createManyEntry } from '../test/fixtures/lease.ts'
import { planGather } from './gather-plan.ts'
import { createGatherRooms, type GatherRoom } from './gather-room.ts'

type Counts = Partial<Pick<GatherRoom, 'running' | 'gathered' | 'asked' | 'askedAside' | 'hungry'>>

function createRoom(
  name: string,
  {
    maxSize = 10,
    maxWaitMs = 0,
    concurrency,
    ...counts
  }: Counts & {
    readonly maxSize?: number
    readonly maxWaitMs?: number
    readonly concurrency?: number
  } = {},
): GatherRoom {
  const limit = concurrency === undefined ? {} : { concurrency }
  const [room] = createGatherRooms([createManyEntry(name, { maxSize, maxWaitMs, ...limit })])
  return Object.assign(room as GatherRoom, counts)
}

const supply = { freeSlots: 4, others: ['plain'], turn: 0 }

describe('the room of a handler of many jobs', () => {
  it.each<[string, Parameters<typeof createRoom>[1], number]>([
    ['a group for each free slot', {}, 40],
    ['what its group still lacks, also in the slot that is kept for it', { gathered: 7 }, 43],
    ['less what is asked for', { gathered: 7, asked: 13 }, 40],
    ['no more groups than may run at once', { concurrency: 3, running: 1 }, 20],
    ['nothing when all of these run', { concurrency: 1, running: 1 }, 0],
    [
      'nothing while a claim for all handlers may bring it an execution',
      { concurrency: 3, askedAside: 1 },
      0,
    ],
  ])('is %s', (_, how, jobs) => {
    expect(createRoom('a', how).roomWith(4)).toBe(jobs)
  })
})

describe('planGather', () => {
  it.each<[string, readonly GatherRoom[], Partial<typeof supply>, ReturnType<typeof planGather>]>([
    ['a group for each slot', [createRoom('a')], {}, { limit: 40, start: true, free: { a: 40, plain: 0 } }],
    ['nothing where nobody expects work', [createRoom('a', { hungry: false })], {}, undefined],
    ['nothing without a slot', [createRoom('a')], { freeSlots: 0 }, undefined],
    [
      'what an open group lacks, also without a slot',
      [createRoom('a', { gathered: 4 })],
      { freeSlots: 0 },
      { limit: 6, start: true, free: { a: 6, plain: 0 } },
    ],
    [
      'runs that have not started, for a handler that may wait',
      [createRoom('a', { maxWaitMs: 5 })],
      { freeSlots: 1 },
      { limit: 10, start: false, free: { a: 10, plain: 0 } },
    ],
    [
      'a share of the slots for each',
      [createRoom('a'), createRoom('b', { maxSize: 3 })],
      {},
      { limit: 26, start: true, free: { a: 20, b: 6, plain: 0 } },
    ],
    [
      'the last slot for another one each time',
      [createRoom('a'), createRoom('b')],
      { freeSlots: 1, turn: 1 },
      { limit: 10, start: true, free: { a: 0, b: 10, plain: 0 } },
    ],
    [
      'one group that is larger than what is enough at once',
      [createRoom('a', { maxSize: 1_000 })],
      {},
      { limit: 1_000, start: true, free: { a: 1_000, plain: 0 } },
    ],
    [
      'no more than is enough at once',
      [createRoom('a', { maxSize: 100 })],
      {},
      { limit: 256, start: true, free: { a: 256, plain: 0 } },
    ],
  ])('asks for %s', (_, rooms, how, plan) => {
    expect(planGather(rooms, { ...supply, ...how })).toEqual(plan)
  })

  it('never asks for more than the slots of the node and of each handler can take', () => {
    const count = fc.nat(30)
    const room = fc
      .record({
        maxSize: fc.integer({ min: 1, max: 1_000 }),
        concurrency: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        gathered: count,
        hungry: fc.boolean(),
        maxWaitMs: fc.nat(3),
      })
      .map(({ concurrency, ...how }) => (concurrency === undefined ? how : { ...how, concurrency }))
    const turns = fc.record({ freeSlots: fc.nat(20), turn: fc.nat(9) })
    fc.assert(
      fc.property(fc.array(room, { maxLength: 5 }), turns, (hows, { freeSlots, turn }) => {
        const rooms = hows.map((how, i) =>
          createRoom(`h${i}`, { ...how, gathered: Math.min(how.gathered, how.maxSize - 1) }),
        )
        const before = rooms.map(({ slotsKept }) => slotsKept)
        const plan = planGather(rooms, { freeSlots, turn, others: [] })
        if (plan === undefined) return
        expect(plan.limit).toBeLessThanOrEqual(1_000)
        let used = 0
        for (const [i, each] of rooms.entries()) {
          each.asked = plan.free?.[each.name] ?? plan.limit
          used += each.slotsKept - (before[i] ?? 0)
          expect(each.slotsKept).toBeLessThanOrEqual(
            hows[i] && 'concurrency' in hows[i] ? hows[i].concurrency : 99,
          )
        }
        expect(used).toBeLessThanOrEqual(freeSlots)
      }),
    )
  })
})
