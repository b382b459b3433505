import { createDeferred } from '@dureq/runtime'
import type { Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { withSystem, withTimedSystem } from './fixtures/system.ts'
import { flow } from './fixtures/turns.ts'

describe('concurrency', () => {
  it('of the node is never exceeded', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ids = await enqueueMany(200)
      let running = 0
      let most = 0
      const node = worker({ concurrency: 7 }).handle('plain', async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
        running--
      })
      await node.start()
      await ended(...ids)
      expect(most).toBe(7)
    }))

  it.each([
    ['an exact handler', 'order.paid'],
    ['a pattern', 'order.*'],
  ])('of %s is never exceeded, and does not hold up others', (_, name) =>
    withTimedSystem(async ({ worker, enqueueMany, clock }) => {
      const held = createHeldHandler()
      const seen: string[] = []
      await enqueueMany(30, { taskType: 'order.paid', priority: 10 })
      await enqueueMany(30, { taskType: 'other' })
      const node = worker({ concurrency: 8 })
        .handle(name, held.handler, { concurrency: 3 })
        .handle('other', (_, ctx) => void seen.push(ctx.jobId))
      await node.start()
      await flow(clock, 1_000)
      expect([held.running, held.mostRunning, seen.length]).toEqual([3, 3, 30])
      held.release()
      await flow(clock, 1_000)
      expect([held.contexts.length, held.mostRunning <= 3]).toEqual([30, true])
    }),
  )

  it('of a handler is used up again as soon as one of its slots is free', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ids = await enqueueMany(300, { taskType: 'narrow' })
      const others = await enqueueMany(300, { taskType: 'wide' })
      let running = 0
      let most = 0
      const node = worker({ concurrency: 50 })
        .handle(
          'narrow',
          async () => {
            most = Math.max(most, ++running)
            await new Promise((resolve) => setImmediate(resolve))
            running--
          },
          { concurrency: 2 },
        )
        .handle('wide', () => {})
      const begun = Date.now()
      await node.start()
      await ended(...ids, ...others)
      expect(most).toBe(2)
      // With a pause after every pair it would take minutes: nothing waits for a poll.
      expect(Date.now() - begun).toBeLessThan(20_000)
    }))

  it('is used up again as soon as the store has caught up with the outcomes', () =>
    withTimedSystem(async ({ worker, enqueueMany, store, clock }) => {
      const caughtUp = createDeferred<void>()
      const runs: Store['runs'] = {
        ...store.runs,
        settle: (key, outcomes) => caughtUp.promise.then(() => store.runs.settle(key, outcomes)),
      }
      let ran = 0
      await enqueueMany(20)
      const node = worker({ store: { ...store, runs }, concurrency: 1 }).handle('plain', () => void ran++)
      await node.start()
      await flow(clock, 100)
      expect(ran).toBe(7) // some outcomes may wait; more of them take the place of new work
      caughtUp.resolve()
      await flow(clock, 100)
      expect(ran).toBe(20)
    }))
})
