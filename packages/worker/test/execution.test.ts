import { createDeferred } from '@dureq/runtime'
import { describe, expect, it } from 'vitest'
import { currentJob, defineTask, type JobContext, type Middleware } from '../src/index.ts'
import { withSystem } from './fixtures/system.ts'

const greet = defineTask<{ name: string }, { text: string }>({ type: 'greet' })

describe('a worker', () => {
  it('runs a job and keeps its result and run', () =>
    withSystem(async ({ worker, enqueue, ended, job, runs, eventTypes }) => {
      const node = worker({ nodeId: 'me' }).handle(greet, async ({ name }) => ({ text: `hello ${name}` }))
      await node.start()
      const id = await enqueue({ taskType: 'greet', payload: '{"name":"you"}' })
      await ended(id)
      expect(await job(id)).toMatchObject({
        status: 'completed',
        attempt: 1,
        result: { status: 'completed', output: '{"text":"hello you"}' },
      })
      expect(await runs(id)).toMatchObject([{ id: `${id}-1`, nodeId: 'me', status: 'succeeded', attempt: 1 }])
      expect(await eventTypes(id)).toEqual(['job.enqueued', 'job.started', 'job.completed'])
    }))

  it('tells the handler about its execution, wherever it asks', () =>
    withSystem(async ({ worker, enqueue, ended }) => {
      const seen: JobContext[] = []
      const deep = async (): Promise<void> => {
        await Promise.resolve()
        seen.push(currentJob())
      }
      const node = worker({ nodeId: 'me' }).handle('order.*', async (_, ctx) => {
        seen.push(ctx)
        await deep()
      })
      await node.start()
      const id = await enqueue({ taskType: 'order.paid', headers: { trace: '7' }, priority: 9 })
      await ended(id)
      expect(seen[0]).toBe(seen[1])
      const { jobId, runId, firingId, nodeId, taskType, attempt, maxAttempts, priority, headers } =
        seen[0] as JobContext
      expect({ jobId, runId, firingId, nodeId, taskType, attempt, maxAttempts, priority, headers }).toEqual({
        jobId: id,
        runId: `${id}-1`,
        firingId: id,
        nodeId: 'me',
        taskType: 'order.paid',
        attempt: 1,
        maxAttempts: 3,
        priority: 9,
        headers: { trace: '7' },
      })
    }))

  it('takes the exact handler before a pattern, and the longest pattern', () =>
    withSystem(async ({ worker, enqueue, ended }) => {
      const seen: string[] = []
      const node = worker()
      for (const name of ['*', 'order.*', 'order.paid', 'order.item.*']) {
        node.handle(name, (_, ctx) => void seen.push(`${ctx.taskType} by ${name}`))
      }
      await node.start()
      for (const taskType of ['order.paid', 'order.sent', 'order.item.new', 'mail']) {
        await ended(await enqueue({ taskType }))
      }
      expect(seen).toEqual([
        'order.paid by order.paid',
        'order.sent by order.*',
        'order.item.new by order.item.*',
        'mail by *',
      ])
    }))

  it('leaves jobs of other types and versions to others', () =>
    withSystem(async ({ worker, enqueue, ended, job }) => {
      const node = worker()
        .handle('a', () => {})
        .handle('b', () => {}, { version: 'v2' })
      await node.start()
      const strange = await enqueue({ taskType: 'other' })
      const older = await enqueue({ taskType: 'b', version: 'v1' })
      const fitting = [await enqueue({ taskType: 'b', version: 'v2' }), await enqueue({ taskType: 'b' })]
      await ended(...fitting)
      expect([(await job(strange)).status, (await job(older)).status]).toEqual(['pending', 'pending'])
    }))

  it('runs middlewares around handlers: those of the worker outside, the first outermost', () =>
    withSystem(async ({ worker, enqueue, ended, job }) => {
      const trail: string[] = []
      const named =
        (name: string): Middleware =>
        (next) =>
        async (payload, ctx) => {
          trail.push(`${name} in`)
          const result = await next(payload, ctx)
          trail.push(`${name} out`)
          return `${name}(${String(result)})`
        }
      const node = worker()
        .handle('plain', () => 'x', { middlewares: [named('c')] })
        .use(named('a'), named('b'))
      await node.start()
      const id = await enqueue()
      await ended(id)
      expect(trail).toEqual(['a in', 'b in', 'c in', 'c out', 'b out', 'a out'])
      expect((await job(id)).result?.output).toBe('"a(b(c(x)))"')
    }))

  it('stores the last progress with the run, however soon the handler returns', () =>
    withSystem(async ({ worker, enqueue, ended, runs }) => {
      const node = worker().handle('plain', async (_, ctx) => {
        for (let percent = 0; percent <= 100; percent += 10) await ctx.reportProgress({ percent })
      })
      await node.start()
      const id = await enqueue()
      await ended(id)
      expect((await runs(id))[0]?.progress).toBe('{"percent":100}')
    }))

  it('survives a rejection nobody handles in a progress report', () =>
    withSystem(async ({ worker, enqueue, ended, job }) => {
      const node = worker().handle('plain', (_, ctx) => {
        void ctx.reportProgress(() => {})
      })
      await node.start()
      const id = await enqueue()
      await ended(id)
      expect((await job(id)).status).toBe('completed')
    }))

  it('starts a job at once when it is idle', () =>
    withSystem(async ({ worker, enqueue, ended }) => {
      const node = worker().handle('plain', () => {})
      await node.start()
      await ended(await enqueue())
      for (let i = 0; i < 20; i++) {
        const begun = Date.now()
        await ended(await enqueue())
        expect(Date.now() - begun).toBeLessThan(2_500)
      }
    }))

  it.each([1, 10, 100])('works off a backlog with %i slots', (concurrency) =>
    withSystem(async ({ worker, enqueueMany, store }) => {
      const total = 2_000
      const done = createDeferred<void>()
      const seen = new Set<string>()
      const ids = await enqueueMany(total)
      const node = worker({ concurrency }).handle('plain', (_, ctx) => {
        seen.add(ctx.runId)
        if (seen.size === total) done.resolve()
      })
      await node.start()
      await done.promise
      expect(await node.stop()).toMatchObject({ handedBack: 0, abandoned: 0 })
      expect(seen).toEqual(new Set(ids.map((id) => `${id}-1`)))
      expect(await store.inspector.countJobs()).toEqual([
        { taskType: 'plain', status: 'completed', count: total },
      ])
    }),
  )
})
