import { createFaultList, type FaultPlan, withFaults } from '@dureq/store-testing'
import { LockNotHeldError, type Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createHeldHandler } from './fixtures/held-handler.ts'
import { policy, type TimedSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

/** A store that a node can be cut off from: as if its process had been killed, or its network. */
function cuttable({ store, clock }: TimedSystem): { readonly store: Store; cut(): void; mend(): void } {
  let isCut = false
  const plan: FaultPlan = { next: () => ({ kind: isCut ? 'refused' : 'none' }) }
  return {
    store: withFaults(store, { plan, clock }),
    cut: () => void (isCut = true),
    mend: () => void (isCut = false),
  }
}

describe('a node that vanishes', () => {
  it('loses its jobs to others within a second after their leases have expired; the attempt counts', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock, job, runs, eventTypes } = system
      const line = cuttable(system)
      const held = createHeldHandler()
      const first = worker({ store: line.store, nodeId: 'first', leaseMs: 10_000 }).handle(
        'plain',
        held.handler,
      )
      await first.start()
      const id = await enqueue()
      await held.begun(1)
      line.cut()

      let ran = 0
      const second = worker({ nodeId: 'second' }).handle('plain', (_, ctx) => {
        expect(ctx.attempt).toBe(2)
        ran++
      })
      await second.start()
      const took = await flowUntil(clock, async () => (await job(id)).status === 'completed')
      expect([took >= 9_900, took <= 11_000]).toEqual([true, true])
      await flow(clock, 360_000, 1_000)
      expect(ran).toBe(1)
      expect((await runs(id)).map((run) => [run.nodeId, run.status, run.error])).toEqual([
        ['first', 'failed', 'node first crashed or became unresponsive'],
        ['second', 'succeeded', undefined],
      ])
      expect(await eventTypes(id)).toContain('job.auto_recovered')
      expect(await job(id)).toMatchObject({ attempt: 2 })
    }))

  it('is told, when it is back, that its leases are lost; what it did does not count', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock, job } = system
      const line = cuttable(system)
      const held = createHeldHandler()
      const first = worker({ store: line.store, leaseMs: 2_000 }).handle('plain', held.handler)
      await first.start()
      const id = await enqueue()
      await held.begun(1)
      line.cut()
      const second = worker().handle('plain', () => 'second')
      await second.start()
      await flowUntil(clock, async () => (await job(id)).status === 'completed')
      line.mend()
      await flow(clock, 2_000)
      expect(LockNotHeldError.is(held.contexts[0]?.signal.reason)).toBe(true)
      expect(first.health()).toMatchObject({ status: 'running', running: 1 })
      held.release('first')
      await flow(clock, 100)
      expect((await job(id)).result?.output).toBe('"second"')
      expect(first.health().running).toBe(0)
    }))

  it('cannot run a job for ever that kills every node: it is dead after its attempts', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock, job, runs } = system
      const id = await enqueue({ retryPolicy: policy({ maxAttempts: 3 }) })
      for (let n = 0; n < 3; n++) {
        const line = cuttable(system)
        const held = createHeldHandler()
        const node = worker({ store: line.store, leaseMs: 2_000 }).handle('plain', held.handler)
        await node.start()
        await flowUntil(clock, () => held.contexts.length === 1)
        line.cut()
      }
      const other = worker().handle('other', () => {})
      await other.start()
      await flowUntil(clock, async () => (await job(id)).status === 'dead')
      expect((await runs(id)).map((run) => run.status)).toEqual(['failed', 'failed', 'failed'])
    }))
})

