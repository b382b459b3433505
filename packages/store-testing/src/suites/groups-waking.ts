import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { claimOne, requestOf, settle } from '../fixtures/acts.ts'
import { append, appendOf, batchQueue, beginBatch, createBatch, enqueueItems } from '../fixtures/batches.ts'
import { collect, collected, flushOf, fullGroup, groupQueue } from '../fixtures/groups.ts'
import { announce } from '../fixtures/handlers.ts'
import { commit, committed, create, receive, receiveOne } from '../fixtures/instances.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { advanceUntilMoved, asleep, nudged, until, untilMail } from '../fixtures/waiting.ts'

/** What lies ready before an engine goes to sleep, and what then brings mail. */
type Act = (bench: Bench) => Promise<() => Promise<unknown>>

/** `runs.wait` for the mail of groups and batches; in real time. */
export function groupsWakingSuite(contract: Contract): void {
  const acts: Readonly<Record<string, Act>> = {
    'a group that is full': async (bench) => () => fullGroup(bench),
    'a group whose time is over': async (bench) => async () => {
      await collect(bench, [collected({}, { gracePeriodMs: 20 })])
      await advanceUntilMoved(bench)
    },
    'a commit that puts a group into its queue': async (bench) => {
      const setting = { key: 'other', maxSize: 1 }
      await collect(bench, [collected({}, setting)])
      const { head } = await receiveOne(bench, { queues: ['group:other'], nodeId: 'e9' })
      return () => committed(bench, head, { queue: 'group:' })
    },
  }

  describe('runs.wait for the mail of groups', () => {
    for (const [name, prepare] of Object.entries(acts)) {
      contract.inRealTime(`${name} wakes an engine that sleeps`, async (bench) => {
        const act = await prepare(bench)
        const waiting = untilMail(bench, await asleep(bench, 'e1', groupQueue.queues))
        await act()
        expect(await waiting).toBe(true)
        expect(await receive(bench, groupQueue)).toHaveLength(1)
      })

      contract.inRealTime(`${name} is told also when it comes before the wait`, async (bench) => {
        const act = await prepare(bench)
        const engine = await asleep(bench, 'e1', groupQueue.queues)
        await act()
        expect(await untilMail(bench, engine)).toBe(true)
      })
    }

    contract.inRealTime('an engine that waits for several queues is told of each', async (bench) => {
      const queues = ['group:a', 'group:b\nsend', 'batch'] as const
      for (const key of ['a', 'b\nsend']) {
        const waiting = untilMail(bench, await asleep(bench, 'e1', queues))
        await collect(bench, [collected({}, { key, maxSize: 1 })])
        expect(await waiting).toBe(true)
        expect(await receive(bench, { queues })).toHaveLength(1)
      }
    })

    contract.inRealTime('groups of every partition wake', async (bench) => {
      for (let i = 0; i < 6; i++) {
        const waiting = untilMail(bench, await asleep(bench, 'e1', groupQueue.queues))
        await fullGroup(bench, 1, { group: `g${i}` })
        expect(await waiting).toBe(true)
        expect(await receive(bench, groupQueue)).toHaveLength(1)
      }
    })

    const others: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
      'a message that does not cut its group': (bench) => collect(bench, [collected()]),
      'a group of another setting': (bench) => collect(bench, [collected({}, { key: 'other', maxSize: 1 })]),
      'a workflow': (bench) => create(bench),
      'a batch': (bench) => createBatch(bench, 1),
    }
    for (const [name, act] of Object.entries(others)) {
      contract.inRealTime(`${name} does not wake an engine of groups`, async (bench) => {
        await announce(bench, 'e1')
        const engine = await asleep(bench, 'e1', groupQueue.queues)
        await act(bench)
        expect(await nudged(bench, engine)).toStrictEqual([])
      })
    }

    contract.inRealTime('the time of a new group is told to a node that would look later', async (bench) => {
      const { handlerSet } = await requestOf(bench, { nodeId: 'n1' })
      await bench.store.runs.claim(bench.calls.next(), { nodeId: 'n1', handlerSet, limit: 1, start: true })
      const waiting = until(bench, { nodeId: 'n1', handlerSet }, 'due')
      await collect(bench, [collected({}, { gracePeriodMs: 1_000 })])
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('the job made of a group wakes a node that can run it', async (bench) => {
      const head = await fullGroup(bench)
      const { handlerSet } = await requestOf(bench, { nodeId: 'n1' })
      await bench.store.runs.claim(bench.calls.next(), { nodeId: 'n1', handlerSet, limit: 1, start: true })
      const waiting = until(bench, { nodeId: 'n1', handlerSet }, 'work')
      expect(await commit(bench, flushOf(head).order)).toBe('committed')
      expect(await waiting).toBe(true)
    })
  })

  describe('runs.wait for the mail of batches', () => {
    const batchActs: Readonly<Record<string, Act>> = {
      'a new batch': async (bench) => () => createBatch(bench, 1),
      'the last piece': async (bench) => {
        const { id } = await beginBatch(bench, 1, { open: true })
        return () => append(bench, appendOf(id, [1, 1], { last: true }))
      },
      'a piece that is to be told': async (bench) => {
        const { id } = await beginBatch(bench, 1, { open: true })
        return () => append(bench, appendOf(id, [1, 1], { tell: true }))
      },
      'the end of an item': async (bench) => {
        await enqueueItems(bench, await beginBatch(bench, 1), [{}])
        const lease = await claimOne(bench)
        return () => settle(bench, succeeded(lease))
      },
    }
    for (const [name, prepare] of Object.entries(batchActs)) {
      contract.inRealTime(`${name} wakes an engine that sleeps`, async (bench) => {
        const act = await prepare(bench)
        const waiting = untilMail(bench, await asleep(bench, 'e1', batchQueue.queues))
        await act()
        expect(await waiting).toBe(true)
        expect(await receive(bench, batchQueue)).toHaveLength(1)
      })

      contract.inRealTime(`${name} does not wake an engine of workflows`, async (bench) => {
        const act = await prepare(bench)
        await announce(bench, 'e1')
        const engine = await asleep(bench, 'e1')
        await act()
        expect(await nudged(bench, engine)).toStrictEqual([])
      })
    }

    contract.inRealTime('a piece that is not told wakes nobody', async (bench) => {
      const { id } = await beginBatch(bench, 1, { open: true })
      await announce(bench, 'e1')
      const engine = await asleep(bench, 'e1', batchQueue.queues)
      await append(bench, appendOf(id, [1, 1]))
      expect(await nudged(bench, engine)).toStrictEqual([])
    })
  })
}
