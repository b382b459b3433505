import { defaultSettings, type LeasedRun, type WaitRequest, type WakeReason } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { add, claim, claimOne, obey, requestOf, settle } from '../fixtures/acts.ts'
import { announce, handler } from '../fixtures/handlers.ts'
import { cancelled, failed, paused, ref, repeated } from '../fixtures/outcomes.ts'

/** Longer than any wake takes, shorter than a test may. */
const PATIENCE_MS = 4_000

/** `runs.wait`, in real time; a wait that should not end is ended by a drain, which comes after what must not come. */
export function wakingSuite(contract: Contract): void {
  describe('runs.wait for work', () => {
    contract.inRealTime('a job that comes after an empty claim wakes the node', async (bench) => {
      const waiting = wait(bench, await asleep(bench, 'n1'))
      await add(bench)
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('also one that came between the claim and the wait', async (bench) => {
      const node = await asleep(bench, 'n1')
      await add(bench)
      expect(await wait(bench, node)).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('also one that comes from another handle', async (bench) => {
      const waiting = wait(bench, await asleep(bench, 'n1'))
      const draft = bench.draft()
      await (await bench.other()).jobs.enqueue(bench.calls.lane(9).next(), [draft])
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('a claim that found less than it asked for sleeps too', async (bench) => {
      await add(bench)
      expect(await claim(bench, { limit: 2 })).toHaveLength(1)
      const waiting = wait(bench, await requestOf(bench))
      await add(bench)
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('a claim ahead that finds nothing leaves a node asleep that was', async (bench) => {
      const node = await asleep(bench, 'n1')
      expect(await claim(bench, { start: false })).toHaveLength(0)
      const waiting = wait(bench, node)
      await add(bench)
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('a job the node cannot run does not wake it', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('a', { version: '1' })] })
      const node = await asleep(bench, 'n1')
      await add(bench, { taskType: 'b' })
      await add(bench, { taskType: 'a', version: '2' })
      expect(await nudged(bench, node)).toStrictEqual([])
      const waiting = wait(bench, node)
      await add(bench, { taskType: 'a' })
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('one job wakes one of two sleeping nodes', async (bench) => {
      const nodes = [await asleep(bench, 'n1'), await asleep(bench, 'n2')] as const
      const waiting = nodes.map((node) => wait(bench, node))
      await add(bench)
      const first = await Promise.race(waiting.map(async (each, i) => ({ i, reasons: await each })))
      expect(first.reasons).toStrictEqual([{ kind: 'work' }])
      const sleeper = nodes[1 - first.i] as WaitRequest
      await bench.store.nodes.drain(bench.calls.next(), sleeper.nodeId, true)
      expect(await waiting[1 - first.i]).toStrictEqual([{ kind: 'drain', draining: true }])
    })

    contract.inRealTime('two jobs wake two nodes', async (bench) => {
      const waiting = [wait(bench, await asleep(bench, 'n1')), wait(bench, await asleep(bench, 'n2'))]
      await add(bench)
      await add(bench)
      expect(await Promise.all(waiting)).toStrictEqual([[{ kind: 'work' }], [{ kind: 'work' }]])
    })

    contract.inRealTime('a node that can run it is woken, whoever else sleeps', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('a')] })
      await announce(bench, 'n2', { handlers: [handler('b')] })
      await asleep(bench, 'n1')
      const waiting = wait(bench, await asleep(bench, 'n2'))
      await add(bench, { taskType: 'b' })
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    contract.inRealTime('a type that is seen for the first time wakes who can run it', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('new.*')] })
      const waiting = wait(bench, await asleep(bench, 'n1'))
      await add(bench, { taskType: 'new.type' })
      expect(await waiting).toStrictEqual([{ kind: 'work' }])
    })

    const acts: Readonly<Record<string, (bench: Bench, lease: LeasedRun) => Promise<unknown>>> = {
      'a hand-back': (bench, lease) => bench.store.runs.release(bench.calls.next(), [ref(lease)]),
      'a retry without delay': (bench, lease) => settle(bench, failed(lease, 0)),
      'a repeat': (bench, lease) => settle(bench, repeated(lease)),
      'a resume': async (bench, lease) => {
        await settle(bench, paused(lease))
        await obey(bench, { verb: 'resume', id: lease.jobId })
      },
      'the retry of an ended job': async (bench, lease) => {
        await settle(bench, cancelled(lease))
        await obey(bench, { verb: 'retry', id: lease.jobId })
      },
      'the reclaim of a lost lease': async (bench, lease) => {
        await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1 }])
        await advanceUntilMoved(bench)
      },
      'a job whose time has come': async (bench) => {
        await add(bench, { delayMs: 1 })
        await advanceUntilMoved(bench)
      },
    }
    for (const [name, act] of Object.entries(acts)) {
      contract.inRealTime(`${name} makes work claimable, so it wakes`, async (bench) => {
        await add(bench)
        const lease = await claimOne(bench, { nodeId: 'holder', limit: 1 })
        const node = await asleep(bench, 'n1')
        await act(bench, lease)
        expect(await untilWork(bench, node)).toBe(true)
      })
    }

    contract.inRealTime('a node that waits without a handler set is not told of work', async (bench) => {
      const { nodeId } = await asleep(bench, 'n1')
      await bench.store.nodes.leave(bench.calls.next(), nodeId)
      await announce(bench, nodeId)
      await add(bench)
      expect(await nudged(bench, { nodeId })).toStrictEqual([])
    })
  })

  describe('runs.wait for orders', () => {
    for (const reason of [undefined, 'enough: "é"\n']) {
      contract.inRealTime(
        `the holder is told of a cancel ${reason ? 'with' : 'without'} a reason`,
        async (bench) => {
          const id = await add(bench)
          const lease = await claimOne(bench, { limit: 1 })
          const why = reason === undefined ? {} : { reason }
          const waiting = wait(bench, await requestOf(bench))
          await obey(bench, { verb: 'cancel', id, ...why })
          expect(await waiting).toStrictEqual([{ kind: 'cancel', ...ref(lease), ...why }])
        },
      )
    }

    contract.inRealTime('a cancel is told to the holder only, and kept until it waits', async (bench) => {
      const id = await add(bench)
      const lease = await claimOne(bench, { limit: 1 })
      await announce(bench, 'n2')
      await obey(bench, { verb: 'cancel', id, reason: 'r' })
      expect(await nudged(bench, await requestOf(bench, { nodeId: 'n2' }))).toStrictEqual([])
      expect(await wait(bench, await requestOf(bench))).toStrictEqual([
        { kind: 'cancel', ...ref(lease), reason: 'r' },
      ])
    })

    contract.inRealTime('all reasons known by then come together', async (bench) => {
      const ids = [await add(bench), await add(bench)]
      const leases = await claim(bench, { limit: 2 })
      for (const id of ids) await obey(bench, { verb: 'cancel', id })
      await bench.store.nodes.drain(bench.calls.next(), 'n1', true)
      const reasons: WakeReason[] = []
      const request = await requestOf(bench)
      while (reasons.length < 3) reasons.push(...(await wait(bench, request)))
      expect(reasons).toStrictEqual([
        ...leases.map((lease) => ({ kind: 'cancel', ...ref(lease) })),
        { kind: 'drain', draining: true },
      ])
    })

    contract.inRealTime('a node is told when its drain flag changes', async (bench) => {
      await announce(bench, 'n1')
      for (const draining of [true, false]) {
        const waiting = wait(bench, { nodeId: 'n1' })
        await bench.store.nodes.drain(bench.calls.next(), 'n1', draining)
        expect(await waiting).toStrictEqual([{ kind: 'drain', draining }])
      }
    })

    contract.inRealTime('every node is told of new settings', async (bench) => {
      await announce(bench, 'n1')
      await announce(bench, 'n2')
      const waiting = [
        wait(bench, { nodeId: 'n1' }),
        wait({ ...bench, store: await bench.other() }, { nodeId: 'n2' }),
      ]
      const settings = { ...defaultSettings, retention: { completedMs: 1, deadMs: 1, cancelledMs: 1 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      expect(await Promise.all(waiting)).toStrictEqual([[{ kind: 'settings' }], [{ kind: 'settings' }]])
    })
  })

  describe('runs.wait for time', () => {
    const earlier: Readonly<Record<string, (bench: Bench, lease: LeasedRun) => Promise<unknown>>> = {
      'a delayed job': (bench) => add(bench, { delayMs: 1_000 }),
      'a retry': (bench, lease) => settle(bench, failed(lease, 1_000)),
      'a repeat': (bench, lease) => settle(bench, repeated(lease, 1_000)),
      'an auto-resume': (bench, lease) => settle(bench, paused(lease, 1_000)),
      'a short lease': (bench, lease) =>
        bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1_000 }]),
    }
    for (const [name, act] of Object.entries(earlier)) {
      contract.inRealTime(`${name} due before the time it promised to look tells the node`, async (bench) => {
        await add(bench)
        const lease = await claimOne(bench, { nodeId: 'holder', limit: 1 })
        const waiting = wait(bench, await asleep(bench, 'n1'))
        await act(bench, lease)
        expect(await waiting).toStrictEqual([{ kind: 'due' }])
      })
    }

    contract.inRealTime('what is due later than the node will look anyway tells nobody', async (bench) => {
      const node = await asleep(bench, 'n1')
      await add(bench, { delayMs: 60_000 })
      expect(await nudged(bench, node)).toStrictEqual([])
    })

    contract.inRealTime('with no reason it is over after its time', async (bench) => {
      const node = await asleep(bench, 'n1')
      expect(await bench.store.runs.wait(node, { timeoutMs: 30 })).toStrictEqual([])
      expect(await bench.store.runs.wait(node, { timeoutMs: 0 })).toStrictEqual([])
    })

    contract.inRealTime(
      'an abort ends it at once, without a rejection; the next wait works',
      async (bench) => {
        const node = await asleep(bench, 'n1')
        const controller = new AbortController()
        const waiting = bench.store.runs.wait(node, { timeoutMs: 60_000, signal: controller.signal })
        controller.abort()
        expect(await waiting).toStrictEqual([])
        expect(
          await bench.store.runs.wait(node, { timeoutMs: 60_000, signal: AbortSignal.abort() }),
        ).toStrictEqual([])
        await add(bench)
        expect(await wait(bench, node)).toStrictEqual([{ kind: 'work' }])
      },
    )

    contract.inRealTime('close ends the waits under way, and can be called twice', async (bench) => {
      const waiting = bench.store.runs.wait(await asleep(bench, 'n1'), { timeoutMs: 60_000 })
      const watching = bench.store.events.watch([await add(bench, { delayMs: 60_000 })], {
        timeoutMs: 60_000,
      })
      await bench.store.close()
      await Promise.allSettled([waiting, watching])
      await bench.store.close()
    })
  })
}

