import type { NodeInfo } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, addAll, advanceAll, claim, claimOne, requestOf } from '../fixtures/acts.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { allEvents } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'

const nodeEvents = { types: ['node.joined', 'node.left', 'node.crash_detected'] as const }

/** The `nodes` role. */
export function nodesSuite(contract: Contract): void {
  describe('nodes', () => {
    contract(
      'an announced node is listed as it announced itself, its heartbeat by the clock of the store',
      async (bench) => {
        const info: NodeInfo = {
          nodeId: 'n1',
          address: 'tcp://10.0.0.1:99',
          taskTypes: ['mail.*', 'report'],
          startedAt: 12_345,
          lastHeartbeat: 1,
          poolStats: {
            runningWorkers: 1,
            idleWorkers: 2,
            maxConcurrency: 3,
            totalSubmitted: 4,
            totalCompleted: 5,
            totalFailed: 6,
            queueLength: 7,
          },
          activeRunIds: ['a-1', 'b-2'],
          handlerVersions: { report: '7' },
        }
        expect(await say(bench, info)).toStrictEqual({ draining: false })
        expect(await bench.store.nodes.list()).toStrictEqual([{ ...info, lastHeartbeat: bench.clock.now() }])
        await bench.clock.advanceBy(1_000)
        const { activeRunIds: _, ...next } = info
        await say(bench, next)
        expect(await bench.store.nodes.list()).toStrictEqual([{ ...next, lastHeartbeat: bench.clock.now() }])
      },
    )

    contract('nodes are listed by id', async (bench) => {
      for (const nodeId of ['c', 'a', 'b']) await say(bench, plain(nodeId))
      expect((await bench.store.nodes.list()).map((node) => node.nodeId)).toStrictEqual(['a', 'b', 'c'])
    })

    contract(
      'the first announcement of a start joins, the later ones do not, a new start does',
      async (bench) => {
        const at = bench.clock.now()
        await say(bench, plain('n1', 1))
        await say(bench, plain('n1', 1))
        await say(bench, plain('n1', 2))
        expect(await allEvents(bench.store)).toStrictEqual([
          { type: 'node.joined', timestamp: at, nodeId: 'n1' },
          { type: 'node.joined', timestamp: at, nodeId: 'n1' },
        ])
      },
    )

    contract('leave takes a node off at once, once', async (bench) => {
      const at = bench.clock.now()
      await say(bench, plain('n1'))
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      await bench.store.nodes.leave(bench.calls.next(), 'n2')
      expect(await bench.store.nodes.list()).toStrictEqual([])
      expect(await allEvents(bench.store)).toStrictEqual([
        { type: 'node.joined', timestamp: at, nodeId: 'n1' },
        { type: 'node.left', timestamp: at, nodeId: 'n1' },
      ])
      await bench.clock.advanceBy(3_600_000)
      await advanceAll(bench)
      expect(await allEvents(bench.store)).toHaveLength(2)
    })

    contract('a node that stops announcing is not listed, and advance tells of it once', async (bench) => {
      const begin = bench.clock.now()
      await say(bench, plain('n1'), 10_000)
      await say(bench, plain('n2'), 60_000)
      await bench.clock.advanceBy(9_999)
      expect(await bench.store.nodes.list()).toHaveLength(2)
      await bench.clock.advanceBy(1)
      expect((await bench.store.nodes.list()).map((node) => node.nodeId)).toStrictEqual(['n2'])
      await advanceAll(bench)
      await advanceAll(bench)
      expect(await allEvents(bench.store, { types: ['node.crash_detected'] })).toStrictEqual([
        { type: 'node.crash_detected', timestamp: begin + 10_000, nodeId: 'n1' },
      ])
    })

    contract('every announcement counts anew', async (bench) => {
      await say(bench, plain('n1'), 10_000)
      await bench.clock.advanceBy(9_000)
      await say(bench, plain('n1'), 10_000)
      await bench.clock.advanceBy(9_000)
      await advanceAll(bench)
      expect(await bench.store.nodes.list()).toHaveLength(1)
      expect(await allEvents(bench.store)).toHaveLength(1)
    })

    contract('nextAt knows when an announcement expires', async (bench) => {
      const begin = bench.clock.now()
      await say(bench, plain('n1'), 10_000)
      expect((await bench.store.runs.advance(bench.calls.next(), 100)).nextAt).toBe(begin + 10_000)
    })

    contract(
      'a lease lost by an announced node tells of its crash, with its runs, once per start',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('*', { leaseMs: 5_000 })] })
        await addAll(bench, [{}, {}])
        const leases = await claim(bench)
        await bench.clock.advanceBy(5_000)
        const at = bench.clock.now()
        await advanceAll(bench)
        const told = await allEvents(bench.store, { types: ['node.crash_detected'] })
        expect(told).toStrictEqual([
          {
            type: 'node.crash_detected',
            timestamp: at,
            nodeId: 'n1',
            affectedRunIds: told[0]?.affectedRunIds,
          },
        ])
        expect(sorted(told[0]?.affectedRunIds ?? [])).toStrictEqual(
          sorted(leases.map((lease) => lease.runId)),
        )

        await claim(bench)
        await bench.clock.advanceBy(5_000)
        await advanceAll(bench)
        expect(await allEvents(bench.store, { types: ['node.crash_detected'] })).toHaveLength(1)

        await announce(bench, 'n1', { handlers: [handler('*', { leaseMs: 5_000 })], startedAt: 2 })
        await claim(bench)
        await bench.clock.advanceBy(5_000)
        await advanceAll(bench)
        expect(await allEvents(bench.store, { types: ['node.crash_detected'] })).toHaveLength(2)
      },
    )

    contract(
      'the crash of a node that lost its lease is not told again when its announcement expires',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('*', { leaseMs: 5_000 })], ttlMs: 20_000 })
        await add(bench)
        await claimOne(bench)
        await bench.clock.advanceBy(5_000)
        await advanceAll(bench)
        await bench.clock.advanceBy(15_000)
        await advanceAll(bench)
        expect(await bench.store.nodes.list()).toStrictEqual([])
        expect(await allEvents(bench.store, { types: ['node.crash_detected'] })).toHaveLength(1)
      },
    )

    contract('a run still claimed, or of a node that has left, tells of no crash', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('*', { leaseMs: 5_000 })] })
      await add(bench)
      await claimOne(bench, { start: false })
      await bench.clock.advanceBy(5_000)
      await advanceAll(bench)
      await claimOne(bench)
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      await bench.clock.advanceBy(5_000)
      await advanceAll(bench)
      const types = (await allEvents(bench.store, nodeEvents)).map((event) => event.type)
      expect(types).toStrictEqual(['node.joined', 'node.left'])
    })

    contract('drain sets and clears the flag of a live node', async (bench) => {
      const drain = (nodeId: string, draining: boolean) =>
        bench.store.nodes.drain(bench.calls.next(), nodeId, draining)
      expect(await drain('n1', true)).toBe(false)
      await say(bench, plain('n1'))
      expect(await drain('n1', true)).toBe(true)
      const [listed] = await bench.store.nodes.list()
      expect(listed?.draining).toBe(true)
      expect(await say(bench, plain('n1'))).toStrictEqual({ draining: true })
      expect(await drain('n1', false)).toBe(true)
      expect(await say(bench, plain('n1'))).toStrictEqual({ draining: false })
      const [after] = await bench.store.nodes.list()
      expect(after?.draining ?? false).toBe(false)
    })

    contract('leave forgets the drain flag', async (bench) => {
      await say(bench, plain('n1'))
      await bench.store.nodes.drain(bench.calls.next(), 'n1', true)
      await bench.store.nodes.leave(bench.calls.next(), 'n1')
      expect(await bench.store.nodes.drain(bench.calls.next(), 'n1', true)).toBe(false)
      expect(await say(bench, plain('n1'))).toStrictEqual({ draining: false })
    })

    contract('an expired node cannot be drained', async (bench) => {
      await say(bench, plain('n1'), 1_000)
      await bench.clock.advanceBy(1_000)
      expect(await bench.store.nodes.drain(bench.calls.next(), 'n1', true)).toBe(false)
    })

    contract(
      'a node may announce other handlers: from then on it is given what they can run',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('a')] })
        await addAll(bench, [{ taskType: 'a' }, { taskType: 'b' }])
        await announce(bench, 'n1', { handlers: [handler('b')] })
        expect((await claim(bench)).map((lease) => lease.taskType)).toStrictEqual(['b'])
      },
    )

    contract('the set of a node that comes back is known again', async (bench) => {
      await announce(bench, 'n1', { ttlMs: 1_000 })
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      await announce(bench, 'n1')
      const id = await add(bench)
      expect((await claimOne(bench)).jobId).toBe(id)
    })

    contract(
      'nodes with equal handlers share a set, whatever the order they state them in',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('a'), handler('b')] })
        await announce(bench, 'n2', { handlers: [handler('b'), handler('a')] })
        expect(bench.announced.get('n1')).toBe(bench.announced.get('n2'))
        await bench.store.nodes.leave(bench.calls.next(), 'n1')
        const request = await requestOf(bench, { nodeId: 'n2' })
        await add(bench, { taskType: 'a' })
        expect(await bench.store.runs.claim(bench.calls.next(), request)).toMatchObject({
          leases: [{ taskType: 'a' }],
        })
      },
    )
  })
}

function plain(nodeId: string, startedAt: number = 1): NodeInfo {
  return { nodeId, taskTypes: [], startedAt, lastHeartbeat: 0 }
}

function say(
  bench: TimedBench,
  info: NodeInfo,
  ttlMs: number = 30_000,
): Promise<{ readonly draining: boolean }> {
  return bench.store.nodes.announce(bench.calls.next(), info, undefined, ttlMs)
}
