import type { RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { addMember } from '../fixtures/instances.ts'
import { cancelled, died, failed, failedThen, paused, repeated, succeeded } from '../fixtures/outcomes.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** `inspector.dailyCounts`: what was executed on each UTC day. */
export function dailyCountsSuite(contract: Contract): void {
  describe('inspector.dailyCounts', () => {
    contract('gives as many days as asked for, today last, also those without anything', async (bench) => {
      const nothing = { processed: 0, failed: 0, reclaimed: 0 }
      expect(await bench.store.inspector.dailyCounts(3)).toStrictEqual([
        { date: '2029-12-30', ...nothing },
        { date: '2029-12-31', ...nothing },
        { date: '2030-01-01', ...nothing },
      ])
      expect(await bench.store.inspector.dailyCounts(1)).toStrictEqual([{ date: '2030-01-01', ...nothing }])
      expect(await bench.store.inspector.dailyCounts(91)).toHaveLength(91)
    })

    for (const [name, outcome, counted] of [
      ['a success', succeeded, [1, 0]],
      ['a repeat, whose run has succeeded', (lease) => repeated(lease), [1, 0]],
      ['a repeat after a while', (lease) => repeated(lease, 9), [1, 0]],
      ['a failed attempt', (lease) => failed(lease), [0, 1]],
      ['a failed attempt that is tried again later', (lease) => failed(lease, 9), [0, 1]],
      ['the last failed attempt', (lease) => died(lease), [0, 1]],
      ['a timeout', (lease) => failedThen(lease, { do: 'die' }, { status: 'timed_out' }), [0, 1]],
      ['a failed attempt that pauses its job', (lease) => failedThen(lease, { do: 'pause' }), [0, 1]],
      ['a pause the handler asked for, which is nothing', (lease) => paused(lease), [0, 0]],
      ['a cancellation, which is nothing', cancelled, [0, 0]],
    ] as const satisfies readonly (readonly [
      string,
      (lease: Parameters<typeof died>[0]) => RunOutcome,
      readonly [number, number],
    ])[]) {
      contract(`counts ${name}`, async (bench) => {
        await add(bench)
        await settle(bench, outcome(await claimOne(bench)))
        expect(await today(bench)).toStrictEqual(counted)
      })
    }

    contract('counts attempts lost with a node, not runs that had not started', async (bench) => {
      await addAll(bench, [{}, {}, {}])
      await claim(bench, { limit: 2 })
      await claim(bench, { start: false })
      await bench.clock.advanceBy(60 * MINUTE)
      await advanceAll(bench)
      expect(await today(bench)).toStrictEqual([0, 2])
    })

    contract('counts every lease that was taken back once, whatever its run had come to', async (bench) => {
      const [, , cancelling] = await addAll(bench, [{}, {}, {}, {}])
      await claim(bench, { limit: 3 })
      await claim(bench, { start: false })
      await obey(bench, { verb: 'cancel', id: cancelling })
      await bench.clock.advanceBy(60 * MINUTE)
      await advanceAll(bench)
      await advanceAll(bench)
      const [counted] = await bench.store.inspector.dailyCounts(1)
      expect(counted?.reclaimed).toBe(4)
    })

    contract('counts nothing for what is handed back, cancelled or missed before it runs', async (bench) => {
      const ids = await addAll(bench, [{}, {}, { scheduleToStartTimeoutMs: 5 }])
      await handBack(bench, await claimOne(bench, { limit: 1 }))
      await obey(bench, { verb: 'cancel', id: ids[1] })
      await bench.clock.advanceBy(6)
      await advanceAll(bench)
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'cancel', id: ids[0] })
      await settle(bench, succeeded(lease))
      expect(await today(bench)).toStrictEqual([0, 0])
    })

    contract('counts members, firings and jobs that are not kept', async (bench) => {
      await addMember(bench)
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await add(bench, { retainMs: 0 })
      for (const lease of await claim(bench)) await settle(bench, succeeded(lease))
      expect(await today(bench)).toStrictEqual([3, 0])
    })

    contract('counts a repeated call once', async (bench) => {
      await addAll(bench, [{}, {}])
      const [a, b] = await claim(bench)
      if (a === undefined || b === undefined) throw new Error('two jobs give two leases')
      const outcomes = [succeeded(a), failed(b, 9)]
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      await bench.store.runs.settle(bench.calls.last(), outcomes)
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      expect(await today(bench)).toStrictEqual([1, 1])
    })

    contract('a day ends at midnight in UTC by the time of the store', async (bench) => {
      await bench.clock.advanceBy(DAY_MS - 1)
      await settle(bench, succeeded(await claimNew(bench)))
      await bench.clock.advanceBy(1)
      await settle(bench, died(await claimNew(bench)))
      await settle(bench, succeeded(await claimNew(bench)))
      await bench.clock.advanceBy(2 * DAY_MS - 1)
      await settle(bench, succeeded(await claimNew(bench)))
      expect(await bench.store.inspector.dailyCounts(4)).toStrictEqual([
        { date: '2029-12-31', processed: 0, failed: 0, reclaimed: 0 },
        { date: '2030-01-01', processed: 1, failed: 0, reclaimed: 0 },
        { date: '2030-01-02', processed: 1, failed: 1, reclaimed: 0 },
        { date: '2030-01-03', processed: 1, failed: 0, reclaimed: 0 },
      ])
    })

    contract('the newest 91 days are kept, whatever becomes of the jobs', async (bench) => {
      await settle(bench, succeeded(await claimNew(bench)))
      await bench.clock.advanceBy(90 * DAY_MS)
      await advanceAll(bench)
      const kept = await bench.store.inspector.dailyCounts(91)
      expect(kept[0]).toStrictEqual({ date: '2030-01-01', processed: 1, failed: 0, reclaimed: 0 })
      expect(await bench.store.inspector.listJobs({}, { limit: 1 })).toMatchObject({ total: 0 })
      await bench.clock.advanceBy(DAY_MS)
      await advanceAll(bench)
      const later = await bench.store.inspector.dailyCounts(91)
      expect(later[0]).toStrictEqual({ date: '2030-01-02', processed: 0, failed: 0, reclaimed: 0 })
      expect(later.at(-1)).toStrictEqual({ date: '2030-04-02', processed: 0, failed: 0, reclaimed: 0 })
    })
  })
}

async function today(bench: TimedBench): Promise<readonly number[]> {
  const [counted] = await bench.store.inspector.dailyCounts(1)
  return [counted?.processed ?? -1, counted?.failed ?? -1]
}

async function claimNew(bench: TimedBench) {
  await add(bench)
  return claimOne(bench)
}
