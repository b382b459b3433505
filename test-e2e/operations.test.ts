import { describe, expect, it } from 'vitest'
import { enqueueMany } from './fixtures/enqueue-many.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

/** A change of the settings is in force on every node within this time; a loaded machine is given three times as much. */
const IN_FORCE_MS = 2_000
const SLOW_MACHINE = 3

describe.each(storeKinds)('operations on %s', (kind) => {
  it('a node that is drained under load finishes what it has and takes no more', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const count = 600
    const drained = await node()
    const other = await node()
    const ids = await enqueueMany(client, count, { payload: { workMs: 20 } })
    await events.seen(20, 'job.completed', drained.nodeId)
    expect(await client.drainNode(drained.nodeId)).toBe(true)
    // What it holds is done when it no longer runs anything; only then it is known that it takes nothing more.
    await until(async () => {
      const info = (await client.listNodes()).find(({ nodeId }) => nodeId === drained.nodeId)
      const runs = await client.listJobs({ status: 'running', limit: 100 })
      const own = await Promise.all(runs.jobs.map(({ id }) => client.getRuns(id)))
      return info?.draining === true && own.every(([run]) => run?.nodeId !== drained.nodeId)
    })
    const doneByDrained = () => diary.executions().filter(({ nodeId }) => nodeId === drained.nodeId).length
    const before = doneByDrained()
    await events.seen(count, 'job.completed')
    expect(doneByDrained()).toBe(before)
    expect(
      diary
        .executions()
        .map(({ jobId }) => jobId)
        .toSorted(),
    ).toEqual(ids.toSorted())

    expect(await client.drainNode(drained.nodeId, false)).toBe(true)
    await client.drainNode(other.nodeId)
    const { id } = await client.enqueue('echo', 1)
    await client.waitForResult(id)
    expect(diary.executions().at(-1)).toMatchObject({ jobId: id, nodeId: drained.nodeId })
  })

  it('a changed concurrency holds on a running node, raised and lowered', async () => {
    const { client, node } = await startSystem(kind)
    await client.configureHandler('hold', { concurrency: 2 })
    const holder = await node()
    await client.enqueueMany('hold', [1, 2, 3, 4, 5, 6])
    const running = [await holder.began(), await holder.began()]
    expect((await client.stats()).jobCounts).toMatchObject({ running: 2, pending: 4 })

    const changedAt = performance.now()
    await client.configureHandler('hold', { concurrency: 4 })
    running.push(await holder.began(), await holder.began())
    expect(performance.now() - changedAt).toBeLessThan(IN_FORCE_MS * SLOW_MACHINE)

    await client.configureHandler('hold', { concurrency: 1 })
    await until(async () => {
      const [info] = await client.listNodes()
      return info?.handlers?.['hold']?.concurrency === 1
    })
    for (const { jobId } of running) {
      holder.release(jobId)
      await client.waitForResult(jobId)
      expect((await client.stats()).jobCounts.running).toBeLessThanOrEqual(3)
    }
    const next = await holder.began()
    expect((await client.stats()).jobCounts).toMatchObject({ running: 1, pending: 1 })
    holder.release(next.jobId)
    holder.release((await holder.began()).jobId)
    await until(async () => (await client.stats()).jobCounts.completed === 6)
  })
})
