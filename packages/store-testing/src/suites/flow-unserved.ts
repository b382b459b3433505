import type { JobEvent, UnservedLine } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { jobEvents } from '../fixtures/expected.ts'
import { claimed, configure } from '../fixtures/flow.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { begin, enqueueMembers, take } from '../fixtures/instances.ts'
import { keyed, times } from '../fixtures/keys.ts'
import { failed, succeeded } from '../fixtures/outcomes.ts'
import { allEvents, eventsOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const HOUR_MS = 60 * 60 * 1000

/** Work of task types and versions that no live node takes. */
export function flowUnservedSuite(contract: Contract): void {
  describe('work nobody serves', () => {
    contract('waits, is told once and counted', async (bench) => {
      const since = bench.clock.now()
      await addAll(bench, times(3, { taskType: 'lost' }))
      await bench.clock.advanceBy(1_000)
      await add(bench, { taskType: 'lost' })
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'lost', waiting: 4, since }])
      expect(await told(bench)).toStrictEqual([
        { type: 'queue.unserved', timestamp: since, taskType: 'lost' },
      ])
      await bench.clock.advanceBy(HOUR_MS)
      await advanceAll(bench)
      expect(await told(bench)).toHaveLength(1)
      expect((await unserved(bench))[0]?.waiting).toBe(4)
    })

    contract('by type and version', async (bench) => {
      const since = bench.clock.now()
      await announce(bench, 'n1', { handlers: [handler('plain', { version: '1' }), handler('any.*')] })
      await addAll(bench, [
        {},
        { version: '1' },
        { version: '2' },
        { version: '2', priority: 9 },
        { taskType: 'any.thing', version: '7' },
        keyed(bench, { a: 1 }, { version: '3' }),
      ])
      expect(await unserved(bench)).toStrictEqual([
        { taskType: 'plain', version: '2', waiting: 2, since },
        { taskType: 'plain', version: '3', waiting: 1, since },
      ])
      expect(await told(bench)).toStrictEqual(
        ['2', '3'].map((version) => ({
          type: 'queue.unserved',
          timestamp: since,
          taskType: 'plain',
          version,
        })),
      )
    })

    contract('is served by the node that comes, and told again when that leaves', async (bench) => {
      const ids = await addAll(bench, times(2, {}))
      await announce(bench, 'n1', { handlers: [handler('plain')] })
      expect(await unserved(bench)).toStrictEqual([])
      expect((await claimOne(bench, { limit: 1 })).jobId).toBe(ids[0])
      await bench.clock.advanceBy(500)
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      const since = bench.clock.now()
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'plain', waiting: 1, since }])
      expect(await told(bench)).toHaveLength(2)
    })

    contract('begins when the last node that took it has other handlers', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('plain')] })
      await announce(bench, 'n2', { handlers: [handler('plain'), handler('other')] })
      await add(bench)
      await announce(bench, 'n1', { handlers: [handler('other')] })
      expect(await unserved(bench)).toStrictEqual([])
      await bench.clock.advanceBy(10)
      const since = bench.clock.now()
      await announce(bench, 'n2', { handlers: [handler('other')] })
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'plain', waiting: 1, since }])
      expect(await told(bench)).toStrictEqual([
        { type: 'queue.unserved', timestamp: since, taskType: 'plain' },
      ])
    })

    contract('begins when the last node is not announced any more', async (bench) => {
      await announce(bench, 'n1', { ttlMs: 10_000 })
      await add(bench)
      await bench.clock.advanceBy(10_000)
      await advanceAll(bench)
      expect(await unserved(bench)).toMatchObject([{ taskType: 'plain', waiting: 1 }])
      expect(await told(bench)).toHaveLength(1)
    })

    contract('is gone with the work, and told anew with the next', async (bench) => {
      const id = await add(bench)
      await obey(bench, { verb: 'cancel', id })
      expect(await unserved(bench)).toStrictEqual([])
      await bench.clock.advanceBy(HOUR_MS)
      await advanceAll(bench)
      const since = bench.clock.now()
      await add(bench)
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'plain', waiting: 1, since }])
    })

    contract('is noted for what becomes due, comes back or is retried, too', async (bench) => {
      await announce(bench, 'n1')
      await addAll(bench, [{ delayMs: 1_000 }, {}, {}])
      const [first, second] = await claim(bench)
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      expect(await unserved(bench)).toStrictEqual([])
      await handBack(bench, first as NonNullable<typeof first>)
      const since = bench.clock.now()
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'plain', waiting: 1, since }])
      await settle(bench, failed(second as NonNullable<typeof second>, 500))
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect(await unserved(bench)).toStrictEqual([{ taskType: 'plain', waiting: 3, since }])
      expect(await told(bench)).toHaveLength(1)
    })

    contract('leaves nothing behind', async (bench) => {
      await addAll(bench, [{ taskType: 'lost' }, { version: '9' }])
      await removeEverything(bench)
      expect(await unserved(bench)).toStrictEqual([])
    })
  })

  describe('unservedMs', () => {
    contract('ends what has waited so long, without a retry', async (bench) => {
      await configure(bench, { unservedMs: 10_000 })
      const [plain, versioned] = await addAll(bench, [{ taskType: 'lost' }, { version: '9' }])
      await announce(bench, 'n1', { handlers: [handler('plain', { version: '1' })] })
      await bench.clock.advanceBy(9_999)
      expect(await advanceAll(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      const now = bench.clock.now()
      const ended = await advanceAll(bench)
      const error = 'no handler registered for task type: lost'
      expect(ended).toContainEqual({
        firingId: plain,
        jobId: plain,
        taskType: 'lost',
        status: 'dead',
        attempt: 0,
        error,
      })
      expect(await jobOf(bench.store, plain)).toMatchObject({
        status: 'dead',
        attempt: 0,
        lastError: error,
        result: { status: 'dead', error },
      })
      expect((await eventsOf(bench.store, plain)).slice(1)).toStrictEqual(
        jobEvents(['job.dead'], { jobId: plain, taskType: 'lost', timestamp: now, attempt: 0, error }),
      )
      expect((await jobOf(bench.store, versioned)).lastError).toBe(
        'no handler registered for task type: plain in version 9',
      )
      expect(await unserved(bench)).toStrictEqual([])
    })

    contract('counts from when a job began to wait, when the line is older', async (bench) => {
      await configure(bench, { unservedMs: 10_000 })
      const first = await add(bench)
      await bench.clock.advanceBy(6_000)
      const second = await add(bench)
      await bench.clock.advanceBy(4_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, first)).status).toBe('dead')
      expect((await jobOf(bench.store, second)).status).toBe('pending')
      await bench.clock.advanceBy(6_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, second)).status).toBe('dead')
    })

    contract('counts from when nobody served it, when the job is older', async (bench) => {
      await configure(bench, { unservedMs: 10_000 })
      await announce(bench, 'n1')
      const id = await add(bench)
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      await bench.clock.advanceBy(9_999)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('dead')
    })

    contract('a node that comes in time saves it', async (bench) => {
      await configure(bench, { unservedMs: 10_000 })
      const id = await add(bench)
      await bench.clock.advanceBy(9_000)
      await advanceAll(bench)
      await announce(bench, 'n1')
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await claimed(bench)).toStrictEqual([id])
    })

    contract('set later holds for what waits, taken away for nothing more', async (bench) => {
      const id = await add(bench)
      await bench.clock.advanceBy(HOUR_MS)
      await advanceAll(bench)
      const { version, settings } = await bench.store.settings.get()
      await configure(bench, { unservedMs: 2 * HOUR_MS })
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
      const now = await bench.store.settings.get()
      expect(now.version).toBeGreaterThan(version)
      await bench.store.settings.put(bench.calls.next(), now.version, settings)
      await bench.clock.advanceBy(2 * HOUR_MS)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
      await configure(bench, { unservedMs: HOUR_MS })
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('dead')
    })

    contract('many end in slices, members tell their instance', async (bench) => {
      await configure(bench, { unservedMs: 1_000 })
      const head = await begin(bench)
      await enqueueMembers(bench, head, times(2, {}))
      const ids = await addAll(bench, times(60, {}))
      await bench.clock.advanceBy(1_000)
      const { moved } = await bench.store.runs.advance(bench.calls.next(), 10)
      expect(moved).toBeGreaterThanOrEqual(10)
      expect(moved).toBeLessThan(62)
      await advanceAll(bench)
      for (const record of await bench.store.jobs.get(ids)) expect(record?.status).toBe('dead')
      expect(await take(bench, head.id)).toHaveLength(2)
      await removeEverything(bench)
    })

    contract('a job that is retried afterwards waits anew', async (bench) => {
      await configure(bench, { unservedMs: 1_000 })
      const id = await add(bench)
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      await obey(bench, { verb: 'retry', id })
      await announce(bench, 'n1')
      const lease = await claimOne(bench)
      expect([lease.jobId, lease.attempt]).toStrictEqual([id, 1])
      await settle(bench, succeeded(lease))
    })
  })
}

/** What nobody serves, by type and version. */
async function unserved(bench: Bench): Promise<UnservedLine[]> {
  return byName((await bench.store.inspector.queues()).unserved)
}

/** What was told of it, likewise. */
async function told(bench: Bench): Promise<JobEvent[]> {
  return byName(await allEvents(bench.store, { types: ['queue.unserved'] }))
}

function byName<Line extends Pick<JobEvent, 'taskType' | 'version'>>(lines: readonly Line[]): Line[] {
  const name = ({ taskType, version }: Line) => `${taskType} ${version}`
  return [...lines].sort((a, b) => (name(a) < name(b) ? -1 : 1))
}
