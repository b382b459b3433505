import { ExecutionTimedOutError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

describe('a timeout', () => {
  it('aborts the handler; the run is timed out and the policy decides', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, runs, eventTypes }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue({ timeoutMs: 1_000 })
      await held.begun(1)
      expect(await flowUntil(clock, async () => (await job(id)).status === 'retrying')).toBeLessThan(1_050)
      expect(ExecutionTimedOutError.is(held.contexts[0]?.signal.reason)).toBe(true)
      await flowUntil(clock, async () => (await job(id)).status === 'dead')
      const text = 'dureq: execution timed out: after 1000 ms'
      expect((await runs(id)).map((run) => [run.status, run.error])).toEqual(
        Array(3).fill(['timed_out', text]),
      )
      expect((await eventTypes(id)).slice(-3)).toEqual(['job.started', 'job.failed', 'job.dead'])
    }))

  it('is that of the job, else of the handler, else of the task', () =>
    withTimedSystem(async ({ worker, enqueue, clock, runs }) => {
      const held = createHeldHandler({ obey: true })
      const task = { type: 'a', timeout: 3_000 }
      const node = worker()
        .handle(task, held.handler)
        .handle({ type: 'b', timeout: 3_000 }, held.handler, { timeout: '2s' })
      await node.start()
      const ids = [
        await enqueue({ taskType: 'a' }),
        await enqueue({ taskType: 'b' }),
        await enqueue({ taskType: 'b', timeoutMs: 1_000 }),
      ]
      await flow(clock, 3_500)
      const texts = await Promise.all(ids.map(async (id) => (await runs(id))[0]?.error?.slice(-7)))
      expect(texts).toEqual(['3000 ms', '2000 ms', '1000 ms'])
    }))

  it('ends the run of a handler that does not listen after the grace period, and refuses its result', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, runs }) => {
      const held = createHeldHandler()
      const node = worker({ concurrency: 1 }).handle('plain', held.handler)
      await node.start()
      const id = await enqueue({ timeoutMs: 1_000, dlqAfter: 1 })
      await held.begun(1)
      await flow(clock, 5_900, 50)
      expect((await job(id)).status).toBe('running')
      await flow(clock, 200, 50)
      expect((await job(id)).status).toBe('dead')
      expect(node.health().running).toBe(1)
      held.release('late')
      await flow(clock, 100)
      expect(node.health().running).toBe(0)
      expect((await job(id)).status).toBe('dead')
      expect((await runs(id)).map((run) => run.status)).toEqual(['timed_out'])
    }))
})
