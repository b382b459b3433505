import { createCaller, systemNewId } from '@dureq/runtime'
import { createHandlerSet, defaultSettings, type Store } from '@dureq/types'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createRedisStore } from '../src/index.ts'

const caller = createCaller()
const set = createHandlerSet([{ name: 'work', leaseMs: 30_000, maxAttempts: 3 }])

/** A store with so many completed jobs, whose time is over from now on. */
async function withOutlived(jobs: number): Promise<Store> {
  const keyPrefix = `p${systemNewId()}`
  const store = createRedisStore({ url: `redis://127.0.0.1:${inject('redisPort')}`, keyPrefix })
  onTestFinished(() => store.close())
  const node = { nodeId: 'n', taskTypes: ['work'], startedAt: 1, lastHeartbeat: 0 }
  await caller.call((key) => store.nodes.announce(key, node, set, 60_000))
  const drafts = Array.from({ length: jobs }, () => ({
    id: systemNewId(),
    taskType: 'work',
    payload: '1',
    priority: 5,
  }))
  await caller.call((key) => store.jobs.enqueue(key, drafts))
  const request = { nodeId: 'n', handlerSet: set.id, limit: jobs, start: true }
  const claimed = await caller.call((key) => store.runs.claim(key, request))
  if (claimed.kind !== 'claimed') throw new Error('the handlers are not known')
  const outcomes = claimed.leases.map(
    ({ firingId, token }) => ({ firingId, token, kind: 'succeeded' }) as const,
  )
  await caller.call((key) => store.runs.settle(key, outcomes))
  const retention = { ...defaultSettings.retention, completedMs: 0 }
  await caller.call((key) => store.settings.put(key, 0, { ...defaultSettings, retention }))
  return store
}

async function completed(store: Store): Promise<number> {
  const counts = await store.inspector.countJobs()
  return counts.reduce((sum, { status, count }) => sum + (status === 'completed' ? count : 0), 0)
}

it('what outlives a shorter retention goes in slices with pauses between them, until nothing is left', async () => {
  const store = await withOutlived(500)
  const first = await caller.call((key) => store.runs.advance(key, 100))
  expect(await completed(store)).toBe(400)
  // A tenth of a millisecond for each that went.
  expect((first.nextAt ?? 0) - first.now).toBe(10)
  while ((await completed(store)) > 0) {
    const { nextAt, now } = await caller.call((key) => store.runs.advance(key, 100))
    if (await completed(store)) expect((nextAt ?? Number.POSITIVE_INFINITY) - now).toBeLessThanOrEqual(10)
  }
})
