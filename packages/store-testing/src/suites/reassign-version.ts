import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimAll,
  claimOne,
  command,
  handBack,
  obey,
  requestOf,
  settle,
} from '../fixtures/acts.ts'
import { bring, type Situation, situations, statusOf } from '../fixtures/bring.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { bringMember } from '../fixtures/members.ts'
import { newJob } from '../fixtures/new-job.ts'
import { failed } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'
import { until } from '../fixtures/waiting.ts'

const waiting: readonly Situation[] = [
  'pending',
  'scheduled',
  'retrying, due later',
  'retrying, in line',
  'paused',
]

/** `jobs.command` with `reassignVersion`. */
export function reassignVersionSuite(contract: Contract): void {
  describe('jobs.command reassignVersion', () => {
    for (const situation of waiting) {
      contract(`gives a job that is ${situation} another version, and nothing else`, async (bench) => {
        const { id } = await bring(bench, situation, {
          version: 'v1',
          payload: `"${'x'.repeat(5_000)}"`,
          tags: ['t'],
        })
        const before = await jobOf(bench.store, id)
        const [told, counts] = [await eventsOf(bench.store, id), await countsOf(bench.store)]
        await bench.clock.advanceBy(1_000)
        await obey(bench, { verb: 'reassignVersion', id, version: 'v2' })
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...before,
          version: 'v2',
          updatedAt: bench.clock.now(),
        })
        expect(await eventsOf(bench.store, id)).toStrictEqual(told)
        expect(await countsOf(bench.store)).toStrictEqual(counts)
        await removeEverything(bench)
      })
    }

    for (const situation of situations.filter((each) => !waiting.includes(each))) {
      contract(`is refused when ${situation}`, async (bench) => {
        const { id } = await bring(bench, situation, { version: 'v1' })
        const status = statusOf(situation)
        expect(await command(bench, { verb: 'reassignVersion', id, version: 'v2' })).toStrictEqual({
          kind: 'refused',
          status,
        })
        expect((await jobOf(bench.store, id)).version).toBe('v1')
      })
    }

    contract('without a version the job asks for none any more', async (bench) => {
      const id = await add(bench, { version: 'v1' })
      await obey(bench, { verb: 'reassignVersion', id })
      expect(await jobOf(bench.store, id)).not.toHaveProperty('version')
      const lease = await claimOne(bench)
      expect(lease).toMatchObject({ jobId: id })
      expect(lease).not.toHaveProperty('version')
    })

    contract('who serves the new version gets it, who serves the old one does not', async (bench) => {
      const [moved, stays] = await addAll(bench, [{ version: 'v1' }, { version: 'v1' }])
      await announce(bench, 'old', { handlers: [handler('plain', { version: 'v1' })] })
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      await obey(bench, { verb: 'reassignVersion', id: moved, version: 'v2' })
      expect((await claim(bench, { nodeId: 'old' })).map(({ jobId }) => jobId)).toStrictEqual([stays])
      const [lease] = await claim(bench, { nodeId: 'new' })
      expect(lease).toMatchObject({ jobId: moved, version: 'v2' })
    })

    contract.inRealTime('wakes a node that serves the new version', async (bench) => {
      const id = await add(bench, { version: 'v1' })
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      expect(await claim(bench, { nodeId: 'new' })).toStrictEqual([])
      await obey(bench, { verb: 'reassignVersion', id, version: 'v2' })
      expect(await until(bench, await requestOf(bench, { nodeId: 'new' }), 'work')).toBe(true)
    })

    contract('a job that waits goes to the end of the line of its new version', async (bench) => {
      const [first, ...others] = await addAll(bench, [
        { version: 'v1' },
        { version: 'v2' },
        { version: 'v2' },
      ])
      await obey(bench, { verb: 'reassignVersion', id: first, version: 'v2' })
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      const leases = await claimAll(bench, { nodeId: 'new' })
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual([...others, first])
    })

    contract('also when it is the version it has', async (bench) => {
      const [first, second] = await addAll(bench, [{ version: 'v1' }, { version: 'v1' }])
      await obey(bench, { verb: 'reassignVersion', id: first, version: 'v1' })
      expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual([second, first])
    })

    contract('to and fro the job is claimed once, and stands in one listing', async (bench) => {
      const id = await add(bench, { version: 'v1' })
      for (const version of ['v2', 'v1', 'v2', 'v1'])
        await obey(bench, { verb: 'reassignVersion', id, version })
      const page = await bench.store.inspector.listJobs({ status: 'pending' }, { limit: 10 })
      expect(page.rows.map((job) => job.id)).toStrictEqual([id])
      expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual([id])
      await removeEverything(bench)
    })

    contract('what comes later of the job keeps the new version', async (bench) => {
      const { id } = await bring(bench, 'retrying, due later', { version: 'v1' })
      await obey(bench, { verb: 'reassignVersion', id, version: 'v2' })
      await announce(bench, 'old', { handlers: [handler('plain', { version: 'v1' })] })
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await claim(bench, { nodeId: 'old' })).toStrictEqual([])
      const lease = await claimOne(bench, { nodeId: 'new' })
      await handBack(bench, lease)
      expect(await claim(bench, { nodeId: 'old' })).toStrictEqual([])
      await settle(bench, failed(await claimOne(bench, { nodeId: 'new' })))
      expect(await claim(bench, { nodeId: 'old' })).toStrictEqual([])
      expect(await claimOne(bench, { nodeId: 'new' })).toMatchObject({ version: 'v2' })
    })

    contract('of a recurring job holds for what waits of it and for its firings to come', async (bench) => {
      const job = await addRecurring(bench, undefined, { version: 'v1' })
      await bench.clock.advanceBy(3 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const [running] = await claim(bench, { limit: 1 })
      await obey(bench, { verb: 'reassignVersion', id: job.id, version: 'v2' })
      await fireTimes(bench, job, 3)
      expect((await jobOf(bench.store, job.id)).version).toBe('v2')
      const firings = await bench.store.jobs.get([1, 2, 3].map((n) => job.firing(n)))
      expect(running).toMatchObject({ firingId: job.firing(1), version: 'v1' })
      expect(firings.map((firing) => firing?.version)).toStrictEqual(['v1', 'v2', 'v2'])
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      const leases = await claimAll(bench, { nodeId: 'new' })
      expect(leases.map(({ firingId }) => firingId)).toStrictEqual([job.firing(2), job.firing(3)])
      await removeEverything(bench)
    })

    contract('of one firing holds for it alone', async (bench) => {
      const job = await addRecurring(bench, undefined, { version: 'v1' })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1)
      await obey(bench, { verb: 'reassignVersion', id: job.firing(1), version: 'v2' })
      await fireTimes(bench, job, 2)
      const records = await bench.store.jobs.get([job.id, job.firing(1), job.firing(2)])
      expect(records.map((record) => record?.version)).toStrictEqual(['v1', 'v2', 'v1'])
      await removeEverything(bench)
    })

    contract('of a firing that is held holds when it goes on', async (bench) => {
      const job = await addRecurring(bench, {
        type: 'DURATION',
        interval: MINUTE,
        overlapPolicy: 'BUFFER_ALL',
      })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      await obey(bench, { verb: 'reassignVersion', id: job.firing(2), version: 'v2' })
      await obey(bench, { verb: 'cancel', id: job.firing(1) })
      await announce(bench, 'new', { handlers: [handler('plain', { version: 'v2' })] })
      expect(await claimOne(bench, { nodeId: 'new' })).toMatchObject({
        firingId: job.firing(2),
        version: 'v2',
      })
    })

    contract('of an ended recurring job is refused', async (bench) => {
      const job = await addRecurring(bench)
      await obey(bench, { verb: 'cancel', id: job.id })
      const outcome = await command(bench, { verb: 'reassignVersion', id: job.id, version: 'v2' })
      expect(outcome).toStrictEqual({ kind: 'refused', status: 'cancelled' })
    })

    contract('works on a member like on any job', async (bench) => {
      const { id } = await bringMember(bench, 'pending')
      await obey(bench, { verb: 'reassignVersion', id, version: 'v2' })
      expect(await claimOne(bench)).toMatchObject({ jobId: id, version: 'v2' })
      await removeEverything(bench)
    })

    contract('of an unknown job is unknown', async (bench) => {
      const outcome = await command(bench, { verb: 'reassignVersion', id: newJob().id, version: 'v' })
      expect(outcome).toStrictEqual({ kind: 'unknown' })
    })
  })
}
