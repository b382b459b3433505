import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { advanceAll, claim, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { batchQueue, beginBatch, createBatch, enqueueItems, enqueueOnetime } from '../fixtures/batches.ts'
import { end } from '../fixtures/ended-instances.ts'
import { freshRecord, fullDraft, jobEvent } from '../fixtures/expected.ts'
import { committed, headOf, remove, takeFrom } from '../fixtures/instances.ts'
import { died, ref, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const oddText = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9|,:" }'

/** The jobs of batches: how they are stored and leased, and how their ends are told. */
export function mailboxesBatchSuite(contract: Contract): void {
  membersSuite(contract)
  leasesSuite(contract)
  endsSuite(contract)
}

function membersSuite(contract: Contract): void {
  describe('jobs of a batch', () => {
    contract('are stored as by enqueue, with their batch, role, item and place', async (bench) => {
      const head = await beginBatch(bench, 2)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()
      const facts = { batchId: head.id, batchRole: 'item', batchItem: 'é/ü: 1', batchPlace: 17 } as const
      const [id] = (await enqueueItems(bench, head, [facts])) as [string]
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now, facts))
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        jobEvent('job.enqueued', { jobId: id, timestamp: now, attempt: 0 }),
      ])
    })

    contract('the shared step has neither item nor place', async (bench) => {
      const head = await beginBatch(bench, 2)
      const now = bench.clock.now()
      const id = await enqueueOnetime(bench, head)
      const facts = { batchId: head.id, batchRole: 'onetime' } as const
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now, facts))
    })

    contract('keep everything a draft can state, each its own', async (bench) => {
      const head = await beginBatch(bench, 3)
      const now = bench.clock.now()
      const { uniqueKey: _key, requestId: _request, retainMs: _retain, ...full } = fullDraft
      const concurrencyKeys = [{ key: bench.key('a'), maxConcurrency: 2 }]
      const drafts = [
        { ...full, concurrencyKeys, batchItem: 'a' },
        { payload: oddText },
        { priority: 9, payload: '""' },
      ]
      const ids = await enqueueItems(bench, head, drafts)
      const facts = (place: number) => ({
        batchId: head.id,
        batchRole: 'item' as const,
        batchItem: `i${place}`,
        batchPlace: place,
      })
      expect(await bench.store.jobs.get(ids)).toStrictEqual(
        ids.map((id, place) => ({ ...freshRecord(id, now), ...facts(place), ...drafts[place] })),
      )
    })

    contract('hundreds of one commit stand in line in their order', async (bench) => {
      const head = await beginBatch(bench, 500)
      const ids = await enqueueItems(
        bench,
        head,
        Array.from({ length: 500 }, (_, i) => ({ payload: `${i}` })),
      )
      const leases = await claim(bench, { limit: 500 })
      expect(leases.map(({ jobId, payload, batch }) => [jobId, payload, batch?.item])).toStrictEqual(
        ids.map((id, i) => [id, `${i}`, `i${i}`]),
      )
    })

    contract('are listed and counted with all jobs', async (bench) => {
      const head = await beginBatch(bench, 2)
      const ids = await enqueueItems(bench, head, [{}, {}])
      const { rows, total } = await bench.store.inspector.listJobs({ status: 'pending' }, { limit: 10 })
      expect([rows.map(({ id }) => id).sort(), total]).toStrictEqual([[...ids].sort(), 2])
      expect(rows.every(({ batchId }) => batchId === head.id)).toBe(true)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 2 })
    })

    contract('are the batch’s to retry, delete and change, in every situation', async (bench) => {
      const head = await beginBatch(bench, 2)
      const [dead] = (await enqueueItems(bench, head, [{}, {}])) as [string]
      await settle(bench, died(await claimOne(bench, { limit: 1 })))
      const [pending] = (await bench.store.inspector.listJobs({ status: 'pending' }, { limit: 1 })).rows
      for (const id of [dead, pending?.id ?? '']) {
        const before = await jobOf(bench.store, id)
        const outcome = { kind: 'owned', ownerId: head.id }
        expect(await command(bench, { verb: 'retry', id })).toStrictEqual(outcome)
        expect(await command(bench, { verb: 'delete', id })).toStrictEqual(outcome)
        expect(await command(bench, { verb: 'updatePayload', id, payload: '1' })).toStrictEqual(outcome)
        expect(await jobOf(bench.store, id)).toStrictEqual(before)
      }
    })

    contract('are kept as long as the batch, and go with it', async (bench) => {
      const head = await beginBatch(bench, 2)
      const ids = await enqueueItems(bench, head, [{}, {}])
      const [a, b] = (await claim(bench)) as [LeasedRun, LeasedRun]
      await settle(bench, succeeded(a, '1'))
      await settle(bench, died(b))
      await bench.clock.advanceBy(365 * DAY_MS)
      await advanceAll(bench)
      expect((await bench.store.jobs.get(ids)).map((job) => job?.status)).toStrictEqual(['completed', 'dead'])
      await end(bench, await headOf(bench.store, head.id), 'failed')
      expect(await remove(bench, head.id)).toStrictEqual({ kind: 'done' })
      await advanceAll(bench)
      expect(await bench.store.jobs.get(ids)).toStrictEqual([undefined, undefined])
      expect(await countsOf(bench.store)).toStrictEqual({})
    })
  })
}

