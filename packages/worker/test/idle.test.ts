import { type FaultPlan, withFaults } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { type TimedSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

/** The store of a system, counting the calls that reach it. */
function counted({ store, clock }: TimedSystem) {
  const calls: string[] = []
  const plan: FaultPlan = {
    next: (method) => {
      calls.push(method)
      return { kind: 'none' }
    },
  }
  return { store: withFaults(store, { plan, clock }), calls }
}

describe('a node with nothing to do', () => {
  it('costs fewer than two calls a second', () =>
    withTimedSystem(async (system) => {
      const { store, calls } = counted(system)
      const node = system.worker({ store }).handle('plain', () => {})
      await node.start()
      await flow(system.clock, 1_000, 50)
      calls.length = 0
      await flow(system.clock, 60_000, 100)
      expect(calls.length).toBeGreaterThan(0)
      expect(calls.length).toBeLessThan(120)
    }))

  it('costs no more while all its slots are busy and work is waiting', () =>
    withTimedSystem(async (system) => {
      const { store, calls } = counted(system)
      const held = createHeldHandler()
      await system.enqueueMany(50)
      const node = system.worker({ store, concurrency: 2 }).handle('plain', held.handler)
      await node.start()
      await held.begun(2)
      await flow(system.clock, 1_000, 50)
      calls.length = 0
      await flow(system.clock, 60_000, 100)
      expect(calls.length).toBeLessThan(120)
      held.release()
      await flowUntil(system.clock, () => held.contexts.length === 50, { mostMs: 1_000 })
    }))

  it('costs no more while one handler has no slot left and work for it is waiting', () =>
    withTimedSystem(async (system) => {
      const { store, calls } = counted(system)
      const held = createHeldHandler()
      await system.enqueueMany(50)
      const node = system.worker({ store }).handle('plain', held.handler, { concurrency: 1 })
      await node.start()
      await held.begun(1)
      await flow(system.clock, 1_000, 50)
      calls.length = 0
      await flow(system.clock, 60_000, 100)
      expect(calls.length).toBeLessThan(120)
      held.release()
      await flowUntil(system.clock, () => held.contexts.length === 50, { mostMs: 1_000 })
    }))
})

it('starts a delayed job when its time has come, not at the next poll', () =>
  withTimedSystem(async ({ worker, enqueue, clock, job }) => {
    let ranAt = 0
    const node = worker().handle('plain', () => {
      ranAt = clock.now()
    })
    await node.start()
    await flow(clock, 1_234)
    const due = clock.now() + 700
    const id = await enqueue({ delayMs: 700 })
    await flowUntil(clock, async () => (await job(id)).status === 'completed')
    expect(ranAt - due).toBeGreaterThanOrEqual(0)
    expect(ranAt - due).toBeLessThan(50)
  }))

it('wakes a node that was idle for one job', () =>
  withTimedSystem(async ({ worker, enqueue, clock, job }) => {
    const node = worker().handle('plain', () => {})
    await node.start()
    for (let i = 0; i < 20; i++) {
      await flow(clock, 3_000, 100)
      const id = await enqueue()
      await flowUntil(clock, async () => (await job(id)).status === 'completed', { mostMs: 50 })
    }
  }))
