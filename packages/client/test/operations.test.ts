import { describe, expect, it } from 'vitest'
import { createClient, InvalidJobStatusError, JobNotFoundError, ValidationError } from '../src/index.ts'
import { dies, type Rig, stores, withRig } from './fixtures/rig.ts'

const unknown = '0123456789abcdefghij'

/** Enqueues jobs and lets them die, in order. */
async function dead({ client, run }: Rig, count: number, taskType = 't'): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const tags = n % 2 === 0 ? ['even'] : []
    const { id } = await client.enqueue(taskType, n, { tags, retryPolicy: { maxAttempts: 1 } })
    await run(dies)
    ids.push(id)
  }
  return ids
}

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  it('lists dead jobs with their errors', () =>
    withRig(openStore, async (rig) => {
      const ids = await dead(rig, 3)
      const other = await dead(rig, 1, 'other')
      const page = await rig.client.listDead()
      expect(page).toMatchObject({ total: 4, totalExact: true })
      expect(page.jobs.map(({ id }) => id)).toEqual([...ids, ...other].reverse())
      expect(page.jobs[0]).toMatchObject({ status: 'dead', payload: 0, result: { error: 'boom' } })
      const tagged = await rig.client.listDead({ tag: 'even', taskType: 't', sort: 'oldest' })
      expect(tagged.jobs.map(({ id }) => id)).toEqual([ids[0], ids[2]])
      expect((await rig.client.listDead({ search: 'BOO', limit: 2 })).jobs).toHaveLength(2)
      await expect(rig.client.listDead({ status: 'dead', search: '' } as object)).rejects.toMatchObject({
        fields: [{ field: 'status' }, { field: 'search' }],
      })
    }))

  it('retries dead jobs by filter, step by step', () =>
    withRig(openStore, async (rig) => {
      const ids = await dead(rig, 5)
      const { client } = rig
      const first = await client.retryDead({ taskType: 't' }, { limit: 2 })
      expect(first).toMatchObject({ done: 2, refused: [], cursor: expect.any(String) })
      const rest = await client.retryDead({ taskType: 't' }, { limit: 100, cursor: first.cursor as string })
      expect(rest).toEqual({ done: 3, refused: [] })
      const statuses = await Promise.all(ids.map(async (id) => (await client.getJob(id))?.status))
      expect(statuses).toEqual(ids.map(() => 'pending'))
      expect(await client.retryDead({})).toEqual({ done: 0, refused: [] })
    }))

  it('comes to an end also when what is retried dies again', () =>
    withRig(openStore, async (rig) => {
      const { client, store, run } = rig
      await dead(rig, 3)
      const { now } = await store.inspector.info()
      const { cursor } = await client.retryDead({}, { limit: 2 })
      while ((await store.inspector.info()).now === now) await new Promise((resolve) => setImmediate(resolve))
      await run(dies)
      await run(dies)
      expect(await client.retryDead({}, { cursor: cursor as string })).toEqual({ done: 1, refused: [] })
      expect((await client.listDead()).total).toBe(2)
      await expect(client.retryDead({}, { cursor: 'x' })).rejects.toMatchObject({
        fields: [{ field: 'cursor' }],
      })
      await expect(client.retryDead({}, { cursor: '1:x' })).rejects.toMatchObject({
        fields: [{ field: 'cursor' }],
      })
    }))

  it('deletes dead jobs by filter, and no others', () =>
    withRig(openStore, async (rig) => {
      await dead(rig, 3)
      const living = await rig.client.enqueue('t')
      expect(await rig.client.deleteDead({ tag: 'even' })).toEqual({ done: 2, refused: [] })
      expect((await rig.client.listDead()).total).toBe(1)
      expect(await rig.client.getJob(living)).toBeDefined()
    }))

  it('gives one order to many, and says which cannot take it', () =>
    withRig(openStore, async (rig) => {
      const { client } = rig
      const [id] = (await dead(rig, 1)) as [string]
      const living = await client.enqueue('t')
      const report = await client.retryJobs([id, living, unknown, 'nope'])
      expect(report.done).toBe(1)
      expect(report.refused.map(({ jobId }) => jobId)).toEqual([living.id, unknown, 'nope'])
      expect(report.refused.map(({ error }) => error.constructor)).toEqual([
        InvalidJobStatusError,
        JobNotFoundError,
        JobNotFoundError,
      ])
      expect(await client.cancelJobs([id, living], { reason: 'enough' })).toEqual({ done: 2, refused: [] })
      expect(await client.getResult(id)).toEqual({ status: 'cancelled', error: 'enough' })
      expect(await client.deleteJobs([id, living])).toEqual({ done: 2, refused: [] })
      await expect(client.retryJobs('all' as never)).rejects.toThrow(ValidationError)
      const tooMany = Array.from({ length: 1_001 }, () => id)
      await expect(client.retryJobs(tooMany)).rejects.toMatchObject({ fields: [{ limit: 1_000 }] })
    }))

  it('takes from ended jobs what users handed in', () =>
    withRig(openStore, async (rig) => {
      const { client } = rig
      const [id] = (await dead(rig, 1)) as [string]
      const living = await client.enqueue('t', 'secret')
      await expect(client.purgeJob(living)).rejects.toThrow(InvalidJobStatusError)
      await client.purgeJob(id)
      expect(await client.getJob(id)).toMatchObject({ status: 'dead', payload: null })
      expect(await client.purgeJobs([id, living])).toMatchObject({ done: 1, refused: [{ jobId: living.id }] })
    }))

  it('lets work be taken by another version', () =>
    withRig(openStore, async ({ client }) => {
      const old = { version: 'v1' }
      const waiting = await client.enqueue('t', 1, old)
      const delayed = await client.enqueue('t', 2, { ...old, delay: '1h' })
      const paused = await client.enqueue('t', 3, old)
      await client.pauseJob(paused)
      const other = await client.enqueue('t', 4, { version: 'v0' })
      await client.reassignVersion(waiting, undefined)
      expect((await client.getJob(waiting))?.version).toBeUndefined()
      const filter = { taskType: 't', version: 'v1' }
      let report = await client.reassignVersions(filter, 'v2', { limit: 1 })
      let done = report.done
      while (report.cursor !== undefined) {
        report = await client.reassignVersions(filter, 'v2', { limit: 1, cursor: report.cursor })
        done += report.done
      }
      expect(done).toBe(2)
      const jobs = await Promise.all([delayed, paused, other].map((job) => client.getJob(job)))
      expect(jobs.map((job) => job?.version)).toEqual(['v2', 'v2', 'v0'])
    }))

  it('names every fault of an order to many', () =>
    withRig(openStore, async ({ client }) => {
      await expect(client.retryDead({ tag: '' }, { limit: 0, sort: 1 } as object)).rejects.toMatchObject({
        fields: [{ field: 'tag' }, { field: 'sort' }, { field: 'limit' }],
      })
      await expect(client.deleteDead(undefined as never)).rejects.toThrow(ValidationError)
      const same = client.reassignVersions({ taskType: 't', version: 'v1' }, 'v1')
      await expect(same).rejects.toMatchObject({ fields: [{ field: 'to' }] })
      const foreign = client.reassignVersions({ taskType: 't', version: 'v1' }, 'v2', { cursor: 'x' })
      await expect(foreign).rejects.toMatchObject({ fields: [{ field: 'cursor' }] })
      await expect(client.reassignVersion(unknown, '')).rejects.toMatchObject({
        fields: [{ field: 'version' }],
      })
    }))

  it('keeps who gave an order, from where, and why', () =>
    withRig(openStore, async ({ client, store }) => {
      const job = await client.enqueue('t')
      await client.pauseJob(job)
      await client.resumeJob(job, { by: { who: 'ann', why: 'ready' } })
      await using own = createClient({ store, actor: { who: 'billing', from: '10.0.0.7' } })
      await own.cancelJob(job, { reason: 'enough', by: { why: 'refunded' } })
      const trail = await client.getAudit(job)
      expect(trail.map(({ status, act, who, from, why }) => [status ?? act, who, from, why])).toEqual([
        ['pending', undefined, undefined, undefined],
        ['resume', 'ann', undefined, 'ready'],
        ['cancel', 'billing', '10.0.0.7', 'refunded'],
        ['cancelled', undefined, undefined, undefined],
      ])
      expect(await client.countAudit([job, unknown])).toEqual([4, 0])
      const nobody = client.retryJob(job, { by: { why: 'because' } })
      await expect(nobody).rejects.toMatchObject({ fields: [{ field: 'by.who' }] })
      expect(() => createClient({ store, actor: { who: '' } })).toThrow(ValidationError)
    }))
})
