import { type CallKey, type MailBag, StoreUnavailableError, SupersededError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { createFaultList } from '../faults/fault-plan.ts'
import { withFaults } from '../faults/with-faults.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { createCalls } from '../fixtures/calls.ts'
import { changingCalls } from '../fixtures/changing-calls.ts'
import { collected, flushOf, groupQueue, groupsOf } from '../fixtures/groups.ts'
import {
  begin,
  commitOf,
  committed,
  create,
  headOf,
  mailRequest,
  receive,
  receiveOne,
  sending,
  sent,
  suspend,
} from '../fixtures/instances.ts'
import { newMember } from '../fixtures/new-instance.ts'
import { allEvents, countsOf } from '../fixtures/reads.ts'

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

    contract('a collect that was stale does not happen later either', async (bench) => {
      const { version, settings } = await bench.store.settings.get()
      await bench.store.settings.put(bench.calls.next(), version, settings)
      const messages = [collected()]
      const call = bench.calls.lane(1).next()
      expect(await bench.store.instances.collect(call, version, messages)).toBe('stale')
      const put = await bench.store.settings.get()
      expect(await bench.store.instances.collect(call, put.version, messages)).toBe('stale')
      expect(await groupsOf(bench)).toStrictEqual([])
    })

    contract('a collect that was repeated does not bring back what was aggregated since', async (bench) => {
      const messages = [collected({}, { maxSize: 2 }), collected({}, { maxSize: 2 })]
      const call = bench.calls.lane(1).next()
      const answer = await bench.store.instances.collect(call, 0, messages)
      const { head } = await receiveOne(bench, groupQueue)
      await bench.store.mailboxes.commit(bench.calls.next(), [flushOf(head).order])
      expect(await bench.store.instances.collect(call, 0, messages)).toStrictEqual(answer)
      expect(await groupsOf(bench)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('a collect over many groups, sent twice at the same time, takes effect once', async (bench) => {
      const messages = Array.from({ length: 60 }, (_, i) => collected({ group: `g${i % 20}` }))
      const call = bench.calls.lane(1).next()
      const other = await bench.other()
      const answers = await Promise.all(
        [bench.store, other].map((store) => store.instances.collect(call, 0, messages)),
      )
      expect(answers[1]).toStrictEqual(answers[0])
      expect((await groupsOf(bench)).map(({ size }) => size)).toStrictEqual(Array(20).fill(3))
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
  const queues = ['workflow', 'batch', 'group:'] as const
  const bags = await receive(bench, { queues, nodeId: 'looker', leaseMs: 1, limit: 1_000 })
  await bench.clock.advanceBy(1)
  const kinds = ['workflow', 'batch', 'group'] as const
  const lists = await Promise.all(
    kinds.map((kind) => store.inspector.listInstances(kind, {}, { limit: 100 })),
  )
  const heads = lists.flatMap(({ rows }) => rows)
  const ids = heads.map(({ id }) => id)
  const names = ['p', 'i:0', 'i:2', 'i:6', 'm:0', 'm:1', 'm:2', 'm:3']
  return {
    heads,
    bags: new Map(bags.map((bag) => [bag.head.id, bag.messages])),
    counts: await Promise.all(kinds.map((kind) => store.inspector.countInstances(kind))),
    parts: await Promise.all(ids.map((id) => store.mailboxes.parts(id, names))),
    items: await Promise.all(ids.map((id) => store.mailboxes.marked(id, 'names', { limit: 10 }))),
    marked: await Promise.all(ids.map((id) => store.mailboxes.marked(id, 's', { limit: 10 }))),
    signals: await Promise.all(ids.map((id) => store.mailboxes.signals(id, { limit: 10 }))),
    stats: await store.mailboxes.signalStats(ids),
    jobs: (await store.inspector.listJobs({}, { limit: 100 })).rows,
    jobCounts: await countsOf(store),
    events: await allEvents(store),
  }
}
