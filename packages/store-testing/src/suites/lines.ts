import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { failed, ref, repeated } from '../fixtures/outcomes.ts'
import { sorted } from '../fixtures/sorted.ts'

const tiers = { H: 8, N: 5, L: 2 } as const

/** The order in which ready work is served ("Lines" in docs/architecture.md). */
export function linesSuite(contract: Contract): void {
  describe('lines: tiers', () => {
    for (const [tier, priorities] of [
      ['high', [8, 9, 10]],
      ['normal', [3, 4, 5, 6, 7]],
      ['low', [1, 2]],
    ] as const) {
      contract(
        `priorities ${priorities.join(', ')} are of tier ${tier}: first in, first out`,
        async (bench) => {
          const order = [...priorities, ...[...priorities].reverse()]
          const ids = await addAll(
            bench,
            order.map((priority) => ({ priority })),
          )
          expect((await claim(bench)).map((lease) => lease.jobId)).toStrictEqual(ids)
        },
      )
    }

    // 10 high, 5 normal, 1 low, and again.
    const rounds = `${'H'.repeat(10)}${'N'.repeat(5)}L`.repeat(2)

    contract('are served by weight 10:5:1, the highest first in each round, in one claim', async (bench) => {
      await fillTiers(bench, 25)
      expect(tiersOf(await claim(bench, { limit: 32 }))).toBe(rounds)
    })

    contract('a round goes on from claim to claim', async (bench) => {
      await fillTiers(bench, 25)
      expect(tiersOf((await claimAll(bench)).slice(0, 32))).toBe(rounds)
    })

    contract('a tier without work costs the others nothing', async (bench) => {
      await addTiers(bench, { H: 3, N: 0, L: 4 })
      expect(tiersOf(await claimAll(bench))).toBe('HHHLLLL')
    })

    contract('when no tier with work has credit, all credits are filled up', async (bench) => {
      await addTiers(bench, { H: 0, N: 7, L: 3 })
      expect(tiersOf(await claim(bench, { limit: 10 }))).toBe('NNNNNLNNLL')
    })

    contract('a credit is spent per firing, also of the one that comes later', async (bench) => {
      await addTiers(bench, { H: 12, N: 12, L: 0 })
      expect(tiersOf(await claim(bench, { limit: 4 }))).toBe('HHHH')
      expect(tiersOf(await claim(bench, { limit: 8 }))).toBe('HHHHHHNN')
      expect(tiersOf(await claim(bench, { limit: 5 }))).toBe('NNNHH')
    })
  })

  describe('lines: types and versions', () => {
    contract('inside a tier the task types take turns, first in, first out in each', async (bench) => {
      const ids = await fillTypes(bench, ['a', 'b', 'c'], 4)
      const leases = await claimAll(bench)
      expectTurns(
        leases.map((lease) => lease.taskType),
        3,
      )
      expectOrderInside(leases, ids)
    })

    contract('a claim of several gives each type its share', async (bench) => {
      const ids = await fillTypes(bench, ['a', 'b', 'c'], 10)
      const leases = await claim(bench, { limit: 9 })
      expect(tally(leases.map((lease) => lease.taskType))).toStrictEqual({ a: 3, b: 3, c: 3 })
      expectOrderInside(leases, ids)
    })

    contract('a type with much work cannot starve one that comes later', async (bench) => {
      await addAll(
        bench,
        Array.from({ length: 50 }, () => ({ taskType: 'many' })),
      )
      await claim(bench, { limit: 5 })
      await add(bench, { taskType: 'few' })
      const next = await claim(bench, { limit: 2 })
      expect(sorted(next.map((lease) => lease.taskType))).toStrictEqual(['few', 'many'])
    })

    contract('inside a type its versions take turns', async (bench) => {
      const drafts = ['1', '1', '1', '2', '2', '2'].map((version) => ({ version }))
      const ids = await addAll(bench, [...drafts, {}, {}, {}])
      const leases = await claimAll(bench)
      expectTurns(
        leases.map((lease) => lease.version ?? 'none'),
        3,
      )
      expectOrderInside(leases, ids)
    })

    contract('lines of several types, tiers and versions lose nothing to each other', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('a', { version: '1' }), handler('b')] })
      await announce(bench, 'n2', { handlers: [handler('a'), handler('c')] })
      const drafts = [1, 5, 9].flatMap((priority) =>
        ['a', 'b', 'c'].flatMap((taskType) => [
          { priority, taskType },
          { priority, taskType, version: '1' },
          { priority, taskType, version: '2' },
        ]),
      )
      const ids = await addAll(bench, [...drafts, ...drafts])
      const first = await claimAll(bench, { nodeId: 'n1' })
      expect(tally(first.map((lease) => `${lease.taskType}${lease.version ?? ''}`))).toStrictEqual({
        a: 6,
        a1: 6,
        b: 6,
        b1: 6,
        b2: 6,
      })
      const second = await claimAll(bench, { nodeId: 'n2' })
      expect(tally(second.map((lease) => `${lease.taskType}${lease.version ?? ''}`))).toStrictEqual({
        a2: 6,
        c: 6,
        c1: 6,
        c2: 6,
      })
      expectOrderInside(first, ids)
      expectOrderInside(second, ids)
    })
  })

  describe('lines: front and end', () => {
    const toFront: Readonly<Record<string, (bench: TimedBench, lease: LeasedRun) => Promise<unknown>>> = {
      'a retry without delay': (bench, lease) => settle(bench, failed(lease, 0)),
      'a retry when it is due': async (bench, lease) => {
        await settle(bench, failed(lease, 1_000))
        await bench.clock.advanceBy(1_000)
        await advanceAll(bench)
      },
      'a hand-back': (bench, lease) => bench.store.runs.release(bench.calls.next(), [ref(lease)]),
      'a reclaim': async (bench) => {
        await bench.clock.advanceBy(30_000)
        await advanceAll(bench)
      },
    }
    for (const [name, act] of Object.entries(toFront)) {
      contract(`${name} goes to the front`, async (bench) => {
        const ids = await addAll(bench, [{}, {}, {}])
        await act(bench, await claimOne(bench, { limit: 1 }))
        const later = await add(bench)
        expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([...ids, later])
      })
    }

    contract('a repeat goes to the end', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      await settle(bench, repeated(await claimOne(bench, { limit: 1 })))
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([ids[1], ids[2], ids[0]])
    })

    contract('a delayed job joins the end when it is due', async (bench) => {
      const delayed = await add(bench, { delayMs: 1_000 })
      const early = await add(bench)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      const later = await add(bench)
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([early, delayed, later])
    })

    contract('jobs that come due at several times join in the order of their times', async (bench) => {
      const ids = await addAll(bench, [{ delayMs: 3_000 }, { delayMs: 1_000 }, { delayMs: 2_000 }])
      await bench.clock.advanceBy(5_000)
      await advanceAll(bench)
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual([ids[1], ids[2], ids[0]])
    })

    contract('an id that stands several times in a line is claimed once in a batch', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 6 }, () => ({})),
      )
      for (const id of ids.slice(0, 3)) {
        await obey(bench, { verb: 'cancel', id })
        await obey(bench, { verb: 'retry', id })
        await obey(bench, { verb: 'pause', id })
        await obey(bench, { verb: 'resume', id })
      }
      const leases = await claim(bench, { limit: 1_000 })
      expect(sorted(leases.map((lease) => lease.jobId))).toStrictEqual(sorted(ids))
      expect(await claim(bench)).toStrictEqual([])
    })

    contract('many ids that stand for nothing do not hide the work behind them', async (bench) => {
      const gone = await addAll(
        bench,
        Array.from({ length: 300 }, () => ({})),
      )
      const last = await add(bench)
      const call = bench.calls.next()
      await bench.store.jobs.command(
        call,
        gone.map((id) => ({ verb: 'cancel', id })),
      )
      await bench.store.jobs.command(
        bench.calls.next(),
        gone.map((id) => ({ verb: 'delete', id })),
      )
      expect((await claim(bench, { limit: 2 })).map((lease) => lease.jobId)).toStrictEqual([last])
      expect(await claim(bench)).toStrictEqual([])
    })
  })
}

