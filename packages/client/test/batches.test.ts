import type { BatchItem } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import {
  BatchItemNotFoundError,
  BatchNotFoundError,
  defineTask,
  InvalidBatchStatusError,
  StoreUnavailableError,
  ValidationError,
} from '../src/index.ts'
import { createHandBatches, failedItem, itemJob, jobsOf } from './fixtures/hand-batches.ts'
import { type Rig, stores, withRig } from './fixtures/rig.ts'
import { siblingId } from './fixtures/sibling-id.ts'

const unknown = '0123456789abcdefghij'
const plan = { name: 'import', itemTaskType: 't' } as const
const items = ['a', 'b', 'c'].map((id, i) => ({ id, payload: { row: i } }))

function* numbered(count: number): Generator<BatchItem<number>> {
  for (let i = 0; i < count; i++) yield { id: `i${i}`, payload: i }
}

/** A batch of three items: a was completed, b has failed, c runs. */
async function halfDone({ client, store, run, claim }: Rig): Promise<string> {
  const engine = createHandBatches(store)
  const { id } = await client.enqueueBatch({ ...plan, items })
  const jobs = [1, 2, 3].map((n) => siblingId(id, n))
  const enqueue = jobs.map((job, place) => {
    const { id: item, payload } = items[place] as (typeof items)[number]
    return itemJob(id, { id: job, place, item, payload: JSON.stringify(payload) })
  })
  await engine.step(id, {
    enqueue,
    parts: jobsOf(jobs, [0, 1, 2]),
    state: { phase: 'items', next: 3, running: 3 },
  })
  await run({ kind: 'succeeded', output: '{"n":1}' })
  await run({ kind: 'failed', status: 'failed', error: 'boom', then: { do: 'die' } })
  await claim()
  await engine.step(id, {
    parts: [...jobsOf(jobs, [2]), failedItem(1)],
    state: { completed: 1, failed: 1, running: 1 },
  })
  return id
}

