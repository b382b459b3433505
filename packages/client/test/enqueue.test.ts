import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DuplicateJobError, defineTask, ServerStoppedError, ValidationError } from '../src/index.ts'
import { stores, withRig } from './fixtures/rig.ts'

const send = defineTask<{ to: string }, { id: string }>({
  type: 'email.send',
  payload: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
})

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  describe('enqueue', () => {
    it('returns the job as the store has it', () =>
      withRig(openStore, async ({ client }) => {
        const job = await client.enqueue(send, { to: 'a' }, { priority: 8, tags: ['x'], uniqueKey: 'k' })
        expect(job).toEqual(await client.getJob(job))
        expect(job).toMatchObject({
          taskType: 'email.send',
          payload: { to: 'a' },
          schedule: { type: 'IMMEDIATE' },
          status: 'pending',
          priority: 8,
          tags: ['x'],
          uniqueKey: 'k',
        })
      }))

    it('delays on the clock of the store', () =>
      withRig(openStore, async ({ client }) => {
        const job = await client.enqueue('t', 1, { delay: '10m' })
        const dueAt = job.createdAt + 600_000
        expect(job).toMatchObject({
          status: 'scheduled',
          schedule: { type: 'ONE_TIME', runAt: dueAt },
          nextRunAt: dueAt,
        })
      }))

    it('refuses a second holder of a unique key, until the first has ended', () =>
      withRig(openStore, async ({ client, run }) => {
        const first = await client.enqueue('t', 1, { uniqueKey: 'k' })
        const second = client.enqueue('t', 2, { uniqueKey: 'k' })
        await expect(second).rejects.toThrow(DuplicateJobError)
        await expect(second).rejects.toMatchObject({ existingJobId: first.id })
        await run()
        expect((await client.enqueue('t', 3, { uniqueKey: 'k' })).id).not.toBe(first.id)
      }))

    it('returns the same job for the same request id', () =>
      withRig(openStore, async ({ client }) => {
        const first = await client.enqueue('t', 1, { requestId: 'r' })
        expect(await client.enqueue('t', 2, { requestId: 'r' })).toEqual(first)
        expect((await client.listJobs()).total).toBe(1)
      }))

    it('stores nothing of what is wrong', () =>
      withRig(openStore, async ({ client, calls }) => {
        await expect(client.enqueue(send, { to: 'a' }, { priority: 11 })).rejects.toThrow(ValidationError)
        await expect(client.enqueue('email.send\n', 1)).rejects.toThrow(ValidationError)
        await expect(client.enqueue(send, {} as { to: string })).rejects.toMatchObject({
          fields: [{ field: 'payload.to' }],
        })
        expect(calls).toEqual([])
      }))

    it('still returns a job that ended at once and is not kept', () =>
      withRig(openStore, async ({ client, around, run }) => {
        around.set('jobs.enqueue', async (proceed) => {
          const outcomes = await proceed()
          await run()
          return outcomes
        })
        const job = await client.enqueue('t', { a: 1 }, { retain: 0 })
        expect(job).toMatchObject({ taskType: 't', payload: { a: 1 }, status: 'pending', attempt: 0 })
        expect(await client.getJob(job)).toBeUndefined()
      }))
  })

  describe('calls of one tick', () => {
    it('travel together, in order', () =>
      withRig(openStore, async ({ client, calls, claim }) => {
        const jobs = await Promise.all(Array.from({ length: 50 }, (__, i) => client.enqueue('t', i)))
        expect(calls).toEqual(['jobs.enqueue', 'jobs.enqueue'])
        expect((await claim(50)).map((lease) => lease.jobId)).toEqual(jobs.map((job) => job.id))

        calls.length = 0
        await Promise.all(jobs.map((job) => client.getJob(job)))
        expect(calls).toEqual(['jobs.get'])
        calls.length = 0
        await Promise.all(jobs.map((job) => client.cancelJob(job)))
        expect(calls).toEqual(['jobs.command'])
        calls.length = 0
        await Promise.all([client.lookupUniqueKey('a'), client.lookupUniqueKey('b')])
        expect(calls).toEqual(['jobs.lookupUniqueKeys'])
      }))

    it('fail each for itself', () =>
      withRig(openStore, async ({ client }) => {
        const answers = await Promise.allSettled([
          client.enqueue('t', 1, { uniqueKey: 'k' }),
          client.enqueue('t', 2, { uniqueKey: 'k' }),
          client.enqueue('t', () => {}),
          client.enqueue('t', 4),
        ])
        expect(answers.map((answer) => answer.status)).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'fulfilled',
        ])
      }))
  })

  describe('enqueueMany', () => {
    it('says for each payload what became of it', () =>
      withRig(openStore, async ({ client, claim }) => {
        const payloads = [{ to: 'a' }, { to: 7 }, { to: 'b' }] as { to: string }[]
        const results = await client.enqueueMany(send, payloads, { priority: 10 })
        expect(results).toMatchObject([
          { kind: 'created', repeated: false },
          { kind: 'invalid', error: { fields: [{ field: 'payload.to' }] } },
          { kind: 'created' },
        ])
        expect((await claim(5)).map((lease) => lease.payload)).toEqual(['{"to":"a"}', '{"to":"b"}'])
      }))

    it('sends thousands in few calls and keeps their order', () =>
      withRig(openStore, async ({ client, calls, claim }) => {
        const payloads = Array.from({ length: 2_500 }, (__, i) => i)
        const results = await client.enqueueMany('t', payloads)
        expect(results.every((result) => result.kind === 'created')).toBe(true)
        expect(calls).toEqual(['jobs.enqueue', 'jobs.enqueue', 'jobs.enqueue'])
        for (const start of [0, 1_000, 2_000]) {
          const leases = await claim(1_000)
          expect(leases.map((lease) => Number(lease.payload))).toEqual(payloads.slice(start, start + 1_000))
        }
      }))

    it('stores nothing when its options are wrong, and takes no keys', () =>
      withRig(openStore, async ({ client, calls }) => {
        await expect(client.enqueueMany('t', [1], { priority: 0 })).rejects.toThrow(ValidationError)
        const keys = { uniqueKey: 'k', requestId: 'r' } as object
        await expect(client.enqueueMany('t', [1], keys)).rejects.toMatchObject({
          fields: [{ field: 'uniqueKey' }, { field: 'requestId' }],
        })
        await expect(client.enqueueMany('t', 7 as never)).rejects.toThrow(ValidationError)
        expect(await client.enqueueMany('t', [])).toEqual([])
        expect(calls).toEqual([])
      }))
  })

  it('enqueueAll takes tasks, payloads and options of each job', () =>
    withRig(openStore, async ({ client }) => {
      const requestId = randomUUID()
      const results = await client.enqueueAll([
        { task: send, payload: { to: 'a' }, options: { uniqueKey: 'k' } },
        { task: 'other', payload: 1, options: { uniqueKey: 'k' } },
        { task: 'other', options: { requestId } },
        { task: 'other', options: { requestId } },
        { task: 'other', payload: 1n },
        null as never,
        { task: 'other', option: {} } as never,
      ])
      const [first, duplicate, third, repeated, ...invalid] = results
      expect(first).toMatchObject({ kind: 'created', repeated: false })
      expect(duplicate).toEqual({
        kind: 'duplicate',
        existingJobId: first?.kind === 'created' && first.jobId,
      })
      expect(repeated).toEqual({ ...third, repeated: true })
      expect(invalid.map((each) => each.kind === 'invalid' && each.error.fields[0]?.field)).toEqual([
        'payload',
        'entries[5]',
        'option',
      ])
      await expect(client.enqueueAll({} as never)).rejects.toThrow(ValidationError)
    }))

  it('close sends what was asked for and takes nothing more', () =>
    withRig(openStore, async ({ client, store }) => {
      const asked = client.enqueue('t', 1)
      await client.close()
      const { id } = await asked
      expect(await store.jobs.get([id])).toMatchObject([{ id }])
      await expect(client.enqueue('t', 1)).rejects.toThrow(ServerStoppedError)
      expect(() => client.subscribe()).toThrow(ServerStoppedError)
      await client[Symbol.asyncDispose]()
    }))
})
