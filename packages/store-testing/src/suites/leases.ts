import type { AcquireOutcome, EventType } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { allEvents } from '../fixtures/reads.ts'

/** The `leases` role: named locks. */
export function leasesSuite(contract: Contract): void {
  describe('leases', () => {
    contract('a free lock is acquired; held, it says by whom and until when', async (bench) => {
      const now = bench.clock.now()
      const epoch = await take(bench, 'n1')
      expect(Number.isSafeInteger(epoch)).toBe(true)
      await bench.clock.advanceBy(4_000)
      expect(await acquire(bench, 'n2')).toStrictEqual({ kind: 'held', owner: 'n1', expiresAt: now + 10_000 })
      expect(await bench.store.leases.inspect()).toStrictEqual([
        { name: 'lock', owner: 'n1', epoch, expiresAt: now + 10_000 },
      ])
    })

    contract('the same owner asks again: the epoch stays, the time is new', async (bench) => {
      const epoch = await take(bench, 'n1')
      await bench.clock.advanceBy(4_000)
      expect(await take(bench, 'n1')).toBe(epoch)
      expect(await bench.store.leases.inspect()).toStrictEqual([
        { name: 'lock', owner: 'n1', epoch, expiresAt: bench.clock.now() + 10_000 },
      ])
    })

    contract('an expired lock is free, not a moment before', async (bench) => {
      const epoch = await take(bench, 'n1')
      await bench.clock.advanceBy(9_999)
      expect((await acquire(bench, 'n2')).kind).toBe('held')
      await bench.clock.advanceBy(1)
      expect(await bench.store.leases.inspect()).toStrictEqual([])
      expect(await take(bench, 'n2')).toBeGreaterThan(epoch)
    })

    contract('the epoch grows with every new holder, also with one that held it before', async (bench) => {
      let last = -1
      for (const owner of ['n1', 'n2', 'n1', 'n1']) {
        const epoch = await take(bench, owner)
        expect(epoch).toBeGreaterThan(last)
        expect(await release(bench, owner, epoch)).toBe(true)
        last = epoch
      }
      last = await take(bench, 'n1')
      await bench.clock.advanceBy(3_600_000)
      await advanceAll(bench)
      expect(await take(bench, 'n1')).toBeGreaterThan(last)
    })

    contract('renew prolongs what is held under the epoch, and nothing else', async (bench) => {
      const now = bench.clock.now()
      const epoch = await take(bench, 'n1')
      const renew = (owner: string, under: number, name: string = 'lock') =>
        bench.store.leases.renew(bench.calls.next(), name, owner, under, 20_000)
      expect(await renew('n1', epoch)).toBe(true)
      expect(await renew('n2', epoch)).toBe(false)
      expect(await renew('n1', epoch + 1)).toBe(false)
      expect(await renew('n1', epoch, 'other')).toBe(false)
      expect(await bench.store.leases.inspect()).toStrictEqual([
        { name: 'lock', owner: 'n1', epoch, expiresAt: now + 20_000 },
      ])
      await bench.clock.advanceBy(20_000)
      expect(await renew('n1', epoch)).toBe(false)
    })

    contract('release gives up what is held under the epoch, and nothing else', async (bench) => {
      const epoch = await take(bench, 'n1')
      expect(await release(bench, 'n2', epoch)).toBe(false)
      expect(await release(bench, 'n1', epoch + 1)).toBe(false)
      expect(await bench.store.leases.inspect()).toHaveLength(1)
      expect(await release(bench, 'n1', epoch)).toBe(true)
      expect(await release(bench, 'n1', epoch)).toBe(false)
      expect(await bench.store.leases.inspect()).toStrictEqual([])
      expect(await take(bench, 'n2')).toBeGreaterThan(epoch)
    })

    contract('forceRelease takes a lock from whoever holds it', async (bench) => {
      const force = () => bench.store.leases.forceRelease(bench.calls.next(), 'lock')
      expect(await force()).toBe(false)
      const epoch = await take(bench, 'n1')
      expect(await force()).toBe(true)
      expect(await force()).toBe(false)
      expect(await bench.store.leases.renew(bench.calls.next(), 'lock', 'n1', epoch, 1_000)).toBe(false)
      expect(await take(bench, 'n2')).toBeGreaterThan(epoch)
    })

    contract('locks are independent and inspected by name', async (bench) => {
      const now = bench.clock.now()
      const b = await take(bench, 'n1', 'b')
      const a = await take(bench, 'n2', 'a')
      const c = await take(bench, 'n1', 'c')
      expect(await bench.store.leases.inspect()).toStrictEqual([
        { name: 'a', owner: 'n2', epoch: a, expiresAt: now + 10_000 },
        { name: 'b', owner: 'n1', epoch: b, expiresAt: now + 10_000 },
        { name: 'c', owner: 'n1', epoch: c, expiresAt: now + 10_000 },
      ])
      expect(await release(bench, 'n1', b, 'b')).toBe(true)
      expect((await bench.store.leases.inspect()).map((lock) => lock.name)).toStrictEqual(['a', 'c'])
    })

    contract('of many that ask at once, one gets it', async (bench) => {
      const other = await bench.other()
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, i) => {
          const { leases } = i % 2 === 0 ? bench.store : other
          return leases.acquire(bench.calls.lane(i + 1).next(), 'lock', `n${i}`, 1_000)
        }),
      )
      const [winner] = await bench.store.leases.inspect()
      expect(outcomes.filter((outcome) => outcome.kind === 'acquired')).toHaveLength(1)
      expect(outcomes[Number(winner?.owner.slice(1))]).toStrictEqual({
        kind: 'acquired',
        epoch: winner?.epoch,
      })
    })

    contract('the lock named leader tells who was elected and who lost it', async (bench) => {
      const at = bench.clock.now()
      const epoch = await take(bench, 'n1', 'leader')
      await take(bench, 'n1', 'leader')
      await acquire(bench, 'n2', 'leader')
      await release(bench, 'n1', epoch, 'leader')
      await take(bench, 'n2', 'leader')
      await bench.store.leases.forceRelease(bench.calls.next(), 'leader')
      await take(bench, 'n3', 'other')
      const told: [EventType, string][] = [
        ['leader.elected', 'n1'],
        ['leader.lost', 'n1'],
        ['leader.elected', 'n2'],
        ['leader.lost', 'n2'],
      ]
      expect(await allEvents(bench.store)).toStrictEqual(
        told.map(([type, nodeId]) => ({ type, timestamp: at, nodeId })),
      )
    })

    for (const [how, move] of [
      ['to the next one', async () => {}],
      ['to nobody, when advance finds it expired', advanceAll],
    ] as const) {
      contract(`a leader whose time is over has lost it ${how}`, async (bench) => {
        const begin = bench.clock.now()
        await take(bench, 'n1', 'leader')
        await bench.clock.advanceBy(12_000)
        await move(bench)
        await take(bench, 'n2', 'leader')
        expect(await allEvents(bench.store)).toStrictEqual([
          { type: 'leader.elected', timestamp: begin, nodeId: 'n1' },
          { type: 'leader.lost', timestamp: begin + 12_000, nodeId: 'n1' },
          { type: 'leader.elected', timestamp: begin + 12_000, nodeId: 'n2' },
        ])
      })
    }
  })
}

/** Asks for a lock for 10 s. */
function acquire(bench: TimedBench, owner: string, name: string = 'lock'): Promise<AcquireOutcome> {
  return bench.store.leases.acquire(bench.calls.next(), name, owner, 10_000)
}

/** Takes a lock that must be free, or the owner's, and answers with its epoch. */
async function take(bench: TimedBench, owner: string, name?: string): Promise<number> {
  const outcome = await acquire(bench, owner, name)
  if (outcome.kind === 'held') throw new Error(`${outcome.owner} holds the lock`)
  expect(outcome).toStrictEqual({ kind: 'acquired', epoch: outcome.epoch })
  return outcome.epoch
}

function release(bench: TimedBench, owner: string, epoch: number, name: string = 'lock'): Promise<boolean> {
  return bench.store.leases.release(bench.calls.next(), name, owner, epoch)
}
