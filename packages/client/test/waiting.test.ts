import { describe, expect, it } from 'vitest'
import {
  JobCancelledError,
  JobFailedError,
  JobNotFoundError,
  ResultNotKeptError,
  ServerStoppedError,
  StoreUnavailableError,
  ValidationError,
  WaitTimeoutError,
} from '../src/index.ts'
import { dies, type Rig, stores, withRig } from './fixtures/rig.ts'

/** Resolves when the client has a watch call under way. */
async function watched({ calls }: Rig): Promise<void> {
  while (!calls.includes('events.watch')) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(Object.entries(stores))('waitForResult on %s', (_, openStore) => {
  it('resolves to the output, whether it waited or came later', () =>
    withRig(openStore, async (rig) => {
      const { client, run } = rig
      const job = await client.enqueue('t')
      const early = client.waitForResult(job)
      await watched(rig)
      await run({ kind: 'succeeded', output: '{"id":7}' })
      expect(await early).toEqual({ id: 7 })
      expect(await client.waitForResult(job.id, { timeoutMs: 0 })).toEqual({ id: 7 })

      const silent = await client.enqueue('t')
      await run()
      expect(await client.waitForResult(silent)).toBeUndefined()
    }))

  it('rejects with how it ended', () =>
    withRig(openStore, async ({ client, run }) => {
      const failed = await client.enqueue('t')
      const waiting = client.waitForResult(failed)
      await Promise.all([
        expect(waiting).rejects.toThrow(JobFailedError),
        expect(waiting).rejects.toMatchObject({ result: { status: 'dead', error: 'boom' } }),
        run(dies),
      ])
      const cancelled = await client.enqueue('t')
      await Promise.all([
        expect(client.waitForResult(cancelled)).rejects.toThrow(JobCancelledError),
        client.cancelJob(cancelled),
      ])
    }))

  it('is patient only for as long as it is told to be', () =>
    withRig(openStore, async ({ client }) => {
      const job = await client.enqueue('t')
      await expect(client.waitForResult(job, { timeoutMs: 30 })).rejects.toMatchObject({
        code: 'wait-timeout',
        jobId: job.id,
        timeoutMs: 30,
      })
      await expect(client.waitForResult(job, { timeoutMs: 0 })).rejects.toThrow(WaitTimeoutError)
      const stop = new AbortController()
      const waiting = client.waitForResult(job, { timeoutMs: Number.POSITIVE_INFINITY, signal: stop.signal })
      stop.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow('enough')
      for (const timeoutMs of [-1, Number.NaN, '1s' as never]) {
        await expect(client.waitForResult(job, { timeoutMs })).rejects.toThrow(ValidationError)
      }
    }))

  it('knows jobs that never were from jobs that are not kept', () =>
    withRig(openStore, async (rig) => {
      const { client, run } = rig
      for (const id of ['nope', '0123456789abcdefghij']) {
        await expect(client.waitForResult(id)).rejects.toThrow(JobNotFoundError)
      }
      const job = await client.enqueue('t', 1, { retain: 0 })
      const waiting = client.waitForResult(job)
      await watched(rig)
      await Promise.all([expect(waiting).rejects.toThrow(ResultNotKeptError), run()])
      await expect(client.waitForResult(job)).rejects.toThrow(JobNotFoundError)
    }))

  it('waits on when the job is given a new life before it could be read', () =>
    withRig(openStore, async (rig) => {
      const { client, run, around } = rig
      const job = await client.enqueue('t')
      const waiting = client.waitForResult(job)
      await watched(rig)
      const retried = new Promise<void>((resolve) => {
        around.set('jobs.get', async (proceed) => {
          await client.retryJob(job)
          resolve()
          return await proceed()
        })
      })
      await run(dies)
      await retried
      await run({ kind: 'succeeded', output: '1' })
      expect(await waiting).toBe(1)
    }))

  it('waits through an outage of the store, but does not begin in one', () =>
    withRig(openStore, async (rig) => {
      const { client, run, around } = rig
      const away = (): Promise<never> => Promise.reject(new StoreUnavailableError(false))
      const job = await client.enqueue('t')
      around.set('jobs.get', away)
      await expect(client.waitForResult(job)).rejects.toThrow(StoreUnavailableError)
      const waiting = client.waitForResult(job)
      await watched(rig)
      around.set('jobs.get', away)
      around.set('events.watch', away)
      await run({ kind: 'succeeded', output: '1' })
      expect(await waiting).toBe(1)
      expect([...around.keys()]).toEqual([])
    }))

  it('costs one call of the store for a thousand that wait', () =>
    withRig(openStore, async (rig) => {
      const { client, calls, claim, settle } = rig
      const results = await client.enqueueMany(
        't',
        Array.from({ length: 1_000 }, (__, i) => i),
      )
      const ids = results.map((result) => (result.kind === 'created' ? result.jobId : ''))
      calls.length = 0
      const waiting = Promise.all(ids.map((id) => client.waitForResult(id)))
      await watched(rig)
      expect(calls).toEqual(['jobs.get', 'events.watch'])
      const leases = await claim(1_000)
      await Promise.all(leases.map((lease) => settle(lease, { kind: 'succeeded', output: lease.payload })))
      expect(await waiting).toEqual(ids.map((__, i) => i))
    }))

  it('ends when the client is closed', () =>
    withRig(openStore, async (rig) => {
      const { client } = rig
      const job = await client.enqueue('t')
      const waiting = client.waitForResult(job, { timeoutMs: Number.POSITIVE_INFINITY })
      await watched(rig)
      await Promise.all([expect(waiting).rejects.toThrow(ServerStoppedError), client.close()])
    }))
})
