import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll, claim, settle } from '../fixtures/acts.ts'
import { append, appendOf, batchQueue, beginBatch, createBatch, enqueueItems } from '../fixtures/batches.ts'
import { end, endedStatuses, expectInvisible } from '../fixtures/ended-instances.ts'
import { committed, headOf, receiveOne, sending, sent, takeFrom } from '../fixtures/instances.ts'
import { died, ref, succeeded } from '../fixtures/outcomes.ts'
import { markedOf } from '../fixtures/parts.ts'
import { allEvents } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const oddText = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9|,:" }'

/** Batches as a whole: their mail, their listing and their removal. */
export function batchesLifeSuite(contract: Contract): void {
  withoutOutputsSuite(contract)
  headSuite(contract)
  removalSuite(contract)
}

function withoutOutputsSuite(contract: Contract): void {
  describe('mailboxes.receive withoutOutputs', () => {
    contract('leaves the outputs of ended jobs out, and nothing else', async (bench) => {
      const { id, jobs } = await threeEnds(bench)
      await sent(bench, sending(id, { kind: 'cancel', reason: 'r' }))
      const at = bench.clock.now()
      const [a, b, c] = jobs.map((jobId, i) => ({ kind: 'jobEnded', jobId, task: `${i}`, at }))
      expect(await takeFrom(bench, id, { ...batchQueue, withoutOutputs: true })).toStrictEqual([
        { ...a, status: 'completed' },
        { ...b, status: 'completed', skipped: 'why' },
        { ...c, status: 'dead', error: 'boom' },
        { kind: 'cancel', reason: 'r', at },
      ])
    })

    contract('a receive that wants them has them still', async (bench) => {
      const { id } = await threeEnds(bench)
      await receiveOne(bench, { ...batchQueue, withoutOutputs: true, leaseMs: 1 })
      await bench.clock.advanceBy(1)
      const mail = await takeFrom(bench, id, { ...batchQueue, withoutOutputs: false })
      expect(mail.map((each) => each.kind === 'jobEnded' && each.output)).toStrictEqual([
        oddText,
        undefined,
        undefined,
      ])
    })
  })
}

function headSuite(contract: Contract): void {
  describe('a batch', () => {
    contract('is listed and counted as such, and not with workflows', async (bench) => {
      const first = await createBatch(bench, 3)
      await bench.clock.advanceBy(1)
      const ids = [first, await createBatch(bench, 1, { name: 'other', open: true })]
      const list = (kind: 'batch' | 'workflow') =>
        bench.store.inspector.listInstances(kind, {}, { limit: 10, sort: 'oldest' })
      const { rows, total } = await list('batch')
      expect(rows).toStrictEqual(await bench.store.instances.get(ids))
      expect(total).toBe(2)
      expect(await list('workflow')).toMatchObject({ rows: [], total: 0 })
      expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([])
      const counts = [...(await bench.store.inspector.countInstances('batch'))]
      expect(counts.sort((a, b) => (a.name < b.name ? -1 : 1))).toStrictEqual([
        { name: 'mails', status: 'running', count: 1 },
        { name: 'other', status: 'running', count: 1 },
      ])
    })

    contract('tells what commits and messages tell under its id', async (bench) => {
      const head = await beginBatch(bench, 2)
      const timestamp = bench.clock.now()
      const batchProgress = { batchId: head.id, done: 1, total: 2, failed: 1, step: 'processing' } as const
      const failed = await committed(bench, head, {
        status: 'failed',
        error: 'why',
        events: [
          { type: 'batch.progress', batchProgress },
          { type: 'batch.failed', error: 'why' },
        ],
      })
      const retry = { allowed: ['failed'], becomes: 'running', event: 'batch.retrying' } as const
      await sent(bench, sending(head.id, { kind: 'retry', failedOnly: true }, retry))
      const jobId = head.id
      expect((await allEvents(bench.store)).slice(1)).toStrictEqual([
        { type: 'batch.progress', timestamp, jobId, batchProgress },
        { type: 'batch.failed', timestamp, jobId, error: 'why' },
        { type: 'batch.retrying', timestamp, jobId },
      ])
      expect(failed).toMatchObject({ completedAt: timestamp, size: 2 })
      const at = bench.clock.now()
      expect(await takeFrom(bench, head.id, batchQueue)).toStrictEqual([
        { kind: 'retry', failedOnly: true, at },
      ])
    })

    contract('keeps its size and names whatever commits do to its parts', async (bench) => {
      const head = await beginBatch(bench, 5)
      const after = await committed(bench, head, {
        parts: [{ name: 'i:0' }, { name: 'i:3' }, { name: 'd:0', text: '[]', marks: { active: 0 } }],
      })
      expect(after).toMatchObject({ size: 5, version: head.version + 1 })
      expect((await markedOf(bench, head, 'names')).total).toBe(5)
      expect(await bench.store.mailboxes.parts(head.id, ['i:0', 'i:3'])).toStrictEqual([undefined, undefined])
    })
  })
}

function removalSuite(contract: Contract): void {
  describe('the removal of a batch', () => {
    for (const status of endedStatuses.filter((each) => each !== 'continued')) {
      contract(`of one that is ${status} is done by retention`, async (bench) => {
        const head = await end(bench, await beginBatch(bench, 3), status)
        await bench.clock.advanceBy((status === 'completed' ? 7 : 30) * DAY_MS - 1)
        await advanceAll(bench)
        expect(await headOf(bench.store, head.id)).toStrictEqual(head)
        await bench.clock.advanceBy(1)
        await advanceAll(bench)
        await expectInvisible(bench, head)
      })
    }

    contract('takes items, names, marks and jobs away, and leaves no trace', async (bench) => {
      const head = await beginBatch(bench, 2_500, { open: true })
      await append(bench, appendOf(head.id, [2_500, 2_500], { tell: true }))
      await enqueueItems(
        bench,
        head,
        Array.from({ length: 300 }, () => ({})),
      )
      const leases = await claim(bench, { limit: 100 })
      await bench.store.runs.settle(
        bench.calls.next(),
        leases.map((lease) => succeeded(lease, '1')),
      )
      await createBatch(bench, 40)
      await removeEverything(bench)
    })
  })
}

/** A batch three jobs of which have ended: with an output, skipped, and failed. */
async function threeEnds(
  bench: TimedBench,
): Promise<{ readonly id: string; readonly jobs: readonly string[] }> {
  const head = await beginBatch(bench, 3)
  const jobs = await enqueueItems(bench, head, [{}, {}, {}])
  const [a, b, c] = (await claim(bench)) as [LeasedRun, LeasedRun, LeasedRun]
  await settle(bench, succeeded(a, oddText))
  await settle(bench, { ...ref(b), kind: 'succeeded', skipped: 'why' })
  await settle(bench, died(c, 'boom'))
  return { id: head.id, jobs }
}
