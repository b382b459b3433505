import { describe, expect, it } from 'vitest'
import { Child } from './fixtures/child.ts'
import { enqueueMany } from './fixtures/enqueue-many.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'

/** Of each store: jobs of the long test. */
const manyJobs = { redis: 10_000, sqlite: 2_000 } as const

describe.each(storeKinds)('processes on %s', (kind) => {
  it('run what another process enqueued', async () => {
    const { client, diary, node, place } = await startSystem(kind)
    const consumer = await node()
    const payload = { text: 'grüß dich' }
    const producer = await Child.start('producer.mjs', { place, taskType: 'echo', payload })
    const { jobId } = await producer.next('enqueued')
    expect(await producer.exited).toEqual({ code: 0, signal: null })
    expect(await client.waitForResult(jobId)).toEqual({ payload, pid: consumer.pid })
    expect(diary.executions()).toEqual([{ jobId, runId: `${jobId}-1`, nodeId: 'node-1', attempt: 1 }])
  })

  it('share a long queue: every job runs exactly once', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const count = manyJobs[kind]
    await Promise.all([node({ concurrency: 100 }), node({ concurrency: 100 })])
    const ids = await enqueueMany(client, count)
    await events.seen(count, 'job.completed')

    const executions = diary.executions()
    expect(executions.map((execution) => execution.jobId).toSorted()).toEqual(ids.toSorted())
    expect(new Set(executions.map((execution) => execution.nodeId))).toEqual(new Set(['node-1', 'node-2']))
    const { jobCounts } = await client.stats()
    expect(jobCounts).toMatchObject({ completed: count, pending: 0, running: 0, retrying: 0, dead: 0 })
    expect(events.jobsOf('job.completed')).toEqual(ids.toSorted())
  })
})