async function fillTiers(bench: TimedBench, each: number): Promise<void> {
  await addTiers(bench, { H: each, N: each, L: each })
}

async function addTiers(bench: TimedBench, wanted: Record<keyof typeof tiers, number>): Promise<void> {
  const drafts = (Object.keys(wanted) as (keyof typeof tiers)[]).flatMap((tier) =>
    Array.from({ length: wanted[tier] }, () => ({ priority: tiers[tier] })),
  )
  await addAll(bench, drafts.reverse())
}

function tiersOf(leases: readonly LeasedRun[]): string {
  return leases.map(({ priority }) => (priority >= 8 ? 'H' : priority >= 3 ? 'N' : 'L')).join('')
}

async function fillTypes(bench: TimedBench, types: readonly string[], each: number): Promise<string[]> {
  return addAll(
    bench,
    types.flatMap((taskType) => Array.from({ length: each }, () => ({ taskType }))),
  )
}

/** Each of `size` kinds comes once in every `size` that follow each other. */
function expectTurns(kinds: readonly string[], size: number): void {
  for (let i = 0; i + size <= kinds.length; i += size) {
    expect(new Set(kinds.slice(i, i + size)).size, kinds.join(' ')).toBe(size)
  }
}

/** Inside a line, that is a tier, a type and a version, the order is the one of `ids`. */
function expectOrderInside(leases: readonly LeasedRun[], ids: readonly string[]): void {
  const lines = new Map<string, number[]>()
  for (const lease of leases) {
    const line = `${tiersOf([lease])} ${lease.taskType} ${lease.version ?? ''}`
    lines.set(line, [...(lines.get(line) ?? []), ids.indexOf(lease.jobId)])
  }
  for (const [line, places] of lines) {
    expect(places, line).toStrictEqual([...places].sort((a, b) => a - b))
  }
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
