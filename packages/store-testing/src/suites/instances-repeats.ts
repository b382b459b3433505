import { type CallKey, type MailBag, type Store, StoreUnavailableError, SupersededError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { createFaultList } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll, claimOne } from '../fixtures/acts.ts'
import { createCalls } from '../fixtures/calls.ts'
import {
  begin,
  commitOf,
  committed,
  create,
  createAll,
  createChild,
  enqueueMembers,
  headOf,
  mailRequest,
  receive,
  sending,
  sent,
  suspend,
} from '../fixtures/instances.ts'
import { homeOf, newId, newMember } from '../fixtures/new-instance.ts'
import { died, succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf } from '../fixtures/reads.ts'

/** Sends one call to a store, which may be reached through faults. */
type Send = (call: CallKey, store: Store) => Promise<unknown>

/** Every changing call of both roles but `receive`, on instances that make it change something. */
const changingCalls: Readonly<Record<string, (bench: TimedBench) => Promise<Send>>> = {
  'instances.create': async (bench) => {
    const known = bench.instance()
    await createAll(bench, [known])
    const drafts = [
      bench.instance({ requestId: 'r' }),
      bench.instance({ requestId: 'r' }),
      bench.instance({ input: '1' }),
      known,
    ]
    return (call, store) => store.instances.create(call, drafts)
  },
  'instances.send': async (bench) => {
    const [a, b] = [await begin(bench), await begin(bench)]
    await committed(bench, b, { status: 'failed', error: 'boom' })
    const signal = { kind: 'signal', name: 'go', dedupeKey: 'k' } as const
    const orders = [
      sending(a.id, { kind: 'cancel', reason: 'r' }, { event: 'workflow.timed_out' }),
      sending(a.id, { ...signal, id: newId() }, { event: 'workflow.signal.received' }),
      sending(a.id, { ...signal, id: newId() }, { event: 'workflow.signal.received' }),
      sending(a.id, { kind: 'suspend' }, { becomes: 'suspended', event: 'workflow.suspended' }),
      sending(b.id, { kind: 'cancel' }),
      sending(b.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }),
      sending(b.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }),
      sending(homeOf(a.id, bench.instance().id), { kind: 'cancel' }),
    ]
    return (call, store) => store.instances.send(call, orders)
  },
  'instances.remove': async (bench) => {
    const [a, b, c] = [await begin(bench), await begin(bench), await begin(bench)]
    await committed(bench, a, { status: 'completed' })
    await committed(bench, b, { status: 'failed' })
    const child = await createChild(bench, c)
    return (call, store) => store.instances.remove(call, [a.id, b.id, a.id, c.id, child])
  },
  'mailboxes.commit': async (bench) => {
    const [a, b, c] = [await begin(bench), await begin(bench), await begin(bench)]
    const [waiting] = await enqueueMembers(bench, a, [{}])
    const signalId = newId()
    await sent(bench, sending(a.id, { kind: 'signal', id: signalId, name: 'go' }))
    const head = await headOf(bench.store, a.id)
    const orders = [
      commitOf(head, {
        consumed: 1,
        state: '"1"',
        parts: [{ name: 'p', text: '1', marks: { s: 1 } }],
        enqueue: [newMember(a), newMember(a)],
        cancel: [{ id: waiting as string }],
        create: [bench.instance({ parent: { id: a.id, task: 'sub' } })],
        send: [sending(a.id, { kind: 'proceed' })],
        timers: [{ name: 'w', dueAt: bench.clock.now() + 60_000 }],
        acknowledge: [signalId],
        events: [{ type: 'workflow.task.dispatched', taskType: 't' }],
      }),
      commitOf(b, { status: 'completed', output: '1' }),
      commitOf(b, { state: '"lost"' }),
      commitOf({ ...c, id: bench.idOf(bench.instance()) }),
      commitOf(c, { version: 1 }),
    ]
    return (call, store) => store.mailboxes.commit(call, orders)
  },
  'mailboxes.acknowledge': async (bench) => {
    const { id } = await begin(bench)
    const signals = [newId(), newId()]
    for (const signal of signals) await sent(bench, sending(id, { kind: 'signal', id: signal, name: 'go' }))
    return (call, store) => store.mailboxes.acknowledge(call, id, [signals[1] as string, 'none'])
  },
  'runs.settle of members': async (bench) => {
    const head = await begin(bench)
    await enqueueMembers(bench, head, [{}, {}])
    const [a, b] = [await claimOne(bench, { limit: 1 }), await claimOne(bench, { limit: 1 })]
    return (call, store) => store.runs.settle(call, [succeeded(a, '1'), died(b)])
  },
  'jobs.command to members': async (bench) => {
    const head = await begin(bench)
    const [a, b] = (await enqueueMembers(bench, head, [{}, {}])) as [string, string]
    return (call, store) =>
      store.jobs.command(call, [
        { verb: 'cancel', id: a },
        { verb: 'retry', id: a },
        { verb: 'pause', id: b },
      ])
  },
  'runs.advance of timers': async (bench) => {
    const head = await begin(bench)
    await committed(bench, head, { timers: [{ name: 'w', dueAt: bench.clock.now() + 10 }] })
    await bench.clock.advanceBy(10)
    return async (call, store) => {
      const { moved, ended } = await store.runs.advance(call, 100)
      return { moved, ended }
    }
  },
}