describe.each(Object.entries(stores))('enqueueBatch on %s', (_, openStore) => {
  it('stores a small batch in one call, and shows it', () =>
    withRig(openStore, async ({ client, calls }) => {
      const batch = await client.enqueueBatch({ ...plan, items, chunkSize: 2, executionTimeout: '1h' })
      expect(calls).toEqual(['instances.create'])
      expect(batch).toMatchObject({
        name: 'import',
        status: 'running',
        definition: { itemTaskType: 't', chunkSize: 2, executionTimeout: 3_600_000, items },
        totalItems: 3,
        pendingItems: 3,
        completedItems: 0,
        nextChunkIndex: 0,
        attempt: 1,
        maxAttempts: 1,
      })
      expect({ ...batch.itemStates }).toMatchObject({ b: { itemId: 'b', status: 'pending' } })
      expect(batch.truncated).toBeUndefined()
      expect(await client.getBatch(batch)).toEqual(batch)
    }))

  it('sends those of one tick together', () =>
    withRig(openStore, async ({ client, calls }) => {
      await Promise.all([
        client.enqueueBatch({ ...plan, items }),
        client.enqueueBatch({ ...plan, items: [] }),
      ])
      expect(calls).toEqual(['instances.create'])
    }))

  it('streams many items piece by piece, and starts when all are stored', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      async function* producer(): AsyncGenerator<BatchItem<number>> {
        yield* numbered(2_500)
      }
      const batch = await client.enqueueBatch({ ...plan, items: producer() })
      expect(calls.filter((call) => call.startsWith('instances.'))).toEqual([
        'instances.create',
        'instances.append',
        'instances.append',
        'instances.get',
      ])
      expect(batch).toMatchObject({ totalItems: 2_500, pendingItems: 2_500, truncated: true })
      expect(batch.open).toBeUndefined()
      expect(batch.definition.items).toHaveLength(1_000)
      const head = await createHandBatches(store).head(batch.id)
      expect(head.open).toBeUndefined()
      const { items: last, total } = await client.listBatchItems(batch, { offset: 2_499, limit: 10 })
      expect([last, total]).toEqual([[{ itemId: 'i2499', status: 'pending' }], 2_500])
    }))

  it('lets a producer that failed come again and go on where it had stopped', () =>
    withRig(openStore, async ({ client, calls }) => {
      function* failing(): Generator<BatchItem<number>> {
        yield* numbered(1_500)
        throw new Error('disk')
      }
      const options = { requestId: 'r' }
      await expect(client.enqueueBatch({ ...plan, items: failing() }, options)).rejects.toThrow('disk')
      const [open] = (await client.listBatches()).batches
      expect(open).toMatchObject({ totalItems: 1_000, open: true, status: 'running' })
      calls.length = 0
      const batch = await client.enqueueBatch({ ...plan, items: numbered(2_100) }, options)
      expect(batch).toMatchObject({ id: open?.id, totalItems: 2_100 })
      expect(calls.filter((call) => call === 'instances.append')).toHaveLength(2)
      const again = await client.enqueueBatch({ ...plan, items: numbered(2_100) }, options)
      expect(again).toMatchObject({ id: open?.id, totalItems: 2_100 })
    }))

  it('cancels the batch of a producer that cannot come again', () =>
    withRig(openStore, async ({ client, store }) => {
      function* failing(): Generator<BatchItem<number>> {
        yield* numbered(1_500)
        throw new Error('disk')
      }
      await expect(client.enqueueBatch({ ...plan, items: failing() })).rejects.toThrow('disk')
      const { bags } = await store.mailboxes.receive(
        { caller: 'c'.repeat(20), lane: 0, number: 1 },
        { nodeId: 'e', queues: ['batch'], limit: 1, leaseMs: 1 },
      )
      expect(bags[0]?.messages.map(({ kind }) => kind)).toEqual(['started', 'cancel'])
      expect(bags[0]?.messages[1]).toMatchObject({ reason: 'disk' })
    }))

  it('refuses bad items and everything else before anything is stored', () =>
    withRig(openStore, async ({ client, calls }) => {
      const faulty = client.enqueueBatch({
        name: '',
        itemTaskType: 't',
        chunkSize: 0,
        failurePolicy: 'never' as never,
        items: 7 as never,
      })
      await expect(faulty).rejects.toThrow(ValidationError)
      const fields = await faulty.catch((error: ValidationError) => error.fields.map(({ field }) => field))
      expect(fields).toEqual(['name', 'chunkSize', 'failurePolicy', 'items'])
      await expect(client.enqueueBatch({ ...plan, items: [...items, ...items] })).rejects.toMatchObject({
        fields: [{ field: 'items[3].id' }, { field: 'items[4].id' }, { field: 'items[5].id' }],
      })
      // Together with what else is wrong; of what makes items one by one none is asked for then.
      const both = { ...plan, chunkSize: 0, items: [{ id: '', payload: 1 }, ...items, { id: 'x' } as never] }
      await expect(client.enqueueBatch(both)).rejects.toMatchObject({
        fields: [{ field: 'chunkSize' }, { field: 'items[0].id' }, { field: 'items[4].payload' }],
      })
      const unread = {
        [Symbol.iterator]: () => {
          throw new Error('read')
        },
      }
      await expect(client.enqueueBatch({ ...plan, chunkSize: 0, items: unread })).rejects.toMatchObject({
        fields: [{ field: 'chunkSize' }],
      })
      await expect(client.enqueueBatch(7 as never)).rejects.toMatchObject({
        fields: [{ field: 'definition' }],
      })
      await expect(
        client.enqueueBatch({ ...plan, items }, { requestId: '', startAtOnce: 1 } as never),
      ).rejects.toMatchObject({ fields: [{ field: 'requestId' }, { field: 'startAtOnce' }] })
      expect(calls).toEqual([])
    }))

  it('finds an id that is there twice in different pieces, and cancels the batch', () =>
    withRig(openStore, async ({ client, store }) => {
      function* producer(): Generator<BatchItem<number>> {
        yield* numbered(1_300)
        yield { id: 'i5', payload: 1 }
      }
      await expect(
        client.enqueueBatch({ ...plan, items: producer() }, { requestId: 'r' }),
      ).rejects.toMatchObject({
        fields: [{ field: 'items[1300].id', problem: 'must not be there twice' }],
      })
      const [open] = (await client.listBatches()).batches
      const id = open?.id as string
      await createHandBatches(store).step(id, { status: 'cancelled', error: 'x', state: { phase: 'over' } })
      const ended = await client.enqueueBatch({ ...plan, items: numbered(2_000) }, { requestId: 'r' })
      expect(ended).toMatchObject({ id, status: 'cancelled', totalItems: 1_000 })
    }))

  it('goes on after an outage whose answer was lost', () =>
    withRig(openStore, async ({ client, around }) => {
      around.set('instances.append', async (proceed) => {
        await proceed()
        throw new StoreUnavailableError(true)
      })
      const options = { requestId: 'r' }
      const first = client.enqueueBatch({ ...plan, items: numbered(2_500) }, options)
      await expect(first).rejects.toThrow(StoreUnavailableError)
      const batch = await client.enqueueBatch({ ...plan, items: numbered(2_500) }, options)
      expect(batch).toMatchObject({ totalItems: 2_500 })
      expect(batch.open).toBeUndefined()
    }))

  it('checks items by the schema of their task', () =>
    withRig(openStore, async ({ client }) => {
      const itemTask = defineTask<{ to: string }, { id: string }>({
        type: 'mail',
        payload: { type: 'object', required: ['to'] },
      })
      const onetimeTask = defineTask<{ table: string }>({
        type: 'prepare',
        payload: { type: 'object', required: ['table'] },
      })
      const batch = await client.enqueueBatch({
        name: 'mails',
        itemTask,
        onetimeTask,
        onetimePayload: { table: 't' },
        items: [{ id: 'a', payload: { to: 'x' } }],
      })
      expect(batch).toMatchObject({
        definition: { itemTaskType: 'mail', onetimeTaskType: 'prepare' },
        onetimeState: { status: 'pending' },
      })
      const wrong = client.enqueueBatch({
        name: 'mails',
        itemTask,
        onetimeTask,
        onetimePayload: {} as never,
        items: [],
      })
      await expect(wrong).rejects.toMatchObject({ fields: [{ field: 'onetimePayload.table' }] })
    }))
})

