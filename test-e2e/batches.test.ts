import { createClient } from '@dureq/client'
import { describe, expect, it } from 'vitest'
import type { Diary } from './fixtures/diary.ts'
import { KilledNodes } from './fixtures/killed-nodes.ts'
import { ENGINE_LEASE_MS, mailLeft } from './fixtures/mail.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

/** Items of a batch, and messages of a producer; `DUREQ_E2E_LONG=1` has more. */
const ITEMS = process.env['DUREQ_E2E_LONG'] === '1' ? 10_000 : 1_000
const MESSAGES = process.env['DUREQ_E2E_LONG'] === '1' ? 1_000 : 50
const PRODUCERS = 20
const GROUPS = 50
/** One item of so many fails. */
const FAILS = 250

const batches = (['continue_on_error', 'fail_fast'] as const).flatMap((failurePolicy) =>
  [1, 7, 100].map((chunkSize) => ({ failurePolicy, chunkSize })),
)

describe.each(storeKinds)('batches and groups on %s', (kind) => {
  it('end each item exactly once while nodes are killed', { timeout: 240_000 }, async () => {
    const { client, diary, node, store } = await startSystem(kind)
    const nodes = new KilledNodes(() => node({ batches: { leaseMs: ENGINE_LEASE_MS }, concurrency: 20 }))
    await nodes.start()
    const started = await Promise.all(
      batches.map((how, batch) => {
        const items = Array.from({ length: ITEMS }, (_, i) => ({
          id: `${i}`,
          payload: { batch, item: i, fails: i % FAILS === FAILS - 1 },
        }))
        return client.enqueueBatch({ name: `b${batch}`, itemTaskType: 'item', items, ...how })
      }),
    )
    const ended = started.map(({ id }) => client.waitForBatch(id, { timeoutMs: 200_000 }).catch(asFailed))
    await nodes.killUntil(Promise.all(ended))
    await until(async () => (await mailLeft(store)).length === 0)

    for (const [batch, { failurePolicy }] of batches.entries()) {
      const found = await client.getBatch(started[batch]?.id ?? '')
      const { completedItems = 0, failedItems = 0, cancelledItems = 0 } = found ?? {}
      expect(found).toMatchObject({ status: 'failed', totalItems: ITEMS, runningItems: 0, pendingItems: 0 })
      expect(completedItems + failedItems + cancelledItems).toBe(ITEMS)
      if (failurePolicy === 'continue_on_error') expect(failedItems).toBe(ITEMS / FAILS)
      else expect(failedItems).toBeGreaterThan(0)
    }
    for (const jobs of jobsByItem(diary).values()) expect(jobs.size).toBe(1)
  })

  it('put each message into exactly one job while nodes are killed', { timeout: 120_000 }, async () => {
    const { client, diary, node, store } = await startSystem(kind)
    const nodes = new KilledNodes(() => node({ groups: { maxSize: 20 } }))
    await nodes.start()
    const producers = Array.from({ length: PRODUCERS }, async (_, p) => {
      const producer = createClient({ store })
      for (let i = 0; i < MESSAGES; i++) {
        const n = p * MESSAGES + i
        await producer.enqueueGroup({ group: `g${n % GROUPS}`, taskType: 'collected', payload: n })
      }
      await producer.close()
    })
    const all = PRODUCERS * MESSAGES
    const isDone = async (): Promise<boolean> =>
      collected(diary).length >= all && (await client.listGroups()).groups.length === 0
    await nodes.killUntil(Promise.all(producers).then(() => until(isDone)))
    const found = collected(diary).toSorted((a, b) => a - b)
    expect(found).toEqual(Array.from({ length: all }, (_, n) => n))
  })
})

/** How a batch failed is read from the store. */
function asFailed(error: unknown): void {
  if ((error as { code?: string }).code !== 'batch-failed') throw error
}

/** The jobs that carried an item out; one whose node was killed is carried out again. */
function jobsByItem(diary: Diary): ReadonlyMap<string, ReadonlySet<string>> {
  const jobs = new Map<string, Set<string>>()
  for (const { jobId, payload } of diary.executions()) {
    const { batch, item } = payload as { batch: number; item: number }
    const key = `${batch}:${item}`
    jobs.set(key, (jobs.get(key) ?? new Set()).add(jobId))
  }
  return jobs
}

/** The messages in all aggregated jobs that were carried out, each job counted once. */
function collected(diary: Diary): readonly number[] {
  const jobs = new Map(diary.executions().map(({ jobId, payload }) => [jobId, payload as readonly number[]]))
  return [...jobs.values()].flat()
}