/** Repeated calls about instances: what lost replies make engines and clients do. */
export function instancesRepeatsSuite(contract: Contract): void {
  describe('a repeat of what changes instances', () => {
    for (const [method, prepare] of Object.entries(changingCalls)) {
      contract(`${method} gives the same answer and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const call = bench.calls.lane(1).next()
        const answer = await send(call, bench.store)
        const after = await everything(bench)
        await bench.clock.advanceBy(1_000)
        expect(await send(call, bench.store)).toStrictEqual(answer)
        expect(await send(call, await bench.other())).toStrictEqual(answer)
        expect(await everything(bench)).toStrictEqual(after)
      })

      contract(`${method} under a lower number is superseded and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const before = await everything(bench)
        const old = createCalls('older').next()
        // A caller's lane is known where its calls went, which may be every partition.
        await bench.store.jobs.releaseUniqueKeys({ ...old, number: old.number + 2 }, ['nothing'])
        await sendAnything(bench, { ...old, number: old.number + 3 })
        const refusal: unknown = await send(old, bench.store).catch((error: unknown) => error)
        expect(SupersededError.is(refusal), String(refusal)).toBe(true)
        expect(await everything(bench)).toStrictEqual(before)
      })

      for (const kind of ['lost', 'repeated'] as const) {
        contract(`${method} whose call is ${kind} takes effect once`, async (bench) => {
          const send = await prepare(bench)
          const faulty = withFaults(bench.store, { plan: createFaultList([{ kind }]), clock: bench.clock })
          const call = bench.calls.lane(1).next()
          const first = await send(call, faulty).catch((error: unknown) => error)
          const after = await everything(bench)
          const answer = await send(call, faulty)
          if (kind === 'repeated') expect(first).toStrictEqual(answer)
          else expect(StoreUnavailableError.is(first) && first.mayHaveHappened).toBe(true)
          expect(await everything(bench)).toStrictEqual(after)
        })
      }
    }

    contract('a create that was repeated does not begin what was removed since', async (bench) => {
      const draft = bench.instance()
      const call = bench.calls.lane(1).next()
      const answer = await bench.store.instances.create(call, [draft])
      const head = await headOf(bench.store, bench.idOf(draft))
      await committed(bench, head, { consumed: 1, status: 'completed' })
      await bench.store.instances.remove(bench.calls.next(), [head.id])
      await advanceAll(bench)
      expect(await bench.store.instances.create(call, [draft])).toStrictEqual(answer)
      expect(await bench.store.instances.get([head.id])).toStrictEqual([undefined])
    })

    contract('a message that was refused is not recorded later either', async (bench) => {
      const { id } = await begin(bench)
      const order = sending(id, { kind: 'resume' }, { allowed: ['suspended'], becomes: 'running' })
      const call = bench.calls.lane(1).next()
      const answer = await bench.store.instances.send(call, [order])
      expect(answer).toStrictEqual([{ kind: 'refused', status: 'running' }])
      const head = await suspend(bench, id)
      expect(await bench.store.instances.send(call, [order])).toStrictEqual(answer)
      expect(await headOf(bench.store, id)).toStrictEqual(head)
    })

    contract('a commit that was a conflict does not happen later either', async (bench) => {
      const head = await begin(bench)
      const early = commitOf(head, { version: head.version + 1, state: '"early"' })
      const call = bench.calls.lane(1).next()
      const answer = await bench.store.mailboxes.commit(call, [early])
      expect(answer).toStrictEqual({ outcomes: ['conflict'], ended: [] })
      const after = await committed(bench, head)
      expect(after.version).toBe(early.version)
      expect(await bench.store.mailboxes.commit(call, [early])).toStrictEqual(answer)
      expect(await headOf(bench.store, head.id)).toStrictEqual(after)
    })

    contract('large calls take effect once', async (bench) => {
      const drafts = Array.from({ length: 1_500 }, () => bench.instance())
      const create = bench.calls.lane(1).next()
      const created = await bench.store.instances.create(create, drafts)
      expect(await bench.store.instances.create(create, drafts)).toStrictEqual(created)
      const heads = await bench.store.instances.get(drafts.map((draft) => bench.idOf(draft)))
      const orders = heads.map((head) => {
        if (head === undefined) throw new Error('an instance is missing')
        return commitOf(head, { consumed: 1, enqueue: [newMember(head)] })
      })
      const commit = bench.calls.lane(1).next()
      const answer = await bench.store.mailboxes.commit(commit, orders)
      expect(answer.outcomes).toStrictEqual(orders.map(() => 'committed'))
      expect(await bench.store.mailboxes.commit(commit, orders)).toStrictEqual(answer)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1_500 })
    })

    contract('sent twice at the same time, a commit takes effect once', async (bench) => {
      const head = await begin(bench)
      const order = commitOf(head, {
        enqueue: [newMember(head)],
        send: [sending(head.id, { kind: 'proceed' })],
      })
      const other = await bench.other()
      const call = bench.calls.lane(1).next()
      const answers = await Promise.all(
        [bench.store, other].map((store) => store.mailboxes.commit(call, [order])),
      )
      const once = { outcomes: ['committed'], ended: [] }
      expect(answers).toStrictEqual([once, once])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
      expect((await receive(bench))[0]?.messages).toHaveLength(1)
    })
  })

  describe('a receive repeated', () => {
    contract('gives the same mail, and takes no more', async (bench) => {
      for (let i = 0; i < 3; i++) await create(bench)
      const call = bench.calls.lane(1).next()
      const first = await receiveUnder(bench, call)
      expect(first).toHaveLength(3)
      await create(bench)
      expect(await receiveUnder(bench, call)).toStrictEqual(first)
      expect(await receive(bench)).toHaveLength(1)
    })

    contract('gives those that are still leased by it only', async (bench) => {
      for (let i = 0; i < 4; i++) await create(bench)
      const call = bench.calls.lane(1).next()
      const [a, b, c, d] = (await receiveUnder(bench, call)) as [MailBag, MailBag, MailBag, MailBag]
      await committed(bench, a.head, { consumed: 1 })
      await sent(bench, sending(b.head.id, { kind: 'cancel' }))
      await committed(bench, b.head, { consumed: 1 })
      expect(await receiveUnder(bench, call)).toStrictEqual([c, d])
      await bench.clock.advanceBy(30_000)
      await receive(bench, { nodeId: 'e2' })
      expect(await receiveUnder(bench, call)).toStrictEqual([])
    })

    contract('that found nothing finds nothing later either', async (bench) => {
      const call = bench.calls.lane(1).next()
      expect(await receiveUnder(bench, call)).toStrictEqual([])
      await create(bench)
      expect(await receiveUnder(bench, call)).toStrictEqual([])
      expect(await receive(bench)).toHaveLength(1)
    })

    contract('whose reply was lost gives the mail to who sends it again', async (bench) => {
      await create(bench)
      const plan = createFaultList([{ kind: 'lost' }], ['mailboxes.receive'])
      const faulty = withFaults(bench.store, { plan, clock: bench.clock })
      const call = bench.calls.lane(1).next()
      const lost: unknown = await faulty.mailboxes
        .receive(call, mailRequest())
        .catch((error: unknown) => error)
      expect(StoreUnavailableError.is(lost) && lost.mayHaveHappened).toBe(true)
      expect(await receive(bench)).toStrictEqual([])
      expect((await faulty.mailboxes.receive(call, mailRequest())).bags).toHaveLength(1)
    })

    contract('under a lower number is superseded', async (bench) => {
      await create(bench)
      const old = bench.calls.lane(1).next()
      await receiveUnder(bench, bench.calls.lane(1).next())
      const refusal: unknown = await receiveUnder(bench, old).catch((error: unknown) => error)
      expect(SupersededError.is(refusal), String(refusal)).toBe(true)
    })
  })
}