describe.each(Object.entries(stores))('batches on %s', (_, openStore) => {
  it('show where each item stands, and what it came to', () =>
    withRig(openStore, async (rig) => {
      const { client } = rig
      const id = await halfDone(rig)
      const batch = await client.getBatch(id)
      expect(batch).toMatchObject({
        totalItems: 3,
        completedItems: 1,
        failedItems: 1,
        runningItems: 1,
        pendingItems: 0,
        cancelledItems: 0,
        definition: { items },
      })
      const state = (fields: object): unknown => expect.objectContaining(fields)
      expect({ ...batch?.itemStates }).toEqual({
        a: state({ status: 'completed', finishedAt: expect.any(Number) }),
        b: state({ status: 'failed', error: 'boom' }),
        c: state({ status: 'running', startedAt: expect.any(Number) }),
      })
      const results = [
        { batchId: id, itemId: 'a', success: true, output: { n: 1 } },
        { batchId: id, itemId: 'b', success: false, error: 'boom' },
      ]
      expect(await client.getBatchResults(id)).toEqual({ results, total: 3 })
      expect(await client.getBatchResults(id, { limit: 1 })).toEqual({
        results: results.slice(0, 1),
        total: 3,
        nextOffset: 1,
      })
      expect(await client.getBatchResults(id, { offset: 9 })).toEqual({ results: [], total: 3 })
      const iterated: unknown[] = []
      for await (const result of client.batchResults(id)) iterated.push(result)
      expect(iterated).toEqual(results)
      expect(await client.getBatchItemResult(id, 'b')).toEqual(results[1])
      expect(await client.getBatchItemResult(id, 'c')).toBeUndefined()
      await expect(client.getBatchItemResult(id, 'd')).rejects.toThrow(BatchItemNotFoundError)
      const [job] = (await client.listJobs({ status: 'dead' })).jobs
      expect(job).toMatchObject({ batchId: id, batchItem: 'b', batchPlace: 1, batchRole: 'item' })
      await expect(client.retryJob(job?.id as string)).rejects.toMatchObject({
        code: 'owned-job',
        ownerId: id,
      })
    }))

  it('are listed by status and name, without their items', () =>
    withRig(openStore, async ({ client, store }) => {
      const first = await client.enqueueBatch({ ...plan, items })
      await client.enqueueBatch({ ...plan, name: 'other', items })
      await createHandBatches(store).step(first.id, { status: 'completed', state: { phase: 'over' } })
      const { batches, total } = await client.listBatches({ status: 'completed', name: 'import' })
      expect([batches.map(({ id }) => id), total]).toEqual([[first.id], 1])
      expect(batches[0]).toMatchObject({ definition: { items: [] }, totalItems: 3, truncated: true })
      await expect(client.listBatches({ status: 'dead' as never })).rejects.toThrow(ValidationError)
      expect(await client.stats()).toMatchObject({
        batchCounts: { completed: 1, running: 1 },
        activeBatches: 1,
      })
      expect((await client.listWorkflows()).total).toBe(0)
    }))

  it('take orders in the statuses that allow them, and no others', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandBatches(store)
      const { id } = await client.enqueueBatch({ ...plan, items })
      await expect(client.retryBatch(id)).rejects.toThrow(InvalidBatchStatusError)
      await expect(client.deleteBatch(id)).rejects.toMatchObject({ status: 'running', verb: 'delete' })
      await client.cancelBatch(id, { reason: 'enough' })
      await engine.step(id, { status: 'cancelled', error: 'enough', state: { phase: 'over' } })
      await expect(client.cancelBatch(id)).rejects.toMatchObject({ batchId: id, status: 'cancelled' })
      expect(await client.getBatch(id)).toMatchObject({ error: 'enough', cancelledItems: 3 })
      await client.retryBatch(id, { failedOnly: true })
      expect(await client.getBatch(id)).toMatchObject({ status: 'running' })
      await engine.step(id, { status: 'failed', error: 'x', state: { phase: 'over' } })
      await client.deleteBatch(id)
      expect(await client.getBatch(id)).toBeUndefined()
      await expect(client.retryBatch(id, { failedOnly: 1 as never })).rejects.toThrow(ValidationError)
    }))

  it('are apart from workflows', () =>
    withRig(openStore, async ({ client }) => {
      const batch = await client.enqueueBatch({ ...plan, items })
      const workflow = await client.enqueueWorkflow({ name: 'w', tasks: [{ name: 'a', taskType: 't' }] })
      expect(await client.getWorkflow(batch.id)).toBeUndefined()
      expect(await client.getBatch(workflow.id)).toBeUndefined()
      await expect(client.suspendWorkflow(batch.id)).rejects.toMatchObject({ code: 'workflow-not-found' })
      await expect(client.cancelBatch(workflow.id)).rejects.toThrow(BatchNotFoundError)
    }))

  it('are unknown when there are none', () =>
    withRig(openStore, async ({ client }) => {
      for (const id of [unknown, 'nope']) {
        expect(await client.getBatch(id)).toBeUndefined()
        for (const verb of ['cancel', 'retry', 'delete'] as const)
          await expect(client[`${verb}Batch`](id)).rejects.toThrow(BatchNotFoundError)
        await expect(client.listBatchItems(id)).rejects.toThrow(BatchNotFoundError)
        await expect(client.getBatchResults(id)).rejects.toThrow(BatchNotFoundError)
        await expect(client.getBatchItemResult(id, 'a')).rejects.toThrow(BatchNotFoundError)
        await expect(client.waitForBatch(id)).rejects.toThrow(BatchNotFoundError)
      }
    }))

  it('are waited for, and say how far they came', () =>
    withRig(openStore, async (rig) => {
      const { client, store } = rig
      const engine = createHandBatches(store)
      const batch = await client.enqueueBatch({ ...plan, items })
      const waiting = client.waitForBatch(batch)
      await expect(client.waitForBatch(batch, { timeoutMs: 0 })).rejects.toMatchObject({
        code: 'wait-timeout',
      })
      await engine.step(batch.id, { status: 'completed', state: { phase: 'over', next: 3, completed: 3 } })
      const counts = { total: 3, completed: 3, failed: 0, running: 0, pending: 0, cancelled: 0 }
      expect(await waiting).toEqual(counts)
      const failing = await halfDone(rig)
      const state = { phase: 'over', failed: 2, running: 0 } as const
      await engine.step(failing, { status: 'failed', error: '2 of 3 items failed', state })
      await expect(client.waitForBatch(failing)).rejects.toMatchObject({
        code: 'batch-failed',
        reason: '2 of 3 items failed',
        counts: { completed: 1, failed: 2 },
      })
    }))

  it('tell their progress from how they stand to how they have ended', () =>
    withRig(openStore, async ({ client, store }) => {
      const engine = createHandBatches(store)
      const { id } = await client.enqueueBatch({ ...plan, items })
      const seen: unknown[] = []
      for await (const { done, step } of client.subscribeBatchProgress(id)) {
        seen.push([done, step])
        if (seen.length === 1) {
          const batchProgress = { batchId: id, done: 1, total: 3, failed: 0, step: 'processing' } as const
          const state = { phase: 'items', next: 1, completed: 1 } as const
          await engine.step(id, { state, events: [{ type: 'batch.progress', batchProgress }] })
        }
        if (seen.length === 2) {
          const over = { phase: 'over', next: 3, completed: 3 } as const
          await engine.step(id, { status: 'completed', state: over, events: [{ type: 'batch.completed' }] })
        }
      }
      expect(seen).toEqual([
        [0, 'processing'],
        [1, 'processing'],
        [3, 'done'],
      ])
    }))
})
