import { defaultSettings, type Settings, type Standing } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { add, addAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { bring, situations } from '../fixtures/bring.ts'
import { bringMember } from '../fixtures/members.ts'
import { newJob } from '../fixtures/new-job.ts'
import { cancelled, succeeded } from '../fixtures/outcomes.ts'
import { jobOf } from '../fixtures/reads.ts'
import { addRecurring, everyMinute, fireTimes, MINUTE } from '../fixtures/schedules.ts'

/** `inspector.standing`: what the store knows of why a firing is where it is. */
export function standingSuite(contract: Contract): void {
  describe('inspector.standing', () => {
    for (const situation of situations) {
      contract(`of a job that is ${situation} gives its record and what belongs to that`, async (bench) => {
        const { id } = await bring(bench, situation)
        const standing = await standingOf(bench, id)
        expect(standing).toMatchObject({
          record: await jobOf(bench.store, id),
          now: bench.clock.now(),
          keys: [],
        })
        const inLine = situation === 'pending' || situation === 'retrying, in line'
        expect('inLine' in standing).toBe(inLine)
        expect('tier' in standing).toBe(inLine)
        expect('taskType' in standing).toBe(inLine)
        expect('lease' in standing).toBe(situation.startsWith('running'))
        for (const absent of ['unfinished', 'held', 'cancelRequested'])
          expect(standing).not.toHaveProperty(absent)
      })
    }

    contract('of an unknown job or firing there is none', async (bench) => {
      const job = await addRecurring(bench)
      expect(await bench.store.inspector.standing(newJob().id)).toBeUndefined()
      expect(await bench.store.inspector.standing(job.firing(1))).toBeUndefined()
    })

    contract('of one that waits tells tier, type and how many stand in its line', async (bench) => {
      const [id] = await addAll(bench, [{}, {}, { priority: 9 }, { version: 'v' }, { taskType: 'other' }])
      const standing = await standingOf(bench, id)
      expect(standing.inLine).toBe(2)
      expect(standing.tier).toMatchObject({ name: 'normal', paused: false })
      expect(standing.taskType).toMatchObject({ taskType: 'plain', paused: false, running: 0 })
    })

    contract('counts in a line only what waits in it', async (bench) => {
      const [id, gone] = await addAll(bench, [{}, {}, {}])
      await obey(bench, { verb: 'cancel', id: gone })
      expect((await standingOf(bench, id)).inLine).toBe(2)
    })

    contract('tells that its tier or its type is paused', async (bench) => {
      const id = await add(bench)
      await put(bench, {
        tiers: defaultSettings.tiers.map((tier) => ({
          ...tier,
          ...(tier.name === 'normal' ? { paused: true } : {}),
        })),
        taskTypes: { plain: { paused: true, maxRunning: 7 } },
      })
      const standing = await standingOf(bench, id)
      expect(standing.tier).toMatchObject({ name: 'normal', paused: true })
      expect(standing.taskType).toMatchObject({ paused: true, maxRunning: 7 })
    })

    contract('tells of one with keys who holds them and how many wait for them', async (bench) => {
      const keys = { concurrencyKeys: [{ key: 'k', maxConcurrency: 1 }] }
      const [first, second] = await addAll(bench, [keys, keys])
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(first)
      const holder = { runId: lease.runId, firingId: first, nodeId: 'n1' }
      const standing = await standingOf(bench, second)
      expect(standing.keys).toStrictEqual([{ key: 'k', limit: 1, running: 1, holders: [holder], waiting: 1 }])
      await settle(bench, succeeded(lease))
      expect((await standingOf(bench, second)).keys).toMatchObject([{ running: 0, holders: [] }])
    })

    contract('of one that runs tells its lease', async (bench) => {
      const id = await add(bench)
      await bench.clock.advanceBy(5)
      const lease = await claimOne(bench)
      const { runId, claimedAt, leaseMs } = lease
      await bench.clock.advanceBy(1_000)
      const held = { runId, firingId: id, nodeId: 'n1', claimedAt }
      expect((await standingOf(bench, id)).lease).toStrictEqual({
        ...held,
        expiresAt: claimedAt + leaseMs,
        started: true,
      })
      const beat = { firingId: id, token: lease.token, leaseMs, started: true }
      await bench.store.runs.extend(bench.calls.next(), [beat])
      expect((await standingOf(bench, id)).lease?.expiresAt).toBe(bench.clock.now() + leaseMs)
    })

    contract('tells of a run claimed ahead that it has not started', async (bench) => {
      const { id } = await bring(bench, 'running, claimed')
      expect((await standingOf(bench, id)).lease).toMatchObject({
        started: false,
        claimedAt: bench.clock.now(),
      })
    })

    for (const [given, told] of [
      [{ reason: 'enough' }, 'enough'],
      [{}, 'cancelled'],
    ] as const) {
      contract(`of one that is to be cancelled tells why: ${told}`, async (bench) => {
        const { id, lease } = await bring(bench, 'running, started')
        await obey(bench, { verb: 'cancel', id, ...given })
        expect(await standingOf(bench, id)).toMatchObject({
          cancelRequested: told,
          lease: { runId: lease.runId },
        })
        await settle(bench, cancelled(lease))
        const standing = await standingOf(bench, id)
        expect(standing).not.toHaveProperty('cancelRequested')
        expect(standing).not.toHaveProperty('lease')
      })
    }

    contract('of a recurring job gives its unfinished firings, the oldest 10', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(12 * MINUTE)
      await fireTimes(bench, job, ...Array.from({ length: 12 }, (_, i) => i + 1))
      const [lease] = await claim(bench, { limit: 1 })
      const standing = await standingOf(bench, job.id)
      const ids = Array.from({ length: 10 }, (_, i) => job.firing(i + 1))
      expect(standing.record).toStrictEqual(await jobOf(bench.store, job.id))
      expect(standing.unfinished).toStrictEqual(await bench.store.jobs.get(ids))
      expect(standing.unfinished?.[0]).toMatchObject({ id: lease?.firingId, status: 'running' })
      expect(standing).not.toHaveProperty('lease')
    })

    contract('of a recurring job without firings, or paused, gives no unfinished ones', async (bench) => {
      const job = await addRecurring(bench)
      expect((await standingOf(bench, job.id)).unfinished).toStrictEqual([])
      await obey(bench, { verb: 'pause', id: job.id })
      expect(await standingOf(bench, job.id)).toMatchObject({ record: { status: 'paused' }, unfinished: [] })
    })

    contract('of a firing tells its own place, and that it is held', async (bench) => {
      const job = await addRecurring(bench, everyMinute({ overlapPolicy: 'BUFFER_ALL' }))
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const [first, second] = [job.firing(1), job.firing(2)]
      const waits = await standingOf(bench, first)
      expect(waits).toMatchObject({ record: { id: first }, inLine: 1, tier: { name: 'normal' } })
      expect(waits).not.toHaveProperty('held')
      const held = await standingOf(bench, second)
      expect(held).toMatchObject({ record: { id: second }, held: true })
      for (const absent of ['inLine', 'tier', 'lease', 'unfinished']) expect(held).not.toHaveProperty(absent)
    })

    contract('of a member is like that of any job', async (bench) => {
      const { id } = await bringMember(bench, 'pending')
      expect(await standingOf(bench, id)).toMatchObject({ record: { id, status: 'pending' }, inLine: 1 })
    })
  })
}

async function standingOf(bench: TimedBench, id: string): Promise<Standing> {
  const standing = await bench.store.inspector.standing(id)
  expect(standing, `the standing of ${id}`).toBeDefined()
  return standing as Standing
}

async function put(bench: Bench, settings: Partial<Settings>): Promise<void> {
  const { version } = await bench.store.settings.get()
  const all = { ...defaultSettings, ...settings }
  expect(await bench.store.settings.put(bench.calls.next(), version, all)).toBe('saved')
}
