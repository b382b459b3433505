import type { InstanceHead, WaitRequest } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import { claimOne, handBack, obey, requestOf, settle } from '../fixtures/acts.ts'
import { announce } from '../fixtures/handlers.ts'
import {
  addMember,
  begin,
  commit,
  commitOf,
  committed,
  create,
  createChild,
  enqueueMembers,
  headOf,
  receive,
  sending,
  sent,
} from '../fixtures/instances.ts'
import { newId } from '../fixtures/new-instance.ts'
import { ref, succeeded } from '../fixtures/outcomes.ts'
import { advanceUntilMoved, asleep, nudged, PATIENCE_MS, until, untilMail } from '../fixtures/waiting.ts'

/** What lies ready before an engine goes to sleep, and what then brings mail. */
type Act = (bench: Bench) => Promise<() => Promise<unknown>>

/** `runs.wait` for mail and for what commits enqueue; in real time. */
export function instancesWakingSuite(contract: Contract): void {
  describe('runs.wait for mail', () => {
    const acts: Readonly<Record<string, Act>> = {
      'a new instance': async (bench) => () => create(bench),
      'a message': async (bench) => {
        const { id } = await begin(bench)
        return () => sent(bench, sending(id, { kind: 'cancel' }))
      },
      'a signal': async (bench) => {
        const { id } = await begin(bench)
        return () => sent(bench, sending(id, { kind: 'signal', id: newId(), name: 'go' }))
      },
      'the end of a member': async (bench) => {
        await addMember(bench)
        const lease = await claimOne(bench)
        return () => settle(bench, succeeded(lease))
      },
      'the end of a member that is settled together with a claim': async (bench) => {
        await addMember(bench)
        const lease = await claimOne(bench)
        const request = await requestOf(bench, { limit: 1 })
        return () =>
          Promise.all([
            bench.store.runs.settle(bench.calls.lane(1).next(), [succeeded(lease)]),
            bench.store.runs.claim(bench.calls.lane(2).next(), request),
          ])
      },
      'the hand-back of a member that was to be cancelled': async (bench) => {
        const { id } = await addMember(bench)
        const lease = await claimOne(bench)
        await obey(bench, { verb: 'cancel', id })
        return () => handBack(bench, lease)
      },
      'the last lost lease of a member': async (bench) => {
        await addMember(bench, { dlqAfter: 1 })
        const lease = await claimOne(bench)
        return async () => {
          await bench.store.runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1 }])
          await advanceUntilMoved(bench)
        }
      },
      'the cancel of a member': async (bench) => {
        const { id } = await addMember(bench)
        return () => obey(bench, { verb: 'cancel', id })
      },
      'a timer that was due': async (bench) => {
        const { id } = await begin(bench)
        return async () => {
          const { now } = await bench.store.inspector.info()
          const timers = [{ name: 'w', dueAt: now + 20 }]
          await committed(bench, await headOf(bench.store, id), { timers })
          await advanceUntilMoved(bench)
        }
      },
      'a commit that creates a child': async (bench) => {
        const head = await begin(bench)
        return () => createChild(bench, head)
      },
      'a commit that sends': async (bench) => {
        const head = await begin(bench)
        return () => committed(bench, head, { send: [sending(head.id, { kind: 'proceed' })] })
      },
      'a commit that cancels a member': async (bench) => {
        const { id, owner } = await addMember(bench)
        return async () => committed(bench, await headOf(bench.store, owner), { cancel: [{ id }] })
      },
      'a commit that leaves mail': async (bench) => {
        const { id } = await begin(bench)
        await sent(bench, sending(id, { kind: 'cancel' }))
        await sent(bench, sending(id, { kind: 'cancel' }))
        const [bag] = await receive(bench, { nodeId: 'busy', limit: 1 })
        return () => committed(bench, bag?.head as InstanceHead, { consumed: 1 })
      },
      'a conflict, which leaves its mail': async (bench) => {
        const { id } = await begin(bench)
        await sent(bench, sending(id, { kind: 'cancel' }))
        const [bag] = await receive(bench, { nodeId: 'busy', limit: 1 })
        return () => commit(bench, commitOf(bag?.head as InstanceHead, { version: 0 }))
      },
    }
    for (const [name, prepare] of Object.entries(acts)) {
      contract.inRealTime(`${name} wakes an engine that sleeps`, async (bench) => {
        const act = await prepare(bench)
        const engine = await asleep(bench, 'e1')
        const waiting = untilMail(bench, engine)
        await act()
        expect(await waiting).toBe(true)
        expect(await receive(bench)).toHaveLength(1)
      })

      contract.inRealTime(`${name} is told also when it comes before the wait`, async (bench) => {
        const act = await prepare(bench)
        const engine = await asleep(bench, 'e1')
        await act()
        expect(await untilMail(bench, engine)).toBe(true)
      })
    }

    contract.inRealTime('mail from another handle wakes, too', async (bench) => {
      const waiting = untilMail(bench, await asleep(bench, 'e1'))
      const other = { ...bench, store: await bench.other(), calls: bench.calls.lane(9) }
      await create(other)
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('mail of every partition wakes', async (bench) => {
      for (let i = 0; i < 6; i++) {
        const waiting = untilMail(bench, await asleep(bench, 'e1'))
        await create(bench, { requestId: `r${i}` })
        expect(await waiting).toBe(true)
        expect(await receive(bench)).toHaveLength(1)
      }
    })

    contract.inRealTime('a receive that found fewer than it asked for sleeps', async (bench) => {
      await create(bench)
      expect(await receive(bench, { limit: 2 })).toHaveLength(1)
      const waiting = untilMail(bench, { nodeId: 'e1', mailboxes: ['workflow'] })
      await create(bench)
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('one that found all it asked for does not', async (bench) => {
      await announce(bench, 'e1')
      await create(bench)
      expect(await receive(bench, { limit: 1 })).toHaveLength(1)
      await create(bench)
      expect(await nudged(bench, { nodeId: 'e1', mailboxes: ['workflow'] })).toStrictEqual([])
    })

    contract.inRealTime('it is told once; the next receive makes it sleep again', async (bench) => {
      await announce(bench, 'e1')
      const engine = await asleep(bench, 'e1')
      await create(bench)
      expect(await untilMail(bench, engine)).toBe(true)
      await create(bench)
      expect(await nudged(bench, engine)).toStrictEqual([])
      expect(await receive(bench)).toHaveLength(2)
      const waiting = untilMail(bench, engine)
      await create(bench)
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('one message wakes one of two engines that sleep', async (bench) => {
      for (const nodeId of ['e1', 'e2']) await announce(bench, nodeId)
      const engines = [await asleep(bench, 'e1'), await asleep(bench, 'e2')] as const
      const waiting = engines.map((engine) => bench.store.runs.wait(engine, { timeoutMs: PATIENCE_MS }))
      await create(bench)
      const first = await Promise.race(waiting.map(async (each, i) => ({ i, reasons: await each })))
      expect(first.reasons).toStrictEqual([{ kind: 'mail' }])
      const sleeper = engines[1 - first.i] as WaitRequest
      await bench.store.nodes.drain(bench.calls.next(), sleeper.nodeId, true)
      expect(await waiting[1 - first.i]).toStrictEqual([{ kind: 'drain', draining: true }])
    })

    contract.inRealTime('two messages wake two engines', async (bench) => {
      const waiting = [
        untilMail(bench, await asleep(bench, 'e1')),
        untilMail(bench, await asleep(bench, 'e2')),
      ]
      await create(bench)
      await create(bench)
      expect(await Promise.all(waiting)).toStrictEqual([true, true])
    })

    contract.inRealTime('a message to an instance somebody has received wakes nobody', async (bench) => {
      await announce(bench, 'e1')
      const id = await create(bench)
      expect(await receive(bench, { nodeId: 'busy', limit: 1 })).toHaveLength(1)
      const engine = await asleep(bench, 'e1')
      await sent(bench, sending(id, { kind: 'cancel' }))
      expect(await nudged(bench, engine)).toStrictEqual([])
    })

    for (const interest of [{}, { mailboxes: [] }] as const) {
      contract.inRealTime(`who asks for ${JSON.stringify(interest)} is not told of mail`, async (bench) => {
        await announce(bench, 'e1')
        expect(await receive(bench)).toStrictEqual([])
        await create(bench)
        expect(await nudged(bench, { nodeId: 'e1', ...interest })).toStrictEqual([])
      })
    }

    contract.inRealTime('a node may wait for work and mail at once', async (bench) => {
      const { handlerSet } = await requestOf(bench, { nodeId: 'n1' })
      const both: WaitRequest = { nodeId: 'n1', handlerSet, mailboxes: ['workflow'] }
      const sleep = async () => {
        expect(await receive(bench, { nodeId: 'n1' })).toStrictEqual([])
        const claim = await bench.store.runs.claim(bench.calls.next(), {
          nodeId: 'n1',
          handlerSet,
          limit: 1,
          start: true,
        })
        expect(claim).toMatchObject({ leases: [] })
      }
      await sleep()
      const forMail = until(bench, both, 'mail')
      const head = await begin(bench)
      expect(await forMail).toBe(true)
      await sleep()
      const forWork = until(bench, both, 'work')
      await enqueueMembers(bench, head, [{}])
      expect(await forWork).toBe(true)
    })
  })

  describe('runs.wait for the work of commits', () => {
    contract.inRealTime('a job that a commit enqueues wakes a node that can run it', async (bench) => {
      const head = await begin(bench)
      const { handlerSet } = await requestOf(bench, { nodeId: 'n1' })
      await bench.store.runs.claim(bench.calls.next(), { nodeId: 'n1', handlerSet, limit: 1, start: true })
      const waiting = until(bench, { nodeId: 'n1', handlerSet }, 'work')
      await enqueueMembers(bench, head, [{}])
      expect(await waiting).toBe(true)
    })

    contract.inRealTime('a commit that cancels a running job tells its holder', async (bench) => {
      const { id, owner } = await addMember(bench)
      const lease = await claimOne(bench, { limit: 1 })
      const { nodeId, handlerSet } = await requestOf(bench)
      const waiting = bench.store.runs.wait({ nodeId, handlerSet }, { timeoutMs: PATIENCE_MS })
      await committed(bench, await headOf(bench.store, owner), { cancel: [{ id, reason: 'r' }] })
      expect(await waiting).toStrictEqual([{ kind: 'cancel', ...ref(lease), reason: 'r' }])
    })
  })
}