async function receiveUnder(bench: TimedBench, call: CallKey): Promise<readonly MailBag[]> {
  return (await bench.store.mailboxes.receive(call, mailRequest())).bags
}

/** A call that reaches the home of the instances of these tests and changes nothing. */
async function sendAnything(bench: TimedBench, call: CallKey): Promise<void> {
  const unknown = sending(bench.idOf(bench.instance()), { kind: 'proceed' })
  expect(await bench.store.instances.send(call, [unknown])).toStrictEqual([{ kind: 'unknown' }])
}

/** All there is, mail included, which is looked at under leases of a millisecond. */
async function everything(bench: TimedBench) {
  const { store } = bench
  const bags = await receive(bench, { nodeId: 'looker', leaseMs: 1, limit: 1_000 })
  await bench.clock.advanceBy(1)
  const heads = (await store.inspector.listInstances('workflow', {}, { limit: 100 })).rows
  const ids = heads.map(({ id }) => id)
  return {
    heads,
    bags: new Map(bags.map((bag) => [bag.head.id, bag.messages])),
    counts: await store.inspector.countInstances('workflow'),
    parts: await Promise.all(ids.map((id) => store.mailboxes.parts(id, ['p']))),
    marked: await Promise.all(ids.map((id) => store.mailboxes.marked(id, 's', { limit: 10 }))),
    signals: await Promise.all(ids.map((id) => store.mailboxes.signals(id, { limit: 10 }))),
    stats: await store.mailboxes.signalStats(ids),
    jobs: (await store.inspector.listJobs({}, { limit: 100 })).rows,
    jobCounts: await countsOf(store),
    events: await allEvents(store),
  }
}
