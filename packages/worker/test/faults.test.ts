import { createRandomFaults, createSeededRandom, type FaultPlan, withFaults } from '@dureq/store-testing'
import { describe, expect, it } from 'vitest'
import { withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

const rates = { refused: 0.1, lost: 0.1, repeated: 0.1, delayed: 0.1, maxDelayMs: 300 }

describe('over a bad network', () => {
  it.each([1, 2, 3, 4, 5])('every job runs exactly as often as it should (seed %i)', (seed) =>
    withTimedSystem(async ({ store, clock, worker, enqueueMany, job, runs }) => {
      const drawn = createRandomFaults(createSeededRandom(seed), rates)
      let bad = false
      const plan: FaultPlan = { next: (method) => (bad ? drawn.next(method) : { kind: 'none' }) }
      const executions = new Map<string, number>()
      const nodes = [1, 2, 3].map((n) =>
        worker({
          store: withFaults(store, { plan, clock }),
          nodeId: `node-${n}`,
          concurrency: 4,
          random: createSeededRandom(seed * 10 + n),
        }).handle('plain', async (payload, ctx) => {
          executions.set(ctx.jobId, (executions.get(ctx.jobId) ?? 0) + 1)
          await clock.sleep(20)
          if (payload === 'fails once' && ctx.attempt === 1) throw new Error('no')
        }),
      )
      for (const node of nodes) await node.start()
      bad = true
      const good = await enqueueMany(60, { payload: '"good"' })
      const failing = await enqueueMany(30, { payload: '"fails once"' })
      const left = new Set([...good, ...failing])
      await flowUntil(clock, async () => {
        for (const id of left) if ((await job(id)).status === 'completed') left.delete(id)
        return left.size === 0
      })
      await flow(clock, 60_000, 500)
      for (const id of good) expect([executions.get(id), (await runs(id)).length]).toEqual([1, 1])
      for (const id of failing) expect([executions.get(id), (await runs(id)).length]).toEqual([2, 2])
      bad = false
      for (const node of nodes) expect(node.health()).toMatchObject({ running: 0, unsettled: 0 })
    }),
  )
})
