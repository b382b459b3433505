import { describe, expect, it } from 'vitest'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'

const LEASE_MS = 1_000

describe.each(storeKinds)('a handler that computes on %s', (kind) => {
  it('keeps its lease, and its node the word of the cluster, for many times as long as a lease lasts', async () => {
    const { client, diary, events, node, store } = await startSystem(kind)
    const busy = await node({ leaseMs: LEASE_MS })
    const { id } = await client.enqueue('compute', { ms: 4_000 })
    await events.seen(1, 'job.started')
    const idle = await node({ leaseMs: LEASE_MS })
    expect(await client.waitForResult(id, { timeoutMs: 60_000 })).toEqual({ attempt: 1, nodeId: busy.nodeId })

    expect(diary.executions()).toHaveLength(1)
    expect(events.of('node.crash_detected')).toEqual([])
    expect((await store.nodes.list()).map(({ nodeId }) => nodeId)).toEqual([busy.nodeId, idle.nodeId])
    await busy.beginStop()
    expect(await busy.stopped()).toMatchObject({ abandoned: 0, code: 0 })
  })

  it('loses it when it computes for too long: another node does the job, and its own result is refused', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const busy = await node({ leaseMs: LEASE_MS, maxBlockedMs: 1_500 })
    const { id } = await client.enqueue('compute', { ms: 6_000 })
    await events.seen(1, 'job.started')
    const heir = await node({ leaseMs: LEASE_MS, maxBlockedMs: 60_000 })
    expect(await client.waitForResult(id, { timeoutMs: 60_000 })).toEqual({ attempt: 2, nodeId: heir.nodeId })

    const [second, first] = await client.getRuns(id)
    expect(second).toMatchObject({ status: 'succeeded', attempt: 2, nodeId: heir.nodeId })
    const error = `node ${busy.nodeId} crashed or became unresponsive`
    expect(first).toMatchObject({ status: 'failed', attempt: 1, error, nodeId: busy.nodeId })
    expect(diary.executions()).toHaveLength(2)
    await busy.beginStop()
    expect(await busy.stopped()).toMatchObject({ abandoned: 0, code: 0 })
    expect(events.of('job.completed')).toHaveLength(1)
  })
})
