import type { Client } from '@dureq/client'
import { describe, expect, it } from 'vitest'
import { KilledNodes } from './fixtures/killed-nodes.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

const IS_LONG = process.env['DUREQ_E2E_LONG'] === '1'

/** `DUREQ_E2E_LONG=1` has more jobs, and kills for longer. */
const JOBS = IS_LONG ? 5_000 : 1_000
const KILLS = IS_LONG ? 20 : 4
const KEYS = Array.from({ length: 20 }, (_, i) => `tenant-${i}`)

/** A node must be able to prolong its leases on a slow machine, else its jobs are taken over while they run. */
const STABLE_LEASE_MS = 5_000

describe.each(storeKinds)('concurrency keys on %s', (kind) => {
  it('never let two jobs of a key run at once, while nodes are killed', { timeout: 240_000 }, async () => {
    const { client, diary, node } = await startSystem(kind)
    const nodes = new KilledNodes(() => node({ leaseMs: STABLE_LEASE_MS, concurrency: 20 }))
    await nodes.start()
    const ids = await enqueueGuarded(client)
    for (let i = 0; i < KILLS; i++) await nodes.killNext()
    await until(async () => (await client.stats()).jobCounts.completed === JOBS)

    const executions = diary.executions()
    expect(executions.filter(({ clash }) => clash !== undefined)).toEqual([])
    expect(new Set(executions.map(({ jobId }) => jobId))).toEqual(new Set(ids))
    expect(new Set(executions.map(({ nodeId }) => nodeId)).size).toBeGreaterThan(1)
    for (const key of KEYS) {
      expect(await client.getConcurrencyKey(key)).toEqual({ key, running: 0, holders: [], waiting: 0 })
    }
  })

  it('that are raised and lowered hold at once, for what runs and what waits', async () => {
    const { client, node } = await startSystem(kind)
    const holder = await node()
    const concurrencyKeys = [{ key: 'k', maxConcurrency: 1 }]
    await client.enqueueMany('hold', [1, 2, 3, 4, 5], { concurrencyKeys })
    const first = await holder.began()
    await client.setConcurrencyKey('k', { maxConcurrency: 3 })
    const more = [await holder.began(), await holder.began()]
    expect(await client.getConcurrencyKey('k')).toMatchObject({ limit: 3, running: 3, waiting: 2 })

    await client.setConcurrencyKey('k', { maxConcurrency: 1 })
    for (const { jobId } of [first, ...more.slice(0, 1)]) {
      holder.release(jobId)
      await client.waitForResult(jobId)
    }
    expect(await client.getConcurrencyKey('k')).toMatchObject({ limit: 1, running: 1, waiting: 2 })
    holder.release(more[1]?.jobId ?? '')
    const next = await holder.began()
    expect(await client.getConcurrencyKey('k')).toMatchObject({ running: 1, waiting: 1 })
    holder.release(next.jobId)
    holder.release((await holder.began()).jobId)
    await until(async () => (await client.stats()).jobCounts.completed === 5)
  })
})

/** Jobs of all keys, by turns. */
async function enqueueGuarded(client: Client): Promise<readonly string[]> {
  const ids: string[] = []
  for (const key of KEYS) {
    const payloads = Array.from({ length: JOBS / KEYS.length }, () => ({ key, workMs: 20 }))
    const options = { concurrencyKeys: [{ key, maxConcurrency: 1 }] }
    for (const result of await client.enqueueMany('guarded', payloads, options)) {
      if (result.kind !== 'created') throw new Error(`not enqueued: ${result.kind}`)
      ids.push(result.jobId)
    }
  }
  return ids
}
