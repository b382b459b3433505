import { defaultSettings, KEPT_FIRINGS, type LeaseRef, type Retention, type RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { addMember } from '../fixtures/instances.ts'
import { cancelled, died, succeeded } from '../fixtures/outcomes.ts'
import { countsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, firingsOf, MINUTE } from '../fixtures/schedules.ts'

const ends = {
  completed: succeeded,
  dead: died,
  cancelled,
} as const satisfies Readonly<Record<string, (lease: LeaseRef) => RunOutcome>>

type End = keyof typeof ends

const statuses = Object.keys(ends) as readonly End[]

/** Caps by number of what has ended: `Retention.completedCount` and the like, and `Retention.firings`. */
export function retentionCapsSuite(contract: Contract): void {
  describe('retention by number', () => {
    for (const status of statuses) {
      contract(`keeps the ${status} jobs that ended last, all types together`, async (bench) => {
        await retain(bench, { [`${status}Count`]: 3 })
        const ids: string[] = []
        for (let i = 0; i < 5; i++) ids.push(await ended(bench, status, { taskType: i % 2 ? 'a' : 'b' }))
        const others = statuses.filter((each) => each !== status)
        for (const other of others) for (let i = 0; i < 4; i++) await ended(bench, other)
        await advanceAll(bench)
        expect(await idsOf(bench, status)).toStrictEqual(ids.slice(2))
        for (const other of others) expect(await idsOf(bench, other)).toHaveLength(4)
        await removeEverything(bench)
      })
    }

    contract('the end decides which is old, not the creation', async (bench) => {
      await retain(bench, { completedCount: 2 })
      const ids = await addAll(bench, [{}, {}, {}, {}])
      const leases = new Map((await claim(bench)).map((lease) => [lease.jobId, lease]))
      for (const i of [2, 0, 3, 1]) {
        await bench.clock.advanceBy(1)
        const lease = leases.get(ids[i] as string)
        if (lease !== undefined) await settle(bench, succeeded(lease))
      }
      await advanceAll(bench)
      expect(await idsOf(bench, 'completed')).toStrictEqual([ids[3], ids[1]])
    })

    contract('0 keeps none after the next advance', async (bench) => {
      await retain(bench, { deadCount: 0 })
      await ended(bench, 'dead')
      await advanceAll(bench)
      expect(await countsOf(bench.store)).toStrictEqual({})
    })

    contract('an advance is due as soon as there are too many', async (bench) => {
      await retain(bench, { completedCount: 1 })
      await ended(bench, 'completed')
      await advanceAll(bench)
      const now = bench.clock.now()
      const quiet = await bench.store.runs.advance(bench.calls.next(), 100)
      expect(quiet).toMatchObject({ moved: 0 })
      expect(quiet.nextAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now)
      await ended(bench, 'completed')
      expect(await bench.store.runs.advance(bench.calls.next(), 100)).toMatchObject({ moved: 1 })
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1 })
    })

    contract('what is too much goes in slices of the limit', async (bench) => {
      await addAll(
        bench,
        Array.from({ length: 30 }, () => ({})),
      )
      const outcomes = (await claim(bench)).map((lease) => succeeded(lease))
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      await retain(bench, { completedCount: 4 })
      for (let left = 30; left > 4; ) {
        const { moved } = await bench.store.runs.advance(bench.calls.next(), 5)
        expect(moved).toBeGreaterThan(0)
        expect(moved).toBeLessThanOrEqual(10)
        left -= moved
        expect(await countsOf(bench.store)).toStrictEqual({ completed: left })
      }
    })

    contract('the time still counts for the jobs that are left', async (bench) => {
      await retain(bench, { completedCount: 2, completedMs: 1_000 })
      for (let i = 0; i < 3; i++) await ended(bench, 'completed')
      await advanceAll(bench)
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 2 })
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await countsOf(bench.store)).toStrictEqual({})
    })

    contract('jobs with a time of their own and members are neither counted nor removed', async (bench) => {
      await retain(bench, { completedCount: 1 })
      const own = await ended(bench, 'completed', { retainMs: 1e9 })
      const member = await addMember(bench)
      await settle(bench, succeeded(await claimOne(bench)))
      await bench.clock.advanceBy(1)
      const [, kept] = [await ended(bench, 'completed'), await ended(bench, 'completed')]
      const another = await ended(bench, 'completed', { retainMs: 1e9 })
      await advanceAll(bench)
      expect(await idsOf(bench, 'completed')).toStrictEqual([own, member.id, kept, another])
    })

    contract('a job that lives again, or was deleted, is not counted', async (bench) => {
      await retain(bench, { deadCount: 2 })
      const ids = [await ended(bench, 'dead'), await ended(bench, 'dead')] as const
      await obey(bench, { verb: 'retry', id: ids[0] })
      await obey(bench, { verb: 'pause', id: ids[0] })
      const third = await ended(bench, 'dead')
      await advanceAll(bench)
      expect(await idsOf(bench, 'dead')).toStrictEqual([ids[1], third])
      await obey(bench, { verb: 'delete', id: ids[1] })
      const fourth = await ended(bench, 'dead')
      await advanceAll(bench)
      expect(await idsOf(bench, 'dead')).toStrictEqual([third, fourth])
    })
  })

  describe('retention of firings', () => {
    for (const status of statuses) {
      contract(`a recurring job keeps as many ${status} firings as the settings say`, async (bench) => {
        await retain(bench, { firings: { ...KEPT_FIRINGS, [status]: 2 } })
        const job = await addRecurring(bench)
        for (let i = 1; i <= 4; i++) await endFiring(bench, job, i, status)
        expect(await kept(bench, job.id)).toStrictEqual([3, 4].map(job.firing))
        await removeEverything(bench)
      })
    }

    contract('a lower cap counts from the next end on', async (bench) => {
      const job = await addRecurring(bench)
      for (let i = 1; i <= 5; i++) await endFiring(bench, job, i, 'completed')
      await endFiring(bench, job, 6, 'dead')
      await retain(bench, { firings: { completed: 2, dead: 1, cancelled: 1 } })
      await advanceAll(bench)
      expect(await kept(bench, job.id)).toHaveLength(6)
      await endFiring(bench, job, 7, 'completed')
      expect(await kept(bench, job.id)).toStrictEqual([5, 6, 7].map(job.firing))
    })

    contract('caps of jobs do not touch firings', async (bench) => {
      await retain(bench, { completedCount: 0, deadCount: 0, cancelledCount: 0 })
      const job = await addRecurring(bench)
      await endFiring(bench, job, 1, 'completed')
      await endFiring(bench, job, 2, 'dead')
      await advanceAll(bench)
      expect(await kept(bench, job.id)).toStrictEqual([1, 2].map(job.firing))
    })
  })
}

