import type { NextFiring, Store, WaitRequest, WakeReason } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, claim, claimOne, obey, requestOf, settle } from '../fixtures/acts.ts'
import { announce } from '../fixtures/handlers.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import {
  changed,
  everyMinute,
  firePlan,
  MINUTE,
  planOf,
  recurrenceFrom,
  scheduleOf,
} from '../fixtures/schedules.ts'

/** Longer than any wake takes, shorter than a test may. */
const PATIENCE_MS = 4_000

/** A waiter of a scheduler: never announced, and for nothing but schedules. */
const scheduler: WaitRequest = { nodeId: 's1', schedules: true }

/** `runs.wait` for schedules, and for the work their firings are; in real time. */
export function schedulesWakingSuite(contract: Contract): void {
  describe('runs.wait for schedules', () => {
    const earlier: Readonly<Record<string, (bench: Bench, jobId: string) => Promise<unknown>>> = {
      'a schedule that is added': (bench) => addDue(bench, 30 * MINUTE),
      'a schedule that is changed': async (bench, jobId) => {
        const { version } = await scheduleOf(bench.store, jobId)
        const now = await nowOf(bench)
        const next = dueAt(now + MINUTE)
        await changed(bench, {
          verb: 'update',
          jobId,
          version,
          recurrence: { schedule: everyMinute(), anchorAt: now, next },
          skips: [],
          lastFiredAt: now,
        })
      },
    }
    for (const [name, act] of Object.entries(earlier)) {
      contract.inRealTime(`${name} and due before the earliest known tells who waits`, async (bench) => {
        const jobId = await addDue(bench, 60 * MINUTE)
        await know(bench.store, scheduler)
        const waiting = untilSchedules(bench.store, scheduler)
        await act(bench, jobId)
        expect(await waiting).toBe(true)
      })
    }

    contract.inRealTime('the first schedule of all tells who waits', async (bench) => {
      await know(bench.store, scheduler)
      const waiting = untilSchedules(bench.store, scheduler)
      await addDue(bench, MINUTE)
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('a schedule that is resumed tells who waits', async (bench) => {
      const id = await addDue(bench, MINUTE)
      await obey(bench, { verb: 'pause', id })
      await know(bench.store, scheduler)
      const waiting = untilSchedules(bench.store, scheduler)
      await obey(bench, { verb: 'resume', id })
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('also one that came between two waits, but not again and again', async (bench) => {
      await announce(bench, 'n1')
      const node = { nodeId: 'n1', schedules: true }
      await know(bench.store, node)
      await addDue(bench, MINUTE)
      expect(await untilSchedules(bench.store, node)).toBe(true)
      // It is a hint, so one more is no harm; a scheduler that is told for ever would never sleep.
      expect((await told(bench, node, true)).length).toBeLessThanOrEqual(1)
      expect(await told(bench, node, false)).toStrictEqual([])
    })

    contract.inRealTime('also one that comes from another handle', async (bench) => {
      await know(bench.store, scheduler)
      const waiting = untilSchedules(bench.store, scheduler)
      const other = await bench.other()
      await addDue({ ...bench, store: other, calls: bench.calls.lane(9) }, MINUTE)
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('every scheduler is told', async (bench) => {
      const waiters = [scheduler, { nodeId: 's2', schedules: true }]
      for (const each of waiters) await know(bench.store, each)
      const waiting = waiters.map((each) => untilSchedules(bench.store, each))
      await addDue(bench, MINUTE)
      expect(await Promise.all(waiting)).toStrictEqual([true, true])
    })

    contract.inRealTime('who does not ask for schedules is not told of them', async (bench) => {
      await announce(bench, 'n1')
      await know(bench.store, { nodeId: 'n1' })
      await addDue(bench, MINUTE)
      expect(await told(bench, { nodeId: 'n1' }, true)).toStrictEqual([])
    })
  })

  describe('runs.wait for the work of schedules', () => {
    const works: Readonly<Record<string, (bench: Bench, jobId: string) => Promise<unknown>>> = {
      'a firing of its schedule': async (bench, jobId) =>
        firePlan(bench, planOf(await scheduleOf(bench.store, jobId), [await nowOf(bench)])),
      'a firing triggered by hand': (bench, jobId) => changed(bench, { verb: 'trigger', jobId }),
      'a firing filled in afterwards': async (bench, jobId) =>
        changed(bench, { verb: 'backfill', jobId, times: [(await nowOf(bench)) - MINUTE] }),
    }
    for (const [name, act] of Object.entries(works)) {
      contract.inRealTime(`${name} wakes a node that can run it`, async (bench) => {
        const jobId = await addDue(bench, MINUTE)
        const node = await asleep(bench)
        const waiting = untilWork(bench.store, node)
        await act(bench, jobId)
        expect(await waiting).toBe(true)
      })
    }

    contract.inRealTime('a held firing that is released wakes a node that can run it', async (bench) => {
      const jobId = await addDue(bench, MINUTE, 'BUFFER_ALL')
      const now = await nowOf(bench)
      await firePlan(bench, planOf(await scheduleOf(bench.store, jobId), [now - 1, now]))
      const lease = await claimOne(bench, { nodeId: 'holder' })
      const waiting = untilWork(bench.store, await asleep(bench))
      await settle(bench, succeeded(lease))
      expect(await waiting).toBe(true)
    })

    for (const whom of ['firing', 'job'] as const) {
      contract.inRealTime(`a cancel of the ${whom} is told to the holder of its run`, async (bench) => {
        const jobId = await addDue(bench, MINUTE)
        await changed(bench, { verb: 'trigger', jobId })
        const { firingId, token } = await claimOne(bench, { limit: 1 })
        const waiting = bench.store.runs.wait(await requestOf(bench), { timeoutMs: PATIENCE_MS })
        await obey(bench, { verb: 'cancel', id: whom === 'job' ? jobId : firingId, reason: 'r' })
        expect(await waiting).toStrictEqual([{ kind: 'cancel', firingId, token, reason: 'r' }])
      })
    }
  })
}

/** A recurring job that is due first in so many milliseconds. */
async function addDue(
  bench: Bench,
  inMs: number,
  overlapPolicy: 'ALLOW_ALL' | 'BUFFER_ALL' = 'ALLOW_ALL',
): Promise<string> {
  const now = await nowOf(bench)
  const recurrence = recurrenceFrom(now, everyMinute({ overlapPolicy }))
  return add(bench, { recurrence: { ...recurrence, next: dueAt(now + inMs) } })
}

function dueAt(at: number): NextFiring {
  return { nextRunAt: at, dueAt: at }
}

async function nowOf({ store }: Bench): Promise<number> {
  return (await store.inspector.info()).now
}

/** Lets a waiter know what there is by now, as a scheduler does that has just asked what is due. */
async function know(store: Store, waiter: WaitRequest): Promise<void> {
  await store.schedules.due(0)
  while ((await store.runs.wait(waiter, { timeoutMs: 0 })).length > 0);
}

/** A node whose claim has just found nothing. */
async function asleep(bench: Bench): Promise<WaitRequest> {
  const { nodeId, handlerSet } = await requestOf(bench)
  expect(await claim(bench)).toStrictEqual([])
  return { nodeId, handlerSet }
}

const untilSchedules = (store: Store, waiter: WaitRequest): Promise<boolean> =>
  until(store, waiter, 'schedules')
const untilWork = (store: Store, waiter: WaitRequest): Promise<boolean> => until(store, waiter, 'work')

/** Whether the waiter is told of this; of due times it may be told before. */
async function until(store: Store, waiter: WaitRequest, kind: WakeReason['kind']): Promise<boolean> {
  for (;;) {
    const reasons = await store.runs.wait(waiter, { timeoutMs: PATIENCE_MS })
    if (reasons.length === 0) return false
    if (reasons.some((reason) => reason.kind === kind)) return true
  }
}

/** What an announced waiter is told up to now besides due times, found out by changing its drain flag. */
async function told(bench: Bench, waiter: WaitRequest, draining: boolean): Promise<WakeReason[]> {
  const reasons: WakeReason[] = []
  await bench.store.nodes.drain(bench.calls.next(), waiter.nodeId, draining)
  for (;;) {
    const found = await bench.store.runs.wait(waiter, { timeoutMs: PATIENCE_MS })
    reasons.push(...found.filter(({ kind }) => kind !== 'drain' && kind !== 'due'))
    if (found.length === 0 || found.some(({ kind }) => kind === 'drain')) return reasons
  }
}
