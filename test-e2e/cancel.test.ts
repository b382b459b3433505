import { describe, expect, it } from 'vitest'
import { storeKinds } from './fixtures/place.ts'
import { LEASE_MS, startSystem } from './fixtures/system.ts'

describe.each(storeKinds)('a cancellation on %s', (kind) => {
  it('reaches the handler in its process and ends the job after one execution', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const holder = await node()
    const bystander = await node()
    const { id } = await client.enqueue('hold')
    const { nodeId } = await Promise.race([
      holder.began().then(() => holder),
      bystander.began().then(() => bystander),
    ])
    const told = (nodeId === holder.nodeId ? holder : bystander).aborted()

    const askedAt = performance.now()
    await client.cancelJob(id, { reason: 'no longer wanted' })
    expect(await told).toMatchObject({ jobId: id, code: 'job-cancelled', reason: 'no longer wanted' })
    expect(performance.now() - askedAt).toBeLessThan(LEASE_MS)

    await expect(client.waitForResult(id)).rejects.toMatchObject({ code: 'job-cancelled', jobId: id })
    const runs = await client.getRuns(id)
    expect(runs).toMatchObject([{ id: `${id}-1`, status: 'cancelled', error: 'no longer wanted', nodeId }])
    expect(await client.getJob(id)).toMatchObject({ status: 'cancelled', attempt: 1 })

    // A job that comes later has run: nothing of the cancelled one is left in the line.
    await client.waitForResult(await client.enqueue('echo', 'later'))
    expect(diary.executions().filter((execution) => execution.jobId === id)).toHaveLength(1)
    await events.seen(1, 'job.cancelled')
    expect(events.of('job.retrying')).toEqual([])
  })
})