function leasesSuite(contract: Contract): void {
  describe('the lease of a job of a batch', () => {
    contract('says whose it is, of which item, and no workflow', async (bench) => {
      const head = await beginBatch(bench, 2)
      await enqueueItems(bench, head, [{ batchItem: 'é/ü' }])
      const lease = await claimOne(bench)
      expect(lease.batch).toStrictEqual({ id: head.id, name: 'mails', role: 'item', item: 'é/ü' })
      expect(lease).not.toHaveProperty('workflow')
    })

    contract('of the shared step says so', async (bench) => {
      const head = await beginBatch(bench, 2)
      await enqueueOnetime(bench, head)
      expect((await claimOne(bench)).batch).toStrictEqual({ id: head.id, name: 'mails', role: 'onetime' })
    })

    for (const input of [oddText, 'null', '""', JSON.stringify('é'.repeat(100_000))]) {
      contract(
        `has the result of the shared step once a commit has set it: ${input.slice(0, 40)}`,
        async (bench) => {
          const begun = await beginBatch(bench, 2)
          await enqueueItems(bench, begun, [{}])
          const head = await committed(bench, await headOf(bench.store, begun.id), { input })
          expect(head.input).toBe(input)
          const onetime = { onetimeResult: input }
          expect((await claimOne(bench)).batch).toMatchObject(onetime)
          await enqueueItems(bench, head, [{ batchItem: 'i1', batchPlace: 1 }])
          expect((await claimOne(bench)).batch).toMatchObject({ ...onetime, item: 'i1' })
          const last = await committed(bench, await headOf(bench.store, head.id), { state: '"on"' })
          expect(last.input).toBe(input)
        },
      )
    }

    contract('of a job of a workflow has what a commit made its input', async (bench) => {
      const id = await createBatch(bench, 0, { kind: 'workflow', input: '1' })
      const head = await committed(bench, await headOf(bench.store, id), { input: '{ "a": 2.0 }' })
      const job = { id: bench.draft().id, taskType: 'plain', payload: '{}', priority: 5 }
      await committed(bench, head, { enqueue: [{ ...job, workflowId: id, workflowTask: 't' }] })
      expect((await claimOne(bench)).workflow).toMatchObject({ id, input: '{ "a": 2.0 }' })
    })

    contract('has it in the next run as well', async (bench) => {
      const head = await beginBatch(bench, 2)
      await enqueueItems(bench, head, [{}])
      const { batch, ...lease } = await claimOne(bench)
      await bench.store.runs.release(bench.calls.next(), [ref(lease)])
      expect((await claimOne(bench)).batch).toStrictEqual(batch)
    })
  })
}

function endsSuite(contract: Contract): void {
  describe('the end of a job of a batch', () => {
    contract('is told with the place of its item as the task', async (bench) => {
      const head = await beginBatch(bench, 20)
      const [a, b] = (await enqueueItems(bench, head, [{ batchPlace: 17 }, { batchPlace: 0 }])) as [
        string,
        string,
      ]
      const [first, second] = (await claim(bench)) as [LeasedRun, LeasedRun]
      await settle(bench, succeeded(first, oddText))
      await settle(bench, died(second, 'why'))
      const at = bench.clock.now()
      expect(await takeFrom(bench, head.id, batchQueue)).toStrictEqual([
        { kind: 'jobEnded', jobId: a, task: '17', status: 'completed', output: oddText, at },
        { kind: 'jobEnded', jobId: b, task: '0', status: 'dead', error: 'why', at },
      ])
    })

    contract('of the shared step is told as `onetime`', async (bench) => {
      const head = await beginBatch(bench, 2)
      const jobId = await enqueueOnetime(bench, head)
      await settle(bench, succeeded(await claimOne(bench), '1'))
      const at = bench.clock.now()
      expect(await takeFrom(bench, head.id, batchQueue)).toStrictEqual([
        { kind: 'jobEnded', jobId, task: 'onetime', status: 'completed', output: '1', at },
      ])
    })

    contract('by a cancel, and by a lost lease, is told likewise', async (bench) => {
      const head = await beginBatch(bench, 2)
      const [a, b] = (await enqueueItems(bench, head, [{}, { dlqAfter: 1, priority: 9 }])) as [string, string]
      await claimOne(bench, { limit: 1 })
      await obey(bench, { verb: 'cancel', id: a, reason: 'enough' })
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      const mail = await takeFrom(bench, head.id, batchQueue)
      expect(mail).toMatchObject([
        { kind: 'jobEnded', jobId: a, task: '0', status: 'cancelled', error: 'enough' },
        { kind: 'jobEnded', jobId: b, task: '1', status: 'dead' },
      ])
    })

    contract('by a cancel of the batch’s own commit is told, too', async (bench) => {
      const head = await beginBatch(bench, 3)
      const ids = await enqueueItems(bench, head, [{}, {}, {}])
      await committed(bench, await headOf(bench.store, head.id), {
        cancel: ids.map((id) => ({ id, reason: 'fail_fast' })),
      })
      const mail = await takeFrom(bench, head.id, batchQueue)
      expect(mail.map((each) => each.kind === 'jobEnded' && [each.task, each.status])).toStrictEqual(
        ids.map((_, place) => [`${place}`, 'cancelled']),
      )
    })
  })
}