/** Caps of jobs are those where most tests work: they are split over the partitions. */
async function retain(bench: TimedBench, caps: Partial<Retention>): Promise<void> {
  const counts = (['completedCount', 'deadCount', 'cancelledCount'] as const).flatMap((field) => {
    const count = caps[field]
    return count === undefined ? [] : [[field, bench.share(count)] as const]
  })
  const retention: Partial<Retention> = { ...caps, ...Object.fromEntries(counts) }
  const { version, settings } = await bench.store.settings.get()
  const changed = { ...settings, retention: { ...defaultSettings.retention, ...retention } }
  expect(await bench.store.settings.put(bench.calls.next(), version, changed)).toBe('saved')
}

/** A job that has ended so; nothing else may be claimable. A millisecond passes behind it. */
async function ended(bench: TimedBench, end: End, draft: Parameters<typeof add>[1] = {}): Promise<string> {
  const id = await add(bench, draft)
  await settle(bench, ends[end](await claimOne(bench)))
  await bench.clock.advanceBy(1)
  return id
}

async function endFiring(
  bench: TimedBench,
  job: Awaited<ReturnType<typeof addRecurring>>,
  n: number,
  end: End,
): Promise<void> {
  await bench.clock.advanceBy(MINUTE)
  await fireTimes(bench, job, n)
  await settle(bench, ends[end](await claimOne(bench)))
}

async function kept(bench: TimedBench, jobId: string): Promise<readonly string[]> {
  return (await firingsOf(bench.store, jobId)).map(({ id }) => id)
}

/** The ids of those that ended so, the first to end first. */
async function idsOf(bench: TimedBench, status: End): Promise<readonly string[]> {
  const { rows } = await bench.store.inspector.listJobs({ status }, { limit: 100, sort: 'oldest' })
  return rows.map(({ id }) => id)
}
