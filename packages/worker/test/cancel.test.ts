import { JobCancelledError, type Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { withSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil, turn } from './fixtures/turns.ts'

describe('cancelling', () => {
  it('keeps a waiting job from ever running', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      const seen: string[] = []
      const [cancelled, delayed, other] = [
        await enqueue(),
        await enqueue({ delayMs: 1_000 }),
        await enqueue(),
      ]
      await cancel(cancelled)
      await cancel(delayed)
      const node = worker().handle('plain', (_, ctx) => void seen.push(ctx.jobId))
      await node.start()
      await flow(clock, 10_000, 100)
      expect(seen).toEqual([other])
      expect([(await job(cancelled)).status, (await job(delayed)).status]).toEqual(['cancelled', 'cancelled'])
    }))

  it('keeps a job that waits for a retry from running again', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      let ran = 0
      const node = worker().handle('plain', () => {
        ran++
        throw new Error('no')
      })
      await node.start()
      const id = await enqueue()
      await flowUntil(clock, async () => (await job(id)).status === 'retrying')
      await cancel(id)
      await flow(clock, 10_000, 100)
      expect([ran, (await job(id)).status]).toEqual([1, 'cancelled'])
    }))

  it('aborts a running job at once, for good', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job, runs }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      await cancel(id, 'enough')
      // No time passes: the node is told, it does not ask.
      for (let i = 0; i < 20; i++) await turn()
      const reason: unknown = held.contexts[0]?.signal.reason
      expect(JobCancelledError.is(reason) && reason.cause).toBe('enough')
      expect(await job(id)).toMatchObject({
        status: 'cancelled',
        result: { status: 'cancelled', error: 'enough' },
      })
      await flow(clock, 30_000, 200)
      expect(held.contexts).toHaveLength(1)
      expect((await runs(id)).map((run) => [run.status, run.error])).toEqual([['cancelled', 'enough']])
      expect((await job(id)).status).toBe('cancelled')
    }))

  it('does not let a late success win', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, job }) => {
      const held = createHeldHandler()
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      await cancel(id)
      held.release('done')
      for (let i = 0; i < 20; i++) await turn()
      expect((await job(id)).status).toBe('cancelled')
    }))

  it('ends the run of a handler that does not listen after the grace period; its slot stays taken', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      const held = createHeldHandler()
      const node = worker({ concurrency: 1, cancelGraceMs: 2_000 }).handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const next = await enqueue()
      await cancel(id)
      await flow(clock, 1_900, 100)
      expect((await job(id)).status).toBe('running')
      await flow(clock, 200, 100)
      expect((await job(id)).status).toBe('cancelled')
      await flow(clock, 60_000, 500)
      expect([held.contexts.length, node.health().running, (await job(next)).status]).toEqual([
        1,
        1,
        'pending',
      ])
      held.release('late')
      await flowUntil(clock, async () => (await job(next)).status === 'completed')
      expect((await job(id)).result?.output).toBeUndefined()
    }))

  it('reaches a node whose wake was lost, with the next heartbeat', () =>
    withTimedSystem(async ({ store, worker, enqueue, cancel, clock, job }) => {
      const deaf: Store['runs']['wait'] = (_, { signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve([]))
        })
      const runs = { ...store.runs, wait: deaf }
      const held = createHeldHandler({ obey: true })
      const node = worker({ store: { ...store, runs }, leaseMs: 3_000 }).handle('plain', held.handler)
      const id = await enqueue()
      await node.start()
      await held.begun(1)
      await cancel(id)
      expect(await flowUntil(clock, async () => (await job(id)).status === 'cancelled')).toBeLessThanOrEqual(
        1_050,
      )
    }))
})

it('really takes no time', () =>
  withSystem(async ({ worker, enqueue, cancel, ended }) => {
    const held = createHeldHandler({ obey: true })
    const node = worker().handle('plain', held.handler)
    await node.start()
    const id = await enqueue()
    await held.begun(1)
    const begun = Date.now()
    await cancel(id)
    await ended(id)
    expect(Date.now() - begun).toBeLessThan(2_500)
  }))
