import { defaultSettings, type LeaseRef, type RunOutcome } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, obey, settle } from '../fixtures/acts.ts'
import { bring, situations } from '../fixtures/bring.ts'
import { announce } from '../fixtures/handlers.ts'
import { cancelled, died, failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventTypesOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const { retention } = defaultSettings

/** What keeps and removes ended jobs, and that nothing stays behind (I9). */
export function retentionSuite(contract: Contract): void {
  describe('retention', () => {
    for (const [situation, keptMs] of [
      ['completed', retention.completedMs],
      ['dead', retention.deadMs],
      ['cancelled', retention.cancelledMs],
    ] as const) {
      contract(
        `a job that is ${situation} is kept as long as the settings say, not longer`,
        async (bench) => {
          const { id, lease } = await bring(bench, situation, { uniqueKey: 'k', requestId: 'r' })
          await bench.clock.advanceBy(keptMs - 1)
          await advanceAll(bench)
          expect((await jobOf(bench.store, id)).status).toBe(situation)
          await bench.clock.advanceBy(1)
          expect(await advanceAll(bench)).toStrictEqual([])
          await expectGone(bench, id, lease?.runId)
        },
      )
    }

    contract('a time of its own wins over the settings, shorter and longer', async (bench) => {
      const [brief, long] = await addAll(bench, [
        { retainMs: 1_000 },
        { retainMs: retention.completedMs * 2 },
      ])
      for (const lease of await claim(bench)) await settle(bench, succeeded(lease))
      await bench.clock.advanceBy(999)
      await advanceAll(bench)
      expect(await bench.store.jobs.get([brief])).not.toStrictEqual([undefined])
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      await expectGone(bench, brief)

      await bench.clock.advanceBy(retention.completedMs * 2 - 1_001)
      await advanceAll(bench)
      expect((await jobOf(bench.store, long)).status).toBe('completed')
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      await expectGone(bench, long)
    })

    contract('changed settings count for what is kept already', async (bench) => {
      const { id } = await bring(bench, 'completed')
      const { id: dead } = await bring(bench, 'dead')
      await bench.clock.advanceBy(60_000)
      const settings = { ...defaultSettings, retention: { ...retention, completedMs: 50_000 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      await bench.clock.advanceBy(2_000)
      await advanceAll(bench)
      await expectGone(bench, id)
      expect((await jobOf(bench.store, dead)).status).toBe('dead')
    })

    for (const [name, end] of [
      ['its success', (lease) => succeeded(lease, '1')],
      ['its death', died],
      ['its cancellation', cancelled],
    ] as const satisfies readonly (readonly [string, (lease: LeaseRef) => RunOutcome])[]) {
      contract(
        `retention 0 removes a job in the step of ${name}, and the step still tells of it`,
        async (bench) => {
          const id = await add(bench, { retainMs: 0, uniqueKey: 'k', requestId: 'r' })
          const lease = await claimOne(bench)
          const ended = await settle(bench, end(lease))
          expect(ended).toMatchObject({ jobId: id, runId: lease.runId, attempt: 1 })
          await expectGone(bench, id, lease.runId)
          expect((await eventTypesOf(bench.store, id)).at(-1)).toBe(`job.${ended?.status}`)
          await add(bench, { uniqueKey: 'k', requestId: 'r' })
        },
      )
    }

    contract('retention 0 by the settings removes a job in the step that ends it', async (bench) => {
      const settings = { ...defaultSettings, retention: { completedMs: 0, deadMs: 0, cancelledMs: 0 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      const ids = await addAll(bench, [{}, {}, { scheduleToStartTimeoutMs: 5 }])
      await obey(bench, { verb: 'cancel', id: ids[0] })
      await settle(bench, succeeded(await claimOne(bench, { limit: 1 })))
      await bench.clock.advanceBy(6)
      await advanceAll(bench)
      for (const id of ids) await expectGone(bench, id)
    })

    contract('a job that lives again is not removed by the end it had before', async (bench) => {
      const { id } = await bring(bench, 'dead', { retainMs: 10_000 })
      await bench.clock.advanceBy(9_000)
      await obey(bench, { verb: 'retry', id })
      await bench.clock.advanceBy(5_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('pending')
      await settle(bench, died(await claimOne(bench)))
      await bench.clock.advanceBy(9_999)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('dead')
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      await expectGone(bench, id)
    })

    contract('many ended jobs go in slices of the limit', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 50 }, () => ({ retainMs: 1_000 })),
      )
      const outcomes = (await claim(bench)).map((lease) => succeeded(lease))
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      await bench.clock.advanceBy(1_000)
      for (let left = ids.length; left > 0; ) {
        const { moved } = await bench.store.runs.advance(bench.calls.next(), 10)
        expect(moved).toBeGreaterThan(0)
        const { completed = 0 } = await countsOf(bench.store)
        expect(completed).toBe(left - moved)
        left = completed
      }
      expect(await bench.store.jobs.get(ids)).toStrictEqual(ids.map(() => undefined))
    })
  })

  describe('delete', () => {
    for (const situation of ['completed', 'dead', 'cancelled'] as const) {
      contract(`of a job that is ${situation} takes every trace, also of its keys`, async (bench) => {
        const overrides = { uniqueKey: 'k', requestId: 'r', payload: JSON.stringify('x'.repeat(9_000)) }
        const { id, lease } = await bring(bench, situation, overrides)
        await obey(bench, { verb: 'delete', id })
        await expectGone(bench, id, lease?.runId)
        const next = await add(bench, { uniqueKey: 'k', requestId: 'r' })
        expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([next])
      })
    }
  })

  describe('nothing stays behind (I9)', () => {
    for (const situation of situations) {
      contract(`of a job that is ${situation}`, async (bench) => {
        await bring(bench, situation, { uniqueKey: 'k', requestId: 'r', version: '1', headers: { a: 'b' } })
        await removeEverything(bench)
      })

      contract(`of a job that is ${situation} and has times of its own`, async (bench) => {
        await bring(bench, situation, {
          retainMs: 3_600_000,
          scheduleToStartTimeoutMs: 7_200_000,
          priority: 1,
        })
        await removeEverything(bench)
      })
    }

    contract(
      'of large payloads, outputs, errors and progress, runs and lives without number',
      async (bench) => {
        const big = JSON.stringify('x'.repeat(20_000))
        const id = await add(bench, { payload: big })
        for (let i = 0; i < 3; i++) {
          const lease = await claimOne(bench)
          await bench.store.runs.extend(bench.calls.next(), [
            { ...ref(lease), leaseMs: 30_000, progress: big },
          ])
          await settle(bench, i < 2 ? failed(lease, 0, big) : died(lease, big))
        }
        await obey(bench, { verb: 'retry', id })
        const last = await claimOne(bench)
        await bench.store.runs.extend(bench.calls.next(), [{ ...ref(last), leaseMs: 30_000, progress: big }])
        await settle(bench, succeeded(last, big))
        await removeEverything(bench)
      },
    )

    contract('of nodes, locks and lanes that are gone', async (bench) => {
      await announce(bench, 'n1')
      await bench.store.nodes.drain(bench.calls.next(), 'n1', true)
      await bench.store.leases.acquire(bench.calls.lane(3).next(), 'leader', 'n1', 10_000)
      const { lease } = await bring(bench, 'running, started')
      await bench.store.runs.release(bench.calls.lane(4).next(), lease ? [ref(lease)] : [])
      await removeEverything(bench)
    })
  })
}

async function expectGone({ store }: TimedBench, id: string, runId: string = `${id}-1`): Promise<void> {
  expect(await store.jobs.get([id])).toStrictEqual([undefined])
  expect(await runsOf(store, id)).toStrictEqual([])
  expect(await store.inspector.getRuns([runId])).toStrictEqual([undefined])
  const listed = await store.inspector.listJobs({}, { limit: 100 })
  expect(listed.rows.map((row) => row.id)).not.toContain(id)
  expect(listed.total).toBe(listed.rows.length)
  const counted = Object.values(await countsOf(store)).reduce((sum, count) => sum + count, 0)
  expect(counted).toBe(listed.total)
}