/** A node whose claim has just found nothing. */
async function asleep(bench: Bench, nodeId: string): Promise<WaitRequest> {
  const { handlerSet } = await requestOf(bench, { nodeId })
  expect(await claim(bench, { nodeId })).toStrictEqual([])
  return { nodeId, handlerSet }
}

function wait(bench: Bench, { nodeId, handlerSet }: WaitRequest): Promise<readonly WakeReason[]> {
  const request = handlerSet === undefined ? { nodeId } : { nodeId, handlerSet }
  return bench.store.runs.wait(request, { timeoutMs: PATIENCE_MS })
}

/** The reasons a node has up to now, found out by draining it for a moment. */
async function nudged(bench: Bench, node: WaitRequest): Promise<WakeReason[]> {
  const reasons: WakeReason[] = []
  await bench.store.nodes.drain(bench.calls.next(), node.nodeId, true)
  for (;;) {
    const found = await wait(bench, node)
    reasons.push(...found.filter((reason) => reason.kind !== 'drain'))
    if (found.length === 0 || found.some((reason) => reason.kind === 'drain')) return reasons
  }
}

/** Whether the node is told of work; of due times it may be told before. */
async function untilWork(bench: Bench, node: WaitRequest): Promise<boolean> {
  for (;;) {
    const reasons = await wait(bench, node)
    if (reasons.length === 0) return false
    if (reasons.some((reason) => reason.kind === 'work')) return true
  }
}

async function advanceUntilMoved(bench: Bench): Promise<void> {
  while ((await bench.store.runs.advance(bench.calls.next(), 100)).moved === 0);
}
