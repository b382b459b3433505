import { describe, expect, it } from 'vitest'
import { enqueueMany } from './fixtures/enqueue-many.ts'
import { KilledNodes } from './fixtures/killed-nodes.ts'
import { storeKinds } from './fixtures/place.ts'
import { startSystem } from './fixtures/system.ts'

/** Jobs that are handled while nodes are killed; `DUREQ_E2E_LONG=1` has more. */
const JOBS = process.env['DUREQ_E2E_LONG'] === '1' ? 20_000 : 800
/** Groups that one node handles at once while nodes are killed. */
const CONCURRENCY = 2
const WORK_MS = 300

describe.each(storeKinds)('a handler of many jobs on %s', (kind) => {
  it('loses its node in the middle: each job of its group goes on elsewhere, as the next attempt', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const ids = await enqueueMany(client, 20, { taskType: 'many-stuck' })
    // As many slots as jobs: none waits for those that are stuck, however they were claimed.
    const doomed = await node({ concurrency: ids.length })
    for (const _ of ids) expect(await doomed.began()).toMatchObject({ attempt: 1 })
    await doomed.kill()

    const heir = await node({ concurrency: ids.length })
    await events.seen(ids.length, 'job.completed')
    for (const id of ids) expect(await client.waitForResult(id)).toEqual({ attempt: 2 })
    expect(events.jobsOf('job.completed')).toEqual(ids.toSorted())
    const nodes = diary.executions().map(({ nodeId, attempt }) => `${nodeId} ${attempt}`)
    expect(new Set(nodes)).toEqual(new Set([`${doomed.nodeId} 1`, `${heir.nodeId} 2`]))
    expect(nodes).toHaveLength(2 * ids.length)
  })

  it('ends each job exactly once while nodes are killed', async () => {
    const { client, diary, events, node } = await startSystem(kind)
    const ids = await enqueueMany(client, JOBS, { taskType: 'many', payload: { workMs: WORK_MS } })
    const nodes = new KilledNodes(() => node({ concurrency: CONCURRENCY }))
    await nodes.start()
    await nodes.killUntil(events.seen(JOBS, 'job.completed'))

    expect(events.jobsOf('job.completed')).toEqual(ids.toSorted())
    expect((await client.stats()).jobCounts).toMatchObject({
      completed: JOBS,
      running: 0,
      pending: 0,
      dead: 0,
    })
    // Some were killed while they were worked on: each of those has failed attempts, and one that ended it.
    const again = diary.executions().filter(({ attempt }) => attempt > 1)
    expect(again.length).toBeGreaterThan(0)
    for (const { jobId } of again) {
      const [last, ...before] = await client.getRuns(jobId)
      expect(last?.status).toBe('succeeded')
      expect(new Set(before.map(({ status }) => status))).toEqual(new Set(['failed']))
    }
  })
})
