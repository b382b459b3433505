import { StoreUnavailableError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { InvalidJobStatusError, JobNotFoundError, RunNotFoundError } from '../src/index.ts'
import { dies, stores, withRig } from './fixtures/rig.ts'

const unknown = '0123456789abcdefghij'

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  it('says why a job is not running', () =>
    withRig(openStore, async ({ client, claim, settle }) => {
      const keys = { concurrencyKeys: [{ key: 'acme', maxConcurrency: 1 }] }
      const first = await client.enqueue('t', 1, keys)
      const second = await client.enqueue('t', 2, keys)
      const [lease] = await claim()
      expect((await client.explain(first)).reasons).toMatchObject([
        { kind: 'running', holder: { nodeId: 'n1', firingId: first.id } },
      ])
      const waiting = await client.explain(second)
      expect(waiting).toMatchObject({ jobId: second.id, status: 'pending' })
      expect(waiting.reasons).toMatchObject([
        { kind: 'keyFull', key: 'acme', limit: 1, holders: [{ runId: lease?.runId }] },
        { kind: 'inLine' },
      ])
      expect(waiting.text).toContain(`held by run ${lease?.runId} on node n1`)
      if (lease) await settle(lease)
      expect((await client.explain(first)).text).toBe('It has ended: completed.')

      await client.pauseTier('normal')
      expect((await client.explain(second)).reasons[0]).toEqual({ kind: 'tierPaused', tier: 'normal' })
      const delayed = await client.enqueue('t', 3, { delay: '1h' })
      expect((await client.explain(delayed)).reasons[0]).toMatchObject({ kind: 'delayed' })
      await expect(client.explain(unknown)).rejects.toThrow(JobNotFoundError)
    }))

  it('says what a recurring job waits for', () =>
    withRig(openStore, async ({ client }) => {
      const schedule = { type: 'DURATION', interval: '1h', overlapPolicy: 'BUFFER_ALL' } as const
      const job = await client.enqueue('t', 1, { schedule })
      expect((await client.explain(job)).reasons).toMatchObject([{ kind: 'betweenFirings' }])
      await client.triggerNow(job)
      const outcome = await client.triggerNow(job)
      const explanation = await client.explain(job)
      expect(explanation.reasons.map(({ kind }) => kind)).toEqual(['firing', 'firing', 'betweenFirings'])
      if ('firingId' in outcome) {
        const [reason] = (await client.explain(outcome.firingId)).reasons
        expect(reason).toMatchObject({ kind: 'held', behind: [expect.stringContaining(job.id)] })
      }
      await client.pauseSchedule(job)
      expect((await client.explain(job)).reasons[0]).toEqual({ kind: 'schedulePaused' })
    }))

  it('lists the runs of all jobs, and finds one', () =>
    withRig(openStore, async ({ client, run, claim }) => {
      const job = await client.enqueue('a', 1, { retryPolicy: { maxAttempts: 1 } })
      await client.enqueue('b', 2)
      const { runId } = await run(dies)
      const [live] = await claim()
      expect((await client.listRuns()).runs.map(({ id }) => id)).toEqual([live?.runId, runId])
      expect((await client.listRuns({ status: 'failed', taskType: 'a' })).runs).toMatchObject([
        { id: runId, jobId: job.id, error: 'boom' },
      ])
      expect((await client.listRuns({ nodeId: 'n2' })).runs).toEqual([])
      expect((await client.listRuns({ jobId: 'nope' })).runs).toEqual([])
      expect(await client.getRun(runId)).toMatchObject({ id: runId, status: 'failed' })
      expect(await client.getRun('nope')).toBeUndefined()
      await expect(client.listRuns({ status: 'lost', from: 1.5 } as object)).rejects.toMatchObject({
        fields: [{ field: 'status' }, { field: 'from' }],
      })
      await expect(client.requeueRun(`${unknown}-1`)).rejects.toThrow(RunNotFoundError)
      await expect(client.requeueRun(live?.runId ?? '')).rejects.toThrow(InvalidJobStatusError)
      await client.requeueRun(runId)
      expect(await client.getJob(job)).toMatchObject({ status: 'pending', attempt: 0 })
    }))

  it('searches payloads by value', () =>
    withRig(openStore, async ({ client }) => {
      const one = await client.enqueue('t', { customer: { id: 1 }, tags: ['a', { b: null }] })
      const text = await client.enqueue('t', { customer: { id: '1' } })
      const newer = await client.enqueue('u', { customer: { id: 1 } })
      const found = await client.searchJobs({ path: 'customer.id', value: 1 })
      expect(found).toMatchObject({ scanned: 3 })
      expect(found.jobs.map(({ id }) => id)).toEqual([newer.id, one.id])
      const ofType = await client.searchJobs({ path: ['customer', 'id'], value: 1, taskType: 't' })
      expect(ofType.jobs.map(({ id }) => id)).toEqual([one.id])
      const texts = await client.searchJobs({ path: '$.customer.id', value: '1' })
      expect(texts.jobs.map(({ id }) => id)).toEqual([text.id])
      expect((await client.searchJobs({ path: '$.tags[1].b', value: null })).jobs).toHaveLength(1)
      const first = await client.searchJobs({ path: 'customer.id', value: 1 }, { limit: 1 })
      const next = await client.searchJobs(
        { path: 'customer.id', value: 1 },
        { limit: 1, cursor: first.cursor as string },
      )
      expect([...first.jobs, ...next.jobs].map(({ id }) => id)).toEqual([newer.id, one.id])
      await expect(client.searchJobs({ path: 'a..b', value: undefined } as never)).rejects.toMatchObject({
        fields: [{ field: 'path' }, { field: 'value' }],
      })
      const offset = client.searchJobs({ path: 'a', value: 1 }, { offset: 1 } as object)
      await expect(offset).rejects.toMatchObject({ fields: [{ field: 'offset' }] })
    }))

  it('searches workflows by their input and batches by their shared payload, newest first, page by page', () =>
    withRig(openStore, async ({ client }) => {
      const plan = { name: 'w', tasks: [{ name: 'a', taskType: 't' }] }
      const workflows = []
      for (const order of [7, '7', 7]) workflows.push(await client.enqueueWorkflow(plan, { order }))
      const other = await client.enqueueWorkflow({ ...plan, name: 'other' }, { order: 7 })
      const ids = async (options?: object): Promise<readonly string[]> =>
        (await client.searchWorkflows({ path: 'order', value: 7 }, options)).workflows.map(({ id }) => id)
      expect(await ids()).toEqual([other.id, workflows[2]?.id, workflows[0]?.id])
      const first = await client.searchWorkflows({ path: 'order', value: 7, name: 'w' }, { limit: 1 })
      expect(first.workflows.map(({ id }) => id)).toEqual([workflows[2]?.id])
      const next = { limit: 5, cursor: first.cursor as string }
      const rest = await client.searchWorkflows({ path: 'order', value: 7, name: 'w' }, next)
      expect(rest.workflows.map(({ id }) => id)).toEqual([workflows[0]?.id])
      const batch = { name: 'b', itemTaskType: 't', onetimeTaskType: 'o', items: [] }
      const { id } = await client.enqueueBatch({ ...batch, onetimePayload: { table: 'rows' } })
      await client.enqueueBatch({ ...batch, onetimePayload: { table: 'others' } })
      const { batches } = await client.searchBatches({ path: 'table', value: 'rows' })
      expect(batches.map((each) => each.id)).toEqual([id])
      await expect(client.searchBatches({ path: 'a', name: '', other: 1 } as never)).rejects.toMatchObject({
        fields: [{ field: 'other' }, { field: 'value' }, { field: 'name' }],
      })
    }))

  it('lists jobs by tag and by a part of their type', () =>
    withRig(openStore, async ({ client }) => {
      const { id } = await client.enqueue('mail.send', 1, { tags: ['red'] })
      await client.enqueue('mail.read', 2)
      const tagged = await client.listJobs({ tag: 'red' })
      expect(tagged).toMatchObject({ total: 1, totalExact: false, jobs: [{ id }] })
      expect((await client.listJobs({ search: 'SEND' })).jobs).toHaveLength(1)
      await expect(client.listJobs({ tag: '', search: '' })).rejects.toMatchObject({
        fields: [{ field: 'tag' }, { field: 'search' }],
      })
    }))

  it('lists events, and says when these are all', () =>
    withRig(openStore, async ({ client, run }) => {
      const job = await client.enqueue('t')
      await run()
      const { events, complete } = await client.listEvents({ job })
      expect(events.map(({ type }) => type)).toEqual(['job.completed', 'job.started', 'job.enqueued'])
      expect(complete).toBe(true)
      expect(await client.listEvents({ job, limit: 1 })).toMatchObject({ complete: false })
      expect(await client.listEvents({ job: 'nope' })).toEqual({ events: [], complete: true })
      await expect(client.listEvents({ types: ['x'], limit: 0 } as object)).rejects.toMatchObject({
        fields: [{ field: 'limit' }, { field: 'types' }],
      })
    }))

  it('counts what was executed, by day', () =>
    withRig(openStore, async ({ client, run }) => {
      await client.enqueueMany('t', [1, 2])
      await run()
      await run(dies)
      const days = await client.dailyStats()
      expect(days).toHaveLength(7)
      expect(days.at(-1)).toMatchObject({ processed: 1, failed: 1 })
      await expect(client.dailyStats(92)).rejects.toMatchObject({ fields: [{ field: 'days' }] })
    }))

  it('says how the store and the nodes are', () =>
    withRig(openStore, async ({ client, around }) => {
      const health = await client.health()
      expect(health).toMatchObject({ status: 'ok', nodes: [{ nodeId: 'n1' }], latencyMs: expect.any(Number) })
      around.set('inspector.info', () => Promise.reject(new StoreUnavailableError(false)))
      expect(await client.health()).toMatchObject({ status: 'unavailable' })
    }))

  it('knows who holds which lock', () =>
    withRig(openStore, async ({ client, store }) => {
      const call = { caller: 'test', lane: 0, number: 0 }
      await store.leases.acquire(call, 'leader', 'n1', 60_000)
      expect(await client.listLocks()).toMatchObject([{ name: 'leader', owner: 'n1' }])
      expect(await client.forceUnlock('leader')).toBe(true)
      expect(await client.forceUnlock('leader')).toBe(false)
      await expect(client.forceUnlock('')).rejects.toMatchObject({ fields: [{ field: 'name' }] })
    }))
})
