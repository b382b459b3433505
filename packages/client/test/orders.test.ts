import { describe, expect, it } from 'vitest'
import {
  DuplicateJobError,
  InvalidJobStatusError,
  JobNotFoundError,
  SizeLimitError,
  ValidationError,
} from '../src/index.ts'
import { dies, stores, withRig } from './fixtures/rig.ts'

const unknown = '0123456789abcdefghij'

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  it('cancels, pauses, resumes, retries, changes and deletes', () =>
    withRig(openStore, async ({ client, run }) => {
      const job = await client.enqueue('t', 1, { retryPolicy: { maxAttempts: 1 } })
      const status = async (): Promise<string | undefined> => (await client.getJob(job))?.status
      await client.pauseJob(job)
      expect(await status()).toBe('paused')
      await client.updatePayload(job, { now: 'this' })
      await client.resumeJob(job.id)
      expect((await run(dies)).payload).toBe('{"now":"this"}')
      expect(await status()).toBe('dead')
      await client.retryJob(job)
      expect(await status()).toBe('pending')
      await client.cancelJob(job, { reason: 'not wanted' })
      expect(await client.getResult(job)).toEqual({ status: 'cancelled', error: 'not wanted' })
      await client.deleteJob(job)
      expect(await client.getJob(job)).toBeUndefined()
    }))

  it('says when there is no such job, or its status forbids it', () =>
    withRig(openStore, async ({ client, run }) => {
      for (const id of [unknown, 'nope']) {
        await expect(client.cancelJob(id)).rejects.toThrow(JobNotFoundError)
        await expect(client.updatePayload(id, 1)).rejects.toThrow(JobNotFoundError)
      }
      const job = await client.enqueue('t')
      await expect(client.deleteJob(job)).rejects.toThrow(InvalidJobStatusError)
      await run()
      for (const verb of ['cancel', 'retry', 'pause', 'resume'] as const) {
        await expect(client[`${verb}Job`](job)).rejects.toMatchObject({
          jobId: job.id,
          status: 'completed',
          verb,
        })
      }
      await expect(client.updatePayload(job, 1)).rejects.toMatchObject({ verb: 'updatePayload' })
    }))

  it('does not retry a job whose unique key another one holds by now', () =>
    withRig(openStore, async ({ client, run }) => {
      const job = await client.enqueue('t', 1, { uniqueKey: 'k' })
      await run(dies)
      const next = await client.enqueue('t', 2, { uniqueKey: 'k' })
      await expect(client.retryJob(job)).rejects.toThrow(DuplicateJobError)
      await expect(client.retryJob(job)).rejects.toMatchObject({ existingJobId: next.id })
    }))

  it('checks reasons and payloads before anything is done', () =>
    withRig(openStore, async ({ client, store, calls }) => {
      const tooLarge = 'x'.repeat(store.limits.payload)
      await expect(client.cancelJob(unknown, { reason: 7 as never })).rejects.toThrow(ValidationError)
      await expect(client.cancelJob(unknown, { reason: 'x'.repeat(5_000) })).rejects.toThrow(ValidationError)
      await expect(client.updatePayload(unknown, undefined)).rejects.toThrow(ValidationError)
      await expect(client.updatePayload(unknown, tooLarge)).rejects.toThrow(SizeLimitError)
      await expect(client.lookupUniqueKey('')).rejects.toThrow(ValidationError)
      await expect(client.drainNode('')).rejects.toThrow(ValidationError)
      expect(calls).toEqual([])
    }))

  it('knows unique keys', () =>
    withRig(openStore, async ({ client }) => {
      const job = await client.enqueue('t', 1, { uniqueKey: 'k' })
      expect(await client.lookupUniqueKey('k')).toBe(job.id)
      expect(await client.releaseUniqueKey('k')).toBe(true)
      expect(await client.releaseUniqueKey('k')).toBe(false)
      expect(await client.lookupUniqueKey('k')).toBeUndefined()

      const next = await client.enqueue('t', 1, { uniqueKey: 'k' })
      expect(await client.cancelByUniqueKey('k', { reason: 'enough' })).toBe(next.id)
      expect(await client.cancelByUniqueKey('k')).toBeUndefined()
      expect(await client.getResult(next)).toEqual({ status: 'cancelled', error: 'enough' })
    }))

  it('lists, counts and shows runs', () =>
    withRig(openStore, async ({ client, run }) => {
      const jobs = []
      for (let i = 0; i < 12; i++) jobs.push(await client.enqueue(i % 2 === 0 ? 'even' : 'odd', i))
      const first = await client.listJobs({ sort: 'oldest' })
      expect(first).toMatchObject({ total: 12, totalExact: true })
      const rest = await client.listJobs({ sort: 'oldest', cursor: first.cursor as string })
      expect([...first.jobs, ...rest.jobs].map((job) => job.payload)).toEqual(jobs.map((__, i) => i))
      expect(rest.cursor).toBeUndefined()
      expect((await client.listJobs({ taskType: 'odd', status: 'pending', limit: 2 })).total).toBe(6)

      const { jobId } = await run(dies)
      expect(await client.stats()).toMatchObject({
        jobCounts: { pending: 11, dead: 1, paused: 0 },
        activeNodes: 1,
      })
      expect(await client.getRuns(jobId)).toMatchObject([
        { id: `${jobId}-1`, status: 'failed', error: 'boom' },
      ])
      expect(await client.getRuns('nope')).toEqual([])
      expect(await client.getResult(jobId)).toEqual({ status: 'dead', error: 'boom' })
      expect(await client.getResult(jobs[11]!)).toBeUndefined()
      await expect(client.getResult(unknown)).rejects.toThrow(JobNotFoundError)

      const wrong = { limit: 0, offset: -1, sort: 'up', status: 'lost', more: 'x' } as never
      await expect(client.listJobs(wrong)).rejects.toMatchObject({
        fields: ['more', 'status', 'limit', 'offset', 'sort'].map((field) =>
          expect.objectContaining({ field }),
        ),
      })
      await expect(client.getRuns(jobId, { limit: 101 })).rejects.toThrow(ValidationError)
    }))

  it('drains nodes and changes settings', () =>
    withRig(openStore, async ({ client }) => {
      expect(await client.drainNode('n1')).toBe(true)
      expect(await client.listNodes()).toMatchObject([{ nodeId: 'n1', draining: true }])
      expect(await client.drainNode('n2')).toBe(false)

      const { version, settings } = await client.getSettings()
      const retention = { ...settings.retention, completedMs: 60_000 }
      expect(await client.putSettings(version, { ...settings, retention })).toBe('saved')
      expect(await client.putSettings(version, settings)).toBe('conflict')
      expect((await client.getSettings()).settings.retention).toEqual(retention)
      const wrong = { ...settings, retention: { ...retention, deadMs: -1 } }
      await expect(client.putSettings(version + 1, wrong)).rejects.toThrow(ValidationError)
    }))
})
