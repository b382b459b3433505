import { CHECKPOINT, defaultSettings, type LeaseRef, type MemoWrite } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimJobs,
  claimOne,
  handBack,
  obey,
  settle,
} from '../fixtures/acts.ts'
import { bringMember } from '../fixtures/members.ts'
import { cancelled, died, failed, paused, ref, repeated, succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** `runs.memo` and `runs.memos`: what a firing remembers from one run to the next. */
export function memoSuite(contract: Contract): void {
  describe('runs.memo', () => {
    contract('keeps one value per name, as the text that came in; a later one replaces it', async (bench) => {
      await add(bench)
      const lease = await claimOne(bench)
      const values = { charge: '{ "id":  1.0 }', [CHECKPOINT]: '[1]', 'é \n\t|,:': 'null' }
      expect(await remember(bench, lease, values)).toStrictEqual(['saved', 'saved', 'saved'])
      expect(await bench.store.runs.memos(ref(lease))).toStrictEqual({ kind: 'found', values })
      await remember(bench, lease, { charge: '2' })
      expect(await memory(bench, lease)).toStrictEqual({ ...values, charge: '2' })
    })

    contract('keeps values of any size', async (bench) => {
      await add(bench)
      const lease = await claimOne(bench)
      const values = { big: `"${'x'.repeat(1_000_000)}"`, small: '0' }
      await remember(bench, lease, values)
      expect(await memory(bench, lease)).toStrictEqual(values)
    })

    contract('a firing that remembers nothing says so', async (bench) => {
      await add(bench)
      const lease = await claimOne(bench)
      expect(lease).not.toHaveProperty('remembers')
      expect(await memory(bench, lease)).toStrictEqual({})
      expect(await bench.store.runs.memo(bench.calls.next(), [])).toStrictEqual([])
    })

    contract('writes of many firings in one call stay apart', async (bench) => {
      const ids = await addAll(bench, [{}, {}, { priority: 9 }])
      const [a, b, c] = await claimJobs(bench, ids)
      const writes = [write(a, 's', '"a"'), write(b, 's', '"b"'), write(a, 't', '1'), write(c, 's', '"c"')]
      const outcomes = await bench.store.runs.memo(bench.calls.next(), writes)
      expect(outcomes).toStrictEqual(['saved', 'saved', 'saved', 'saved'])
      expect(await memory(bench, a)).toStrictEqual({ s: '"a"', t: '1' })
      expect(await memory(bench, b)).toStrictEqual({ s: '"b"' })
      expect(await memory(bench, c)).toStrictEqual({ s: '"c"' })
    })

    contract('an old token changes nothing and is lost, also to read', async (bench) => {
      await add(bench)
      const old = await claimOne(bench)
      await remember(bench, old, { s: '1' })
      await settle(bench, failed(old))
      const lease = await claimOne(bench)
      expect(await remember(bench, old, { s: '2', t: '2' })).toStrictEqual(['lost', 'lost'])
      expect(await bench.store.runs.memos(ref(old))).toStrictEqual({ kind: 'lost' })
      expect(await memory(bench, lease)).toStrictEqual({ s: '1' })
    })

    contract('of an unknown firing is lost', async (bench) => {
      const id = await add(bench)
      const lease = { firingId: id, token: 'none' }
      expect(await remember(bench, lease, { s: '1' })).toStrictEqual(['lost'])
      expect(await bench.store.runs.memos(lease)).toStrictEqual({ kind: 'lost' })
    })

    contract('is carried out once however often the call is repeated', async (bench) => {
      await add(bench)
      const lease = await claimOne(bench)
      const call = bench.calls.next()
      expect(await bench.store.runs.memo(call, [write(lease, 's', '1')])).toStrictEqual(['saved'])
      expect(await bench.store.runs.memo(call, [write(lease, 's', '1')])).toStrictEqual(['saved'])
      expect(await memory(bench, lease)).toStrictEqual({ s: '1' })
    })

    contract('does not prolong the lease, and shows nowhere in the record', async (bench) => {
      const id = await add(bench)
      const lease = await claimOne(bench)
      const before = await jobOf(bench.store, id)
      await bench.clock.advanceBy(lease.leaseMs - 1)
      await remember(bench, lease, { s: '1' })
      expect(await jobOf(bench.store, id)).toStrictEqual(before)
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('retrying')
    })

    contract('works while the firing is asked to be cancelled', async (bench) => {
      const id = await add(bench)
      const lease = await claimOne(bench)
      await obey(bench, { verb: 'cancel', id })
      expect(await remember(bench, lease, { s: '1' })).toStrictEqual(['saved'])
    })
  })

  describe('what a firing remembers', () => {
    type Going = (
      bench: TimedBench,
      lease: LeaseRef & { readonly leaseMs: number },
      id: string,
    ) => Promise<unknown>
    const goingOn: Readonly<Record<string, Going>> = {
      'a failed attempt': (bench, lease) => settle(bench, failed(lease)),
      'a failed attempt and a wait': async (bench, lease) => {
        await settle(bench, failed(lease, 1_000))
        await bench.clock.advanceBy(1_000)
      },
      'a repeat': (bench, lease) => settle(bench, repeated(lease)),
      'a pause': async (bench, lease, id) => {
        await settle(bench, paused(lease))
        await obey(bench, { verb: 'resume', id })
      },
      'a hand-back': (bench, lease) => handBack(bench, lease),
      'a crash': async (bench, lease) => {
        await bench.clock.advanceBy(lease.leaseMs)
        await advanceAll(bench)
      },
      'its death and a retry': async (bench, lease, id) => {
        await settle(bench, died(lease))
        await obey(bench, { verb: 'retry', id })
      },
      'a cancellation and a retry': async (bench, lease, id) => {
        await obey(bench, { verb: 'cancel', id })
        await settle(bench, cancelled(lease))
        await obey(bench, { verb: 'retry', id })
      },
    }
    for (const [name, go] of Object.entries(goingOn)) {
      contract(`is there after ${name}, and the next lease says so`, async (bench) => {
        const id = await add(bench)
        const lease = await claimOne(bench)
        await remember(bench, lease, { s: '1' })
        await go(bench, lease, id)
        const next = await claimOne(bench)
        expect(next).toMatchObject({ firingId: id, remembers: true })
        expect(await memory(bench, next)).toStrictEqual({ s: '1' })
        await settle(bench, succeeded(next))
        await removeEverything(bench)
      })
    }

    contract('is said to the holder by a repeated claim, too', async (bench) => {
      await add(bench)
      const first = await claimOne(bench)
      await remember(bench, first, { s: '1' })
      await settle(bench, failed(first))
      const lease = await claimOne(bench)
      const request = {
        nodeId: 'n1',
        handlerSet: bench.announced.get('n1') as string,
        limit: 100,
        start: true,
      }
      const again = await bench.store.runs.claim(bench.calls.last(), request)
      expect(again).toMatchObject({ leases: [{ token: lease.token, remembers: true }] })
    })

    for (const [name, draft] of [
      ['plain', {}],
      ['that is kept for no time', { retainMs: 0 }],
      ['with a retention of its own', { retainMs: 1_000 }],
      ['with a unique key', { uniqueKey: 'k' }],
    ] as const) {
      contract(`goes when a job ${name} is completed`, async (bench) => {
        await add(bench, draft)
        const lease = await claimOne(bench)
        await remember(bench, lease, { s: '1' })
        await settle(bench, succeeded(lease))
        expect(await bench.store.runs.memos(ref(lease))).toStrictEqual({ kind: 'lost' })
        await removeEverything(bench)
      })
    }

    contract('goes when a later attempt completes the job', async (bench) => {
      await add(bench)
      const first = await claimOne(bench)
      await remember(bench, first, { s: '1' })
      await settle(bench, failed(first))
      await settle(bench, succeeded(await claimOne(bench)))
      await removeEverything(bench)
    })

    contract('goes with a job that is kept for no time by the settings', async (bench) => {
      const retention = { completedMs: 0, deadMs: 0, cancelledMs: 0 }
      await bench.store.settings.put(bench.calls.next(), 0, { ...defaultSettings, retention })
      const [a, b, c] = await claimJobs(bench, await addAll(bench, [{}, {}, {}]))
      for (const lease of [a, b, c]) await remember(bench, lease, { s: '1' })
      await settle(bench, succeeded(a))
      await settle(bench, died(b))
      await settle(bench, cancelled(c))
      await removeEverything(bench)
    })

    contract('goes with a job that is deleted or outlives its retention', async (bench) => {
      const [deleted, old] = await addAll(bench, [{}, {}])
      for (const lease of await claim(bench)) {
        await remember(bench, lease, { s: '1' })
        await settle(bench, died(lease))
      }
      await obey(bench, { verb: 'delete', id: deleted })
      await bench.clock.advanceBy(defaultSettings.retention.deadMs)
      await advanceAll(bench)
      expect(await bench.store.jobs.get([old])).toStrictEqual([undefined])
      await removeEverything(bench)
    })

    contract('belongs to one firing of a recurring job', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const [first, second] = await claimFirings(bench, [job.firing(1), job.firing(2)])
      await remember(bench, first, { s: '1' })
      await settle(bench, failed(first))
      await settle(bench, failed(second))
      const [again, other] = await claimFirings(bench, [job.firing(1), job.firing(2)])
      expect(again).toMatchObject({ remembers: true })
      expect(other).not.toHaveProperty('remembers')
      expect(await memory(bench, other)).toStrictEqual({})
      expect(await memory(bench, again)).toStrictEqual({ s: '1' })
      await settle(bench, succeeded(again))
      await settle(bench, succeeded(other))
      await removeEverything(bench)
    })

    contract('goes with the firings of a recurring job that is deleted', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      const lease = await claimOne(bench)
      await remember(bench, lease, { s: '1' })
      await settle(bench, died(lease))
      await removeEverything(bench)
    })

    contract('is kept of a member like of any job', async (bench) => {
      const { lease } = await bringMember(bench, 'running, started')
      await remember(bench, lease, { s: '1' })
      await settle(bench, failed(lease))
      const next = await claimOne(bench)
      expect(next).toMatchObject({ remembers: true })
      expect(await memory(bench, next)).toStrictEqual({ s: '1' })
      await settle(bench, succeeded(next))
      await removeEverything(bench)
    })

    contract('of a member that completes at its first attempt goes then', async (bench) => {
      const { lease } = await bringMember(bench, 'running, started')
      await remember(bench, lease, { s: '1' })
      await settle(bench, succeeded(lease))
      await removeEverything(bench)
    })
  })
}

function write({ firingId, token }: LeaseRef, name: string, value: string): MemoWrite {
  return { firingId, token, name, value }
}

async function remember(
  bench: Bench,
  lease: LeaseRef,
  values: Readonly<Record<string, string>>,
): Promise<readonly ('saved' | 'lost')[]> {
  const writes = Object.entries(values).map(([name, value]) => write(lease, name, value))
  return bench.store.runs.memo(bench.calls.next(), writes)
}

/** What the firing of a live lease remembers. */
async function memory(bench: Bench, lease: LeaseRef): Promise<Readonly<Record<string, string>>> {
  const reply = await bench.store.runs.memos(ref(lease))
  if (reply.kind === 'lost') throw new Error('the lease is lost')
  return reply.values
}

/** Claims exactly these two firings, and answers with their leases in that order. */
async function claimFirings(bench: Bench, [a, b]: readonly [string, string]) {
  const leases = await claim(bench)
  const of = (id: string) => leases.find(({ firingId }) => firingId === id)
  const [first, second] = [of(a), of(b)]
  if (first === undefined || second === undefined || leases.length !== 2)
    throw new Error('other firings were claimed')
  return [first, second] as const
}
