import { describe, expect, it } from 'vitest'
import { type Client, JobCancelledError, QueueFullError, ValidationError } from '../src/index.ts'
import { stores, withRig } from './fixtures/rig.ts'

/** The fields a call is refused for. */
const fieldsOf = (call: Promise<unknown>): Promise<readonly string[]> =>
  call.then(
    () => [],
    (error: unknown) => (error as ValidationError).fields.map(({ field }) => field),
  )

describe.each(Object.entries(stores))('on %s', (_, openStore) => {
  it('pauses tiers and task types, and lets them go on', () =>
    withRig(openStore, async ({ client, claim }) => {
      await client.enqueue('t')
      await client.pauseTier('normal')
      expect(await claim()).toEqual([])
      await client.pauseTaskType('t')
      await client.resumeTier('normal')
      expect(await claim()).toEqual([])
      const [usage] = (await client.queues()).taskTypes
      expect(usage).toMatchObject({ taskType: 't', paused: true, waiting: 1, running: 0 })
      await client.resumeTaskType('t')
      expect(await claim()).toHaveLength(1)
      expect((await client.getSettings()).settings.taskTypes).toEqual({})
    }))

  it('names what is wrong before anything is stored', () =>
    withRig(openStore, async ({ client, calls }) => {
      expect(await fieldsOf(client.pauseTier('urgent'))).toEqual(['tier'])
      expect(await fieldsOf(client.pauseTier(''))).toEqual(['tier'])
      expect(await fieldsOf(client.pauseTaskType('a*'))).toEqual(['taskType'])
      expect(await fieldsOf(client.setTaskTypeLimits('t', badLimits))).toEqual([
        'more',
        'rateLimit',
        'maxRunning',
        'maxDepth',
        'whenFull',
      ])
      expect(await fieldsOf(client.setTaskTypeLimits('t', { paused: true } as never))).toEqual(['paused'])
      expect(await fieldsOf(client.setTaskTypeLimits('t', 7 as never))).toEqual(['limits'])
      expect(await fieldsOf(client.setTiers([{ name: 'a', minPriority: 1, weight: 0 }]))).toEqual([
        'tiers[0].weight',
      ])
      expect(await fieldsOf(client.setTiers([{ name: 'a', minPriority: 2, weight: 1 }]))).toEqual(['tiers'])
      expect(await fieldsOf(client.setConcurrencyKey('', {}))).toEqual(['key'])
      expect(await fieldsOf(client.setConcurrencyKey('k', { maxConcurrency: 0, rateBurst: 1 }))).toEqual([
        'maxConcurrency',
        'rateBurst',
      ])
      expect(await fieldsOf(client.rateLimitKey('', 0))).toEqual(['key', 'forMs'])
      expect(await fieldsOf(client.configureHandler('', {}))).toEqual(['name'])
      expect(await fieldsOf(client.configureHandler('t', { concurrency: 0, timeoutMs: 0 }))).toEqual([
        'concurrency',
        'timeoutMs',
      ])
      expect(await fieldsOf(client.configureNodes({ maxConcurrency: 0 }))).toEqual(['maxConcurrency'])
      expect(await fieldsOf(client.configureScheduler({ tickIntervalMs: -1 }))).toEqual(['tickIntervalMs'])
      expect(await fieldsOf(client.setRetention({ completedMs: -1, other: 1 } as never))).toEqual([
        'other',
        'completedMs',
        'deadMs',
        'cancelledMs',
      ])
      expect(await fieldsOf(client.setUnservedMs(-1))).toEqual(['unservedMs'])
      expect(calls.filter((call) => call !== 'settings.get')).toEqual([])
    }))

  it('keeps what others change meanwhile', () =>
    withRig(openStore, async ({ client, around }) => {
      around.set('settings.put', async (proceed) => {
        await client.configureNodes({ maxConcurrency: 3 })
        return await proceed()
      })
      await client.configureHandler('mail.*', { concurrency: 2, timeoutMs: 500, maxAttempts: 4 })
      const { settings } = await client.getSettings()
      expect(settings).toMatchObject({
        nodes: { maxConcurrency: 3 },
        handlers: { 'mail.*': { concurrency: 2, timeoutMs: 500, maxAttempts: 4 } },
      })
    }))

  it('sets and takes away everything that can be set', () =>
    withRig(openStore, async ({ client }) => {
      const before = (await client.getSettings()).settings
      await client.pauseTaskType('t')
      await client.setTaskTypeLimits('t', {
        maxRunning: 2,
        rateLimit: 5,
        maxDepth: 9,
        whenFull: 'drop-oldest',
      })
      await client.setConcurrencyKey('k', { maxConcurrency: 2 })
      await client.configureHandler('t', { maxAttempts: 1 })
      await client.configureNodes({ maxConcurrency: 1 })
      await client.configureScheduler({ tickIntervalMs: 100 })
      await client.setUnservedMs(60_000)
      expect((await client.getSettings()).settings).toMatchObject({
        taskTypes: { t: { paused: true, maxRunning: 2, rateLimit: 5, maxDepth: 9, whenFull: 'drop-oldest' } },
        keys: { k: { maxConcurrency: 2 } },
        unservedMs: 60_000,
      })
      await client.setTaskTypeLimits('t', undefined)
      await client.resumeTaskType('t')
      await client.setConcurrencyKey('k', undefined)
      await client.configureHandler('t', undefined)
      await client.configureNodes(undefined)
      await client.configureScheduler(undefined)
      await client.setUnservedMs(undefined)
      expect((await client.getSettings()).settings).toEqual(before)
      const retention = { completedMs: 1_000, deadMs: 2_000, cancelledMs: 3_000, completedCount: 5 }
      await client.setRetention(retention)
      const settings = await client.updateSettings(({ groups, ...others }) => ({ ...others, groups }))
      expect(settings.retention).toEqual(retention)
    }))

  it('limits how many jobs of a key run at once', () =>
    withRig(openStore, async ({ client, claim, settle }) => {
      const keys = { concurrencyKeys: [{ key: 'acme', maxConcurrency: 1 }] }
      const [first, second] = [await client.enqueue('t', 1, keys), await client.enqueue('t', 2, keys)]
      expect(first).toMatchObject(keys)
      expect(await client.getJob(second)).toMatchObject(keys)
      const leases = await claim(5)
      expect(leases.map(({ jobId }) => jobId)).toEqual([first.id])
      expect(await client.getConcurrencyKey('acme')).toMatchObject({
        key: 'acme',
        limit: 1,
        running: 1,
        waiting: 1,
        holders: [{ firingId: first.id, nodeId: 'n1' }],
      })
      await client.setConcurrencyKey('acme', { maxConcurrency: 2 })
      const [more] = await claim(5)
      expect(more?.jobId).toBe(second.id)
      for (const lease of [...leases, ...(more ? [more] : [])]) await settle(lease)
      expect(await client.getConcurrencyKey('acme')).toMatchObject({ running: 0, waiting: 0 })
    }))

  it('keeps back a key for a while', () =>
    withRig(openStore, async ({ client, claim }) => {
      await client.enqueue('t', 1, { concurrencyKeys: [{ key: 'api' }] })
      await client.rateLimitKey('api', 60_000)
      expect(await claim()).toEqual([])
      expect((await client.getConcurrencyKey('api')).throttledUntil).toBeGreaterThan(Date.now())
    }))

  describe('a full queue', () => {
    it('refuses what is enqueued, and says which of many', () =>
      withRig(openStore, async ({ client }) => {
        await limitDepth(client)
        const refused = client.enqueue('t', 2)
        await expect(refused).rejects.toThrow(QueueFullError)
        await expect(refused).rejects.toMatchObject({ taskType: 't', limit: 1 })
        expect(await client.enqueueMany('t', [3, 4])).toEqual([
          { kind: 'full', limit: 1 },
          { kind: 'full', limit: 1 },
        ])
        expect(await client.enqueueAll([{ task: 'u' }, { task: 't' }])).toMatchObject([
          { kind: 'created' },
          { kind: 'full', limit: 1 },
        ])
      }))

    it('lets a call wait until there is room', () =>
      withRig(openStore, async ({ client, calls, run }) => {
        await limitDepth(client)
        const waiting = client.enqueue('t', 2, { whenFull: 'wait' })
        await until(() => calls.includes('jobs.awaitRoom'))
        await run()
        expect(await waiting).toMatchObject({ payload: 2, status: 'pending' })
      }))

    it('lets it wait no longer than it says, or than it is wanted', () =>
      withRig(openStore, async ({ client, calls }) => {
        await limitDepth(client)
        const soon = client.enqueue('t', 2, { whenFull: 'wait', roomTimeout: 5 })
        await expect(soon).rejects.toThrow(QueueFullError)
        const controller = new AbortController()
        const waiting = client.enqueue('t', 2, { whenFull: 'wait', signal: controller.signal })
        const refused = expect(waiting).rejects.toThrow('not wanted')
        await until(() => calls.filter((call) => call === 'jobs.awaitRoom').length > 1)
        controller.abort(new Error('not wanted'))
        await refused
        expect((await client.listJobs()).total).toBe(1)
      }))

    it('drops the oldest if the settings say so', () =>
      withRig(openStore, async ({ client }) => {
        await client.setTaskTypeLimits('t', { maxDepth: 1, whenFull: 'drop-oldest' })
        const oldest = await client.enqueue('t', 1)
        const told = expect(client.waitForResult(oldest)).rejects.toThrow(JobCancelledError)
        await client.enqueue('t', 2)
        await told
        expect(await client.getResult(oldest)).toEqual({ status: 'cancelled', error: 'dropped: queue full' })
      }))
  })

  it('refuses to wait where a call is for many', () =>
    withRig(openStore, async ({ client }) => {
      expect(await fieldsOf(client.enqueueMany('t', [1], { whenFull: 'wait' } as object))).toEqual([
        'whenFull',
      ])
      const entries = [{ task: 't', options: { whenFull: 'wait', signal: undefined } as object }]
      expect(await client.enqueueAll(entries)).toMatchObject([
        { kind: 'invalid', error: { fields: [{ field: 'whenFull' }, { field: 'signal' }] } },
      ])
    }))
})

const badLimits = { rateLimit: 0, maxRunning: 0, maxDepth: 1.5, whenFull: 'wait', more: 1 } as never

async function limitDepth(client: Client): Promise<void> {
  await client.setTaskTypeLimits('t', { maxDepth: 1 })
  await client.enqueue('t', 1)
}

/** Awaits something that becomes true within this process. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}
