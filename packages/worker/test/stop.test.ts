import { ServerStoppedError } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil, turn } from './fixtures/turns.ts'

describe('stop', () => {
  it('takes no new work and lets running handlers end', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, store }) => {
      const held = createHeldHandler()
      const node = worker({ concurrency: 1 }).handle('plain', held.handler)
      await node.start()
      const running = await enqueue()
      const waiting = await enqueue()
      await held.begun(1)
      const stopped = node.stop()
      await flow(clock, 10_000, 100)
      expect([node.health().status, (await store.nodes.list()).length]).toEqual(['stopping', 1])
      held.release('done')
      expect(await stopped).toEqual({ finished: 1, handedBack: 0, abandoned: 0 })
      expect([(await job(running)).status, (await job(waiting)).status]).toEqual(['completed', 'pending'])
      expect(await store.nodes.list()).toEqual([])
    }))

  it('hands back what does not end in time, after a grace period, without using up an attempt', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, runs }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const stopped = node.stop({ timeoutMs: 1_000 })
      await flow(clock, 900, 50)
      expect(held.contexts[0]?.signal.aborted).toBe(false)
      await flow(clock, 200, 50)
      expect(ServerStoppedError.is(held.contexts[0]?.signal.reason)).toBe(true)
      expect(await stopped).toEqual({ finished: 0, handedBack: 1, abandoned: 0 })
      expect(await job(id)).toMatchObject({ status: 'pending', attempt: 0 })

      let ran = 0
      const second = worker().handle('plain', (_, ctx) => {
        expect(ctx.attempt).toBe(1)
        ran++
      })
      await second.start()
      await flow(clock, 60_000, 500)
      expect([ran, (await job(id)).status]).toEqual([1, 'completed'])
      expect((await runs(id)).map((run) => [run.status, run.attempt])).toEqual([
        ['cancelled', 1],
        ['succeeded', 1],
      ])
    }))

  it('counts what a handler brings to an end within the grace period', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job }) => {
      const held = createHeldHandler()
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const stopped = node.stop({ timeoutMs: 0 })
      await flow(clock, 4_000, 100)
      held.release('done')
      expect(await stopped).toEqual({ finished: 1, handedBack: 0, abandoned: 0 })
      expect((await job(id)).status).toBe('completed')
    }))

  it('abandons handlers that do not listen: their jobs run elsewhere, their results are refused', () =>
    withTimedSystem(async ({ worker, enqueue, clock, job, runs }) => {
      const held = createHeldHandler()
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const stopped = node.stop({ timeoutMs: 0 })
      await flow(clock, 5_100, 100)
      expect(await stopped).toEqual({ finished: 0, handedBack: 0, abandoned: 1 })
      const second = worker().handle('plain', () => 'second')
      await second.start()
      await flowUntil(clock, async () => (await job(id)).status === 'completed')
      held.release('first')
      await flow(clock, 1_000, 100)
      expect((await job(id)).result?.output).toBe('"second"')
      expect(await runs(id)).toHaveLength(2)
    }))

  it('hurries when its signal aborts', () =>
    withTimedSystem(async ({ worker, enqueue, job }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const controller = new AbortController()
      const stopped = node.stop({ signal: controller.signal })
      await turn()
      controller.abort()
      expect(await stopped).toEqual({ finished: 0, handedBack: 1, abandoned: 0 })
      expect((await job(id)).status).toBe('pending')
    }))

  it('ends a job that was asked to be cancelled cancelled, also by handing it back', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker().handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const stopped = node.stop({ timeoutMs: 0 })
      await cancel(id, 'enough')
      await flow(clock, 100)
      await stopped
      expect(await job(id)).toMatchObject({ status: 'cancelled', result: { error: 'enough' } })
    }))

  it('keeps leases alive and hears cancels while it waits', () =>
    withTimedSystem(async ({ worker, enqueue, cancel, clock, job }) => {
      const held = createHeldHandler({ obey: true })
      const node = worker({ leaseMs: 3_000 }).handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      const stopped = node.stop({ timeoutMs: 60_000 })
      await flow(clock, 20_000, 100)
      expect((await job(id)).status).toBe('running')
      await cancel(id)
      await flow(clock, 100)
      expect(await stopped).toMatchObject({ finished: 1 })
      expect((await job(id)).status).toBe('cancelled')
    }))
})

describe('draining', () => {
  it('takes no new work, goes on with what runs, and takes work again afterwards', () =>
    withTimedSystem(async ({ store, worker, enqueue, clock, job }) => {
      const held = createHeldHandler()
      const node = worker({ nodeId: 'me' }).handle('plain', held.handler)
      await node.start()
      const running = await enqueue()
      await held.begun(1)
      const key = { caller: 'operator', lane: 0 }
      expect(await store.nodes.drain({ ...key, number: 1 }, 'me', true)).toBe(true)
      await flow(clock, 50)
      expect(node.health().status).toBe('draining')
      const waiting = await enqueue()
      held.release()
      await flow(clock, 30_000, 200)
      expect([(await job(running)).status, (await job(waiting)).status]).toEqual(['completed', 'pending'])
      await store.nodes.drain({ ...key, number: 2 }, 'me', false)
      await flowUntil(clock, async () => (await job(waiting)).status === 'completed', { mostMs: 1_000 })
      expect(node.health().status).toBe('running')
    }))

  it('leaves new work to other nodes at once', () =>
    withTimedSystem(async ({ store, worker, enqueue, clock, job }) => {
      const seen: string[] = []
      const nodes = ['a', 'b'].map((nodeId) =>
        worker({ nodeId }).handle('plain', (_, ctx) => void seen.push(ctx.nodeId)),
      )
      for (const node of nodes) await node.start()
      await flow(clock, 100)
      await store.nodes.drain({ caller: 'operator', lane: 0, number: 1 }, 'a', true)
      await flow(clock, 100)
      for (let i = 0; i < 10; i++) {
        const id = await enqueue()
        await flowUntil(clock, async () => (await job(id)).status === 'completed', { mostMs: 200 })
      }
      expect(seen).toEqual(Array(10).fill('b'))
    }))
})
