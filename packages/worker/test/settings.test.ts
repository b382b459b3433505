import { createCaller } from '@dureq/runtime'
import { type DynamicConfig, defaultSettings, type Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { withSystem, withTimedSystem } from './fixtures/system.ts'
import { flowUntil } from './fixtures/turns.ts'

const caller = createCaller()

async function configure(store: Store, config: Partial<DynamicConfig>): Promise<void> {
  const { version } = await store.settings.get()
  const settings = { ...defaultSettings, ...config }
  expect(await caller.call((key) => store.settings.put(key, version, settings))).toBe('saved')
}

describe('settings', () => {
  it('of the store win over the options of a node from its start on', () =>
    withSystem(async (system) => {
      await configure(system.store, {
        nodes: { maxConcurrency: 2 },
        handlers: { plain: { maxAttempts: 7, timeoutMs: 60_000 } },
      })
      const handler = createHeldHandler()
      await system.worker({ concurrency: 50 }).handle('plain', handler.handler).start()
      await system.enqueueMany(5)
      await handler.begun(2)
      expect(handler.running).toBe(2)
      const [node] = await system.store.nodes.list()
      expect(node).toMatchObject({
        handlers: { plain: { maxAttempts: 7, timeoutMs: 60_000 } },
        poolStats: { maxConcurrency: 2 },
      })
      handler.release()
    }))

  it('change a node while it runs: it takes more, or no more than that', () =>
    withSystem(async (system) => {
      const handler = createHeldHandler()
      await system.worker({ concurrency: 1 }).handle('plain', handler.handler).start()
      const ids = await system.enqueueMany(9)
      await handler.begun(1)
      await configure(system.store, { nodes: { maxConcurrency: 4 } })
      await handler.begun(4)
      expect(handler.running).toBe(4)
      await configure(system.store, { nodes: { maxConcurrency: 6 }, handlers: { plain: { concurrency: 5 } } })
      await handler.begun(5)
      expect(handler.running).toBe(5)
      handler.release()
      await system.ended(...ids)
      expect(handler.mostRunning).toBe(5)
    }))

  it('say how often jobs without a policy are tried, within two seconds', () =>
    withTimedSystem(async ({ worker, store, clock, enqueue, job }) => {
      const tries: number[] = []
      const failing = worker().handle('plain', (_, ctx) => {
        tries.push(ctx.maxAttempts)
        throw new Error('no')
      })
      await failing.start()
      await configure(store, { handlers: { plain: { maxAttempts: 1 } } })
      const announced = async (): Promise<boolean> => {
        const [node] = await store.nodes.list()
        return node?.handlers?.['plain']?.maxAttempts === 1
      }
      expect(await flowUntil(clock, announced)).toBeLessThan(2_000)
      const id = await enqueue({ retryPolicy: undefined as never })
      await flowUntil(clock, async () => (await job(id)).status === 'dead')
      expect(tries).toEqual([1])
    }))
})
