import { describe, expect, it } from 'vitest'
import { enqueueMany } from './fixtures/enqueue-many.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'

describe.each(storeKinds)('SIGTERM on %s', (kind) => {
  it('under load loses no job, runs none twice, and ends the process', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const count = 1_000
    const leaving = await node()
    await node()
    const ids = await enqueueMany(client, count, { payload: { workMs: 10 } })
    await events.seen(50, 'job.completed', leaving.nodeId)
    await leaving.beginStop()
    expect(await leaving.stopped()).toMatchObject({ code: 0, signal: null, abandoned: 0 })
    await events.seen(1, 'node.left', leaving.nodeId)
    await events.seen(count, 'job.completed')

    const executions = diary.executions()
    expect(executions.map((execution) => execution.jobId).toSorted()).toEqual(ids.toSorted())
    const byLeaving = executions.filter((execution) => execution.nodeId === leaving.nodeId).length
    expect(byLeaving).toBeGreaterThanOrEqual(50)
    expect(byLeaving).toBeLessThan(count)
    expect((await client.stats()).jobCounts).toMatchObject({ completed: count, running: 0, pending: 0 })
    expect(events.of('node.crash_detected')).toEqual([])
  })

  it('lets a running handler end', async () => {
    const { client, diary, node } = await startSystem(kind)
    const leaving = await node()
    const { id } = await client.enqueue('hold')
    await leaving.began()
    await node()
    await leaving.beginStop()
    leaving.release(id)
    expect(await leaving.stopped()).toEqual({
      code: 0,
      signal: null,
      finished: 1,
      handedBack: 0,
      abandoned: 0,
    })
    expect(await client.waitForResult(id)).toEqual({ attempt: 1 })
    expect(diary.executions()).toHaveLength(1)
  })

  it('hands back what does not end in time: another node does it, as the same attempt', async () => {
    const { client, diary, node } = await startSystem(kind)
    const leaving = await node({ stopTimeoutMs: 200 })
    const { id } = await client.enqueue('hold')
    await leaving.began()
    const heir = await node()
    await leaving.beginStop()
    expect(await leaving.aborted()).toMatchObject({ jobId: id, code: 'server-stopped' })
    expect(await leaving.stopped()).toMatchObject({ code: 0, finished: 0, handedBack: 1, abandoned: 0 })
    expect(await heir.began()).toMatchObject({ jobId: id, attempt: 1 })
    heir.release(id)
    expect(await client.waitForResult(id)).toEqual({ attempt: 1 })
    expect((await client.getRuns(id)).map((run) => [run.status, run.nodeId])).toEqual([
      ['succeeded', heir.nodeId],
      ['cancelled', leaving.nodeId],
    ])
    expect(diary.executions()).toHaveLength(2)
  })
})
