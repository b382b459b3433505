import type { NewJob } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { add, addAll, advanceAll, claimAll, created, obey } from '../fixtures/acts.ts'
import { freshRecord, fullDraft, jobEvent } from '../fixtures/expected.ts'
import { newJob } from '../fixtures/new-job.ts'
import { allEvents, countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'

/** `jobs.enqueue` and `jobs.get`. */
export function enqueueSuite(contract: Contract): void {
  describe('jobs.enqueue', () => {
    contract('a job due now is pending and stored as it was handed in', async (bench) => {
      const now = bench.clock.now()
      const id = await add(bench)
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now))
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        jobEvent('job.enqueued', { jobId: id, timestamp: now, attempt: 0 }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('everything a draft states is stored, its payload to the letter', async (bench) => {
      const now = bench.clock.now()
      const id = await add(bench, fullDraft)
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now, fullDraft))
    })

    contract('a delay counts from the clock of the store and makes the job scheduled', async (bench) => {
      const now = bench.clock.now()
      const id = await add(bench, { delayMs: 10_000 })
      expect(await jobOf(bench.store, id)).toStrictEqual(
        freshRecord(id, now, {
          status: 'scheduled',
          schedule: { type: 'ONE_TIME', runAt: now + 10_000 },
          nextRunAt: now + 10_000,
        }),
      )
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        jobEvent('job.scheduled', { jobId: id, timestamp: now, attempt: 0 }),
      ])
    })

    contract('a delay of 0 is none', async (bench) => {
      const now = bench.clock.now()
      const id = await add(bench, { delayMs: 0 })
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now))
    })

    contract('a runAt ahead is stored as given', async (bench) => {
      const now = bench.clock.now()
      const runAt = now + 123_456
      const id = await add(bench, { runAt })
      expect(await jobOf(bench.store, id)).toStrictEqual(
        freshRecord(id, now, {
          status: 'scheduled',
          schedule: { type: 'ONE_TIME', runAt },
          nextRunAt: runAt,
        }),
      )
    })

    for (const [name, before] of [
      ['in the past', 5_000],
      ['that is now', 0],
    ] as const) {
      contract(`a runAt ${name} is claimable at once`, async (bench) => {
        const now = bench.clock.now()
        const runAt = now - before
        const id = await add(bench, { runAt })
        expect(await jobOf(bench.store, id)).toStrictEqual(
          freshRecord(id, now, { schedule: { type: 'ONE_TIME', runAt } }),
        )
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          jobEvent('job.enqueued', { jobId: id, timestamp: now, attempt: 0 }),
        ])
      })
    }

    contract(
      'the outcome says when the job was stored, also when the call is repeated later',
      async (bench) => {
        const now = bench.clock.now()
        const draft = bench.draft({ delayMs: 60_000 })
        const call = bench.calls.next()
        const stored = [{ kind: 'created', id: bench.idOf(draft), createdAt: now }]
        expect(await bench.store.jobs.enqueue(call, [draft])).toStrictEqual(stored)
        await bench.clock.advanceBy(1_000)
        expect(await bench.store.jobs.enqueue(call, [draft])).toStrictEqual(stored)
        expect(await jobOf(bench.store, bench.idOf(draft))).toMatchObject({ createdAt: now })
      },
    )

    contract('no jobs give no outcomes', async (bench) => {
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [])).toStrictEqual([])
    })

    contract('jobs of one call are stored in the given order', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 250 }, (_, i) => ({ payload: String(i) })),
      )
      const told = await allEvents(bench.store, { types: ['job.enqueued'] })
      expect(told.map((event) => event.jobId)).toStrictEqual(ids)
      expect((await claimAll(bench)).map((lease) => lease.jobId)).toStrictEqual(ids)
    })

    contract('payloads of every size come back to the letter', async (bench) => {
      const sizes = [0, 100, 251, 252, 253, 4_094, 4_095, 4_096, 4_097, 70_000, 1_000_000]
      const payloads = sizes.map((size) => JSON.stringify('é'.repeat(size / 2)))
      const ids = await addAll(
        bench,
        payloads.map((payload) => ({ payload })),
      )
      const stored = await bench.store.jobs.get(ids)
      expect(stored.map((record) => record?.payload)).toStrictEqual(payloads)
      expect((await claimAll(bench)).map((lease) => lease.payload)).toStrictEqual(payloads)
    })

    contract('get answers in order, with undefined where there is no job', async (bench) => {
      const [a, b] = await addAll(bench, [{}, {}])
      const records = await bench.store.jobs.get([b, newJob().id, a, b])
      expect(records.map((record) => record?.id)).toStrictEqual([b, undefined, a, b])
      expect(await bench.store.jobs.get([])).toStrictEqual([])
    })
  })

  describe('jobs.enqueue meets what it knows', () => {
    contract(
      'a held unique key makes a duplicate that names the holder and stores nothing',
      async (bench) => {
        const holder = await add(bench, { uniqueKey: 'k' })
        const second = newJob({ uniqueKey: 'k' })
        expect(await bench.store.jobs.enqueue(bench.calls.next(), [second])).toStrictEqual([
          { kind: 'duplicate', id: holder },
        ])
        expect(await bench.store.jobs.get([bench.idOf(second)])).toStrictEqual([undefined])
        expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
        expect(await allEvents(bench.store)).toHaveLength(1)
      },
    )

    contract('two jobs of one call may meet; the others are independent of them', async (bench) => {
      const drafts = [{ uniqueKey: 'k' }, {}, { uniqueKey: 'k' }, { requestId: 'r' }, { requestId: 'r' }].map(
        (each) => bench.draft(each),
      )
      const [first, plain, , asked] = drafts.map((draft) => bench.idOf(draft))
      expect(await bench.store.jobs.enqueue(bench.calls.next(), drafts)).toStrictEqual([
        created(first),
        created(plain),
        { kind: 'duplicate', id: first },
        created(asked),
        { kind: 'repeated', id: asked },
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 3 })
    })

    contract('a request id gives the same job for 24 hours', async (bench) => {
      const id = await add(bench, { requestId: 'r', payload: '1' })
      const again = newJob({ requestId: 'r', payload: '2' })
      await bench.clock.advanceBy(24 * 3_600_000 - 1)
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [again])).toStrictEqual([
        { kind: 'repeated', id },
      ])
      expect((await jobOf(bench.store, id)).payload).toBe('1')

      await bench.clock.advanceBy(1)
      const later = await add(bench, { requestId: 'r' })
      expect(later).not.toBe(id)
    })

    contract('a repeated request is repeated though its own job holds the unique key', async (bench) => {
      const id = await add(bench, { requestId: 'r', uniqueKey: 'k' })
      const again = newJob({ requestId: 'r', uniqueKey: 'k' })
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [again])).toStrictEqual([
        { kind: 'repeated', id },
      ])
    })

    contract('a duplicate leaves no request id behind', async (bench) => {
      const id = await add(bench, { uniqueKey: 'k' })
      const refused = newJob({ uniqueKey: 'k', requestId: 'r' })
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [refused])).toStrictEqual([
        { kind: 'duplicate', id },
      ])
      await obey(bench, { verb: 'cancel', id })
      await add(bench, { uniqueKey: 'k', requestId: 'r' })
    })

    contract('a request id gives the same job also after that has ended', async (bench) => {
      const id = await add(bench, { requestId: 'r' })
      await obey(bench, { verb: 'cancel', id })
      const again = newJob({ requestId: 'r' })
      expect(await bench.store.jobs.enqueue(bench.calls.next(), [again])).toStrictEqual([
        { kind: 'repeated', id },
      ])
    })

    contract(
      'a draft sent again after its job left a line and was removed is one job, leased once',
      async (bench) => {
        const draft = bench.draft({ scheduleToStartTimeoutMs: 1_000, retainMs: 0 })
        const id = bench.idOf(draft)
        await bench.store.jobs.enqueue(bench.calls.next(), [draft])
        await bench.clock.advanceBy(1_000)
        await advanceAll(bench)
        expect(await bench.store.jobs.get([id])).toStrictEqual([undefined])
        expect(await bench.store.jobs.enqueue(bench.calls.next(), [draft])).toStrictEqual([created(id)])
        expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual([id])
        expect(await countsOf(bench.store)).toStrictEqual({ running: 1 })
      },
    )

    contract('the same draft under another call key is repeated while the job exists', async (bench) => {
      const draft: NewJob = newJob({ uniqueKey: 'k' })
      const id = bench.idOf(draft)
      const send = () => bench.store.jobs.enqueue(bench.calls.next(), [draft])
      expect(await send()).toStrictEqual([created(id)])
      expect(await send()).toStrictEqual([{ kind: 'repeated', id }])
      await obey(bench, { verb: 'cancel', id })
      expect(await send()).toStrictEqual([{ kind: 'repeated', id }])
      await obey(bench, { verb: 'delete', id })
      expect(await send()).toStrictEqual([created(id)])
    })
  })
}
