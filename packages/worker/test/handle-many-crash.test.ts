import { createFaultList, type FaultPlan, withFaults } from '@dureq/store-testing'
import type { GroupedJob, Store } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { type TimedSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

type Jobs = readonly GroupedJob<unknown>[]

const nothing = (jobs: Jobs): undefined[] => jobs.map(() => undefined)

/** A store that a node can be cut off from: as if its process had been killed. */
function cuttable({ store, clock }: TimedSystem): { readonly store: Store; cut(): void; mend(): void } {
  let isCut = false
  const plan: FaultPlan = { next: () => ({ kind: isCut ? 'refused' : 'none' }) }
  return {
    store: withFaults(store, { plan, clock }),
    cut: () => void (isCut = true),
    mend: () => void (isCut = false),
  }
}

describe('a node that vanishes with a handler of many', () => {
  it('while it gathers, costs its jobs no attempt', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueueMany, clock, job, runs } = system
      const line = cuttable(system)
      const options = { maxSize: 9, maxWaitMs: 4_000 }
      const first = worker({ store: line.store, nodeId: 'first', leaseMs: 10_000 })
      first.handleMany('plain', options, nothing)
      await first.start()
      const ids = await enqueueMany(3)
      await flow(clock, 200)
      for (const id of ids) expect((await job(id)).status).toBe('running')
      line.cut()

      const attempts: number[] = []
      const second = worker({ nodeId: 'second' }).handleMany('plain', { maxSize: 9 }, (jobs) => {
        attempts.push(...jobs.map((each) => each.attempt))
        return nothing(jobs)
      })
      await second.start()
      await flowUntil(clock, async () => (await job(ids[0] as string)).status === 'completed')
      expect(attempts).toEqual([1, 1, 1])
      for (const id of ids) {
        expect((await runs(id)).map((run) => [run.nodeId, run.status])).toEqual([['second', 'succeeded']])
      }
    }))

  it('while its handler runs, costs each of its jobs one', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueueMany, clock, job, runs } = system
      const line = cuttable(system)
      let begun = 0
      const first = worker({ store: line.store, nodeId: 'first', leaseMs: 2_000 })
      first.handleMany('plain', { maxSize: 9, maxWaitMs: 50 }, (jobs) => {
        begun += jobs.length
        return new Promise(() => {})
      })
      await first.start()
      const ids = await enqueueMany(3)
      await flow(clock, 200)
      expect(begun).toBe(3)
      line.cut()

      const attempts: number[] = []
      const second = worker({ nodeId: 'second' }).handleMany('plain', { maxSize: 9 }, (jobs) => {
        attempts.push(...jobs.map((each) => each.attempt))
        return nothing(jobs)
      })
      await second.start()
      await flowUntil(clock, async () => (await job(ids[2] as string)).status === 'completed')
      expect(attempts).toEqual([2, 2, 2])
      for (const id of ids) {
        expect((await runs(id)).map((run) => run.status)).toEqual(['failed', 'succeeded'])
      }
    }))

  it('is told that its leases are lost: gathered jobs leave the group, running ones abort', () =>
    withTimedSystem(async (system) => {
      const { worker, enqueueMany, clock, job } = system
      const line = cuttable(system)
      let seen: Jobs = []
      let calls = 0
      const first = worker({ store: line.store, nodeId: 'first', leaseMs: 2_000 })
        .handleMany('gathers', { maxSize: 9, maxWaitMs: 60_000, heartbeatTimeout: '2m' }, (jobs) => {
          calls++
          return nothing(jobs)
        })
        .handleMany('plain', { maxSize: 9 }, (jobs) => {
          seen = jobs
          return new Promise(() => {})
        })
      await first.start()
      const gathered = await enqueueMany(2, { taskType: 'gathers', heartbeatTimeoutMs: 2_000 })
      const running = await enqueueMany(2)
      await flow(clock, 200)
      expect(seen).toHaveLength(2)
      line.cut()
      const second = worker({ nodeId: 'second' })
        .handleMany('gathers', { maxSize: 9 }, nothing)
        .handleMany('plain', { maxSize: 9 }, nothing)
      await second.start()
      const all = [...gathered, ...running]
      const isDone = async (id: string): Promise<boolean> => (await job(id)).status === 'completed'
      await flowUntil(clock, async () => (await Promise.all(all.map(isDone))).every(Boolean))
      line.mend()
      await flow(clock, 70_000, 200)
      expect(seen.map(({ signal }) => signal.aborted)).toEqual([true, true])
      expect(calls).toBe(0)
    }))
})

describe('a reply that is lost', () => {
  const lost = { kind: 'lost' } as const

  it.each([
    ['a claim', 'runs.claim'],
    ['a settle', 'runs.settle'],
  ])('of %s changes nothing for a handler of many: each job runs once and is settled once', (_, method) =>
    withTimedSystem(async ({ store, clock, worker, enqueueMany, job, runs }) => {
      const plan = createFaultList([lost, lost, { kind: 'repeated' }, lost], [method])
      const ids = await enqueueMany(30)
      const seen: string[] = []
      const node = worker({ store: withFaults(store, { plan, clock }), concurrency: 2 })
      node.handleMany('plain', { maxSize: 7 }, (jobs) => {
        seen.push(...jobs.map((each) => each.jobId))
        return nothing(jobs)
      })
      await node.start()
      await flow(clock, 10_000, 50)
      expect(seen.toSorted()).toEqual([...ids].toSorted())
      for (const id of ids) {
        expect((await job(id)).status).toBe('completed')
        expect(await runs(id)).toHaveLength(1)
      }
    }),
  )
})
