import { describe, expect, it } from 'vitest'
import { storeKinds } from './fixtures/place.ts'
import { LEASE_MS, startSystem } from './fixtures/system.ts'
import { until } from './fixtures/until.ts'

/** An expired lease is noticed within this time; a loaded machine is given three times as much. */
const NOTICED_MS = 1_000
const SLOW_MACHINE = 3

describe.each(storeKinds)('a killed node on %s', (kind) => {
  it('loses its lease: its job goes on at once on another node, as the next attempt', async () => {
    const { client, diary, events, node, store } = await startSystem(kind)
    const doomed = await node()
    const { id } = await client.enqueue('hold')
    expect(await doomed.began()).toMatchObject({ jobId: id, attempt: 1 })
    const heir = await node()

    const killedAt = performance.now()
    await doomed.kill()
    expect(await heir.began()).toMatchObject({ jobId: id, attempt: 2 })
    expect(performance.now() - killedAt).toBeLessThan((LEASE_MS + NOTICED_MS) * SLOW_MACHINE)
    heir.release(id)
    expect(await client.waitForResult(id)).toEqual({ attempt: 2 })

    const [second, first] = await client.getRuns(id)
    expect(second).toMatchObject({ id: `${id}-2`, status: 'succeeded', attempt: 2, nodeId: heir.nodeId })
    const error = `node ${doomed.nodeId} crashed or became unresponsive`
    expect(first).toMatchObject({
      id: `${id}-1`,
      status: 'failed',
      attempt: 1,
      error,
      nodeId: doomed.nodeId,
    })
    expect(diary.executions().map((execution) => execution.runId)).toEqual([`${id}-1`, `${id}-2`])

    // Its announcement expires later than its lease: that must not tell of the crash again.
    await until(async () => (await store.nodes.list()).every((info) => info.nodeId !== doomed.nodeId))
    await events.seen(1, 'job.completed')
    const crashes = events.of('node.crash_detected')
    expect(crashes).toMatchObject([{ nodeId: doomed.nodeId, affectedRunIds: [`${id}-1`] }])
    expect(events.of('job.auto_recovered')).toHaveLength(1)
  })

  it('is told of once although nobody lost a job by it', async () => {
    const { events, node, store } = await startSystem(kind)
    const doomed = await node()
    await node()
    await doomed.kill()
    await events.seen(1, 'node.crash_detected')
    expect((await store.nodes.list()).map((info) => info.nodeId)).toEqual(['node-2'])
  })

  it('dies of its job again and again, until the job is dead', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const { id } = await client.enqueue('crash', null, { retryPolicy: { maxAttempts: 3 } })
    for (let life = 1; life <= 3; life++) {
      const victim = await node()
      expect(await victim.exited).toEqual({ code: null, signal: 'SIGKILL' })
    }
    await node() // somebody has to notice the last crash
    await expect(client.waitForResult(id)).rejects.toMatchObject({ code: 'job-failed', jobId: id })

    const runs = (await client.getRuns(id)).toReversed()
    expect(runs.map((run) => [run.status, run.attempt, run.error])).toEqual(
      [1, 2, 3].map((n) => ['failed', n, `node node-${n} crashed or became unresponsive`]),
    )
    expect(await client.getJob(id)).toMatchObject({ status: 'dead', attempt: 3 })
    expect(diary.executions()).toHaveLength(3)
    await events.seen(1, 'job.dead')
    const crashes = events.of('node.crash_detected')
    expect(crashes.map((event) => event.nodeId)).toEqual(['node-1', 'node-2', 'node-3'])
  })
})