describe('an outage of the store', () => {
  it('lets running jobs go on; their outcomes arrive when it is over, and new work is taken', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock, job } = system
      const line = cuttable(system)
      const held = createHeldHandler()
      const node = worker({ store: line.store }).handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      line.cut()
      await flow(clock, 6_000, 50)
      expect(node.health()).toMatchObject({ status: 'disconnected', running: 1 })
      expect(node.health().lastError?.message).toContain('store unavailable')
      held.release('done')
      await flow(clock, 10_000, 50)
      const next = await enqueue()
      expect(node.health()).toMatchObject({ running: 0, unsettled: 1 })
      line.mend()
      const completed = async (each: string): Promise<boolean> => (await job(each)).status === 'completed'
      await flowUntil(clock, async () => (await completed(id)) && (await completed(next)), { mostMs: 1_000 })
      expect(await job(id)).toMatchObject({ status: 'completed', attempt: 1, result: { output: '"done"' } })
      expect(node.health().status).toBe('running')
    }))

  it('longer than a lease can last makes the node give the outcome up, and say so', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock, logger } = system
      const line = cuttable(system)
      const held = createHeldHandler()
      const node = worker({ store: line.store, leaseMs: 5_000 }).handle('plain', held.handler)
      await node.start()
      const id = await enqueue()
      await held.begun(1)
      line.cut()
      held.release()
      await flow(clock, 9_000, 50)
      expect(node.health().unsettled).toBe(1)
      await flow(clock, 3_000, 50)
      expect(node.health().unsettled).toBe(0)
      const dropped = logger.lines.filter((each) => each.level === 'error')
      expect(dropped.map((each) => each.fields.firingId)).toEqual([id])
      line.mend()
    }))

  it('does not keep a node from stopping', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueue, clock } = system
      const line = cuttable(system)
      const held = createHeldHandler()
      const node = worker({ store: line.store }).handle('plain', held.handler)
      await node.start()
      await enqueue()
      await held.begun(1)
      line.cut()
      const begun = clock.now()
      let report: unknown
      void node.stop({ timeoutMs: 1_000 }).then((given) => {
        report = given
      })
      await flowUntil(clock, () => report !== undefined)
      expect(clock.now() - begun).toBeLessThanOrEqual(11_500)
      expect(report).toEqual({ finished: 0, handedBack: 0, abandoned: 1 })
      held.release()
    }))
})

describe('a reply that is lost', () => {
  const lost = { kind: 'lost' } as const

  it.each([
    ['a claim', 'runs.claim'],
    ['a settle', 'runs.settle'],
  ])('of %s changes nothing: each job runs once and is settled once', (_, method) =>
    withTimedSystem(async ({ store, clock, worker, enqueueMany, job, runs, logger }) => {
      const plan = createFaultList([lost, lost, { kind: 'repeated' }, lost], [method])
      const ids = await enqueueMany(5)
      const completed: string[] = []
      const seen: string[] = []
      const node = worker({ store: withFaults(store, { plan, clock }) })
        .handle('plain', (_, ctx) => void seen.push(ctx.jobId))
        .hook('onJobCompleted', (event) => void completed.push(event.jobId ?? ''))
      await node.start()
      await flowUntil(clock, () => completed.length === 5, { mostMs: 10_000 })
      await flow(clock, 60_000, 500)
      expect([seen.toSorted(), completed.toSorted()]).toEqual([ids, ids])
      for (const id of ids) {
        expect((await job(id)).status).toBe('completed')
        expect(await runs(id)).toHaveLength(1)
      }
      expect(logger.lines.filter((line) => line.level === 'error')).toEqual([])
    }),
  )
})

it('announces itself again to a store that has forgotten it', () =>
  withTimedSystem(async ({ store, worker, enqueue, clock, job }) => {
    const node = worker({ nodeId: 'me' }).handle('plain', () => {})
    await node.start()
    await flow(clock, 100)
    // As if it had not been heard of for too long.
    await store.nodes.leave({ caller: 'operator', lane: 0, number: 1 }, 'me')
    const id = await enqueue()
    await flowUntil(clock, async () => (await job(id)).status === 'completed', { mostMs: 6_000 })
    await flow(clock, 6_000, 100)
    expect((await store.nodes.list()).map((info) => info.nodeId)).toEqual(['me'])
  }))
