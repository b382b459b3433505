import { MAX_MAIL } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract } from '../bench.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  create,
  createAll,
  headOf,
  mailRequest,
  receive,
  receiveOne,
  send,
  sending,
  sent,
  suspend,
} from '../fixtures/instances.ts'

/** Recognises a message among many, by its text. */
const proceedings = (to: string, count: number) =>
  Array.from({ length: count }, (_, i) => sending(to, { kind: 'cancel', reason: `r${i}` }))

/** `mailboxes.receive`: who is given what mail, in which order, and for how long. */
export function mailboxesReceiveSuite(contract: Contract): void {
  describe('mailboxes.receive', () => {
    contract('without mail it gives the store’s clock and nothing', async (bench) => {
      await begin(bench)
      await bench.clock.advanceBy(1_000)
      const reply = await bench.store.mailboxes.receive(bench.calls.next(), mailRequest())
      const { nextAt: _, ...rest } = reply
      expect(rest).toStrictEqual({ bags: [], now: bench.clock.now(), ended: [] })
    })

    contract('gives head and messages, oldest first, each with the time it was recorded', async (bench) => {
      const id = await create(bench)
      const start = bench.clock.now()
      for (const order of proceedings(id, 3)) {
        await bench.clock.advanceBy(10)
        await sent(bench, order)
      }
      const head = await headOf(bench.store, id)
      expect(head.updatedAt).toBe(start + 30)
      expect(await bench.store.mailboxes.receive(bench.calls.next(), mailRequest())).toMatchObject({
        bags: [
          {
            head,
            messages: [
              { kind: 'started', at: start },
              { kind: 'cancel', reason: 'r0', at: start + 10 },
              { kind: 'cancel', reason: 'r1', at: start + 20 },
              { kind: 'cancel', reason: 'r2', at: start + 30 },
            ],
          },
        ],
        now: start + 30,
        ended: [],
      })
      expect(await headOf(bench.store, id)).toStrictEqual(head)
    })

    contract('gives at most as many messages as one commit consumes', async (bench) => {
      const head = await begin(bench)
      await bench.store.instances.send(bench.calls.next(), proceedings(head.id, MAX_MAIL * 2 + 1))
      const seen: (string | undefined)[] = []
      const sizes: number[] = []
      for (let i = 0; i < 3; i++) {
        const bag = await receiveOne(bench)
        sizes.push(bag.messages.length)
        seen.push(...bag.messages.map((mail) => (mail.kind === 'cancel' ? mail.reason : mail.kind)))
        await committed(bench, bag.head, { consumed: bag.messages.length })
      }
      expect(sizes).toStrictEqual([MAX_MAIL, MAX_MAIL, 1])
      expect(seen).toStrictEqual(Array.from({ length: MAX_MAIL * 2 + 1 }, (_, i) => `r${i}`))
      expect(await receive(bench)).toStrictEqual([])
    })

    contract('gives the instance that waits longest first, and not more than asked for', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        ids.push(await create(bench))
        await bench.clock.advanceBy(1)
      }
      // Younger mail of an instance that waits already does not put it back.
      await sent(bench, sending(ids[0] as string, { kind: 'proceed' }))
      expect(idsOf(await receive(bench, { limit: 2 }))).toStrictEqual(ids.slice(0, 2))
      expect(idsOf(await receive(bench, { limit: 2 }))).toStrictEqual(ids.slice(2, 4))
      expect(idsOf(await receive(bench, { limit: 2 }))).toStrictEqual(ids.slice(4))
      expect(await receive(bench, { limit: 2 })).toStrictEqual([])
    })

    contract('gives up to 1,000 instances at once', async (bench) => {
      const drafts = Array.from({ length: 1_001 }, () => bench.instance())
      await createAll(bench, drafts)
      expect(await receive(bench, { limit: 1_000 })).toHaveLength(1_000)
      expect(await receive(bench, { limit: 1_000 })).toHaveLength(1)
    })

    contract('mail of every partition is found', async (bench) => {
      const ids = []
      for (let i = 0; i < 12; i++) ids.push(await create(bench, { requestId: `r${i}` }))
      const found: string[] = []
      while (found.length < ids.length) {
        const bags = await receive(bench, { limit: 5 })
        expect(bags.length).toBeGreaterThan(0)
        found.push(...idsOf(bags))
      }
      expect(found.sort()).toStrictEqual(ids.sort())
    })

    contract('gives mail of the queues asked for only', async (bench) => {
      const [a, b] = [await create(bench), await create(bench, { kind: 'batch' })]
      expect(await receive(bench, { queues: [] })).toStrictEqual([])
      expect(await receive(bench, { queues: ['group:', 'group:a'] })).toStrictEqual([])
      expect(idsOf(await receive(bench, { queues: ['batch'] }))).toStrictEqual([b])
      expect(idsOf(await receive(bench, { queues: ['workflow'] }))).toStrictEqual([a])
    })

    contract('gives mail of several queues, each instance once and at most the limit', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 6; i++) {
        ids.push(await create(bench, { kind: i % 2 === 0 ? 'workflow' : 'batch' }))
        await bench.clock.advanceBy(1)
      }
      const queues = ['group:a', 'batch', 'workflow'] as const
      const found: string[] = []
      for (const count of [4, 2, 0]) {
        const bags = await receive(bench, { queues, limit: 4 })
        expect(bags).toHaveLength(count)
        found.push(...idsOf(bags))
      }
      expect(found.sort()).toStrictEqual(ids.sort())
    })
  })

  describe('the lease of mail', () => {
    contract('nobody else is given the instance until it is over', async (bench) => {
      const id = await create(bench)
      await receiveOne(bench, { leaseMs: 5_000 })
      await sent(bench, sending(id, { kind: 'proceed' }))
      await bench.clock.advanceBy(4_999)
      expect(await receive(bench, { nodeId: 'e2' })).toStrictEqual([])
      expect(await receive({ ...bench, store: await bench.other() }, { nodeId: 'e1' })).toStrictEqual([])
      await bench.clock.advanceBy(1)
      const bag = await receiveOne(bench, { nodeId: 'e2' })
      expect([bag.head.id, bag.messages.map(({ kind }) => kind)]).toStrictEqual([id, ['started', 'proceed']])
    })

    contract('a commit gives it up: what is left, and what comes, is given at once', async (bench) => {
      const id = await create(bench)
      await sent(bench, sending(id, { kind: 'proceed' }))
      const first = await receiveOne(bench)
      await committed(bench, first.head, { consumed: 1 })
      const second = await receiveOne(bench, { nodeId: 'e2' })
      expect(second.messages.map(({ kind }) => kind)).toStrictEqual(['proceed'])
      await committed(bench, second.head, { consumed: 1 })
      expect(await receive(bench)).toStrictEqual([])
      await sent(bench, sending(id, { kind: 'proceed' }))
      expect((await receiveOne(bench)).messages.map(({ kind }) => kind)).toStrictEqual(['proceed'])
    })

    contract('a conflict gives it up', async (bench) => {
      const id = await create(bench)
      const { head } = await receiveOne(bench)
      await suspend(bench, id)
      expect(await receive(bench, { nodeId: 'e2' })).toStrictEqual([])
      expect(await commit(bench, commitOf(head, { consumed: 1 }))).toBe('conflict')
      const bag = await receiveOne(bench, { nodeId: 'e2' })
      expect(bag.messages.map(({ kind }) => kind)).toStrictEqual(['started', 'suspend'])
    })

    contract('an expired one does not keep its engine from committing', async (bench) => {
      const id = await create(bench)
      const { head } = await receiveOne(bench, { leaseMs: 1_000 })
      await bench.clock.advanceBy(10_000)
      await committed(bench, head, { consumed: 1 })
      expect((await headOf(bench.store, id)).version).toBe(2)
      expect(await receive(bench)).toStrictEqual([])
    })

    contract('of two engines that have the same mail one commits, the other conflicts', async (bench) => {
      await create(bench)
      const late = await receiveOne(bench, { nodeId: 'e1', leaseMs: 1_000 })
      await bench.clock.advanceBy(1_000)
      const early = await receiveOne(bench, { nodeId: 'e2' })
      expect(early.messages).toStrictEqual(late.messages)
      expect(await commit(bench, commitOf(early.head, { consumed: 1, state: '"early"' }))).toBe('committed')
      const head = await headOf(bench.store, early.head.id)
      expect(await commit(bench, commitOf(late.head, { consumed: 1, state: '"late"' }))).toBe('conflict')
      expect(await headOf(bench.store, early.head.id)).toStrictEqual(head)
      expect(await receive(bench)).toStrictEqual([])
    })

    contract('many engines at once are given each instance once', async (bench) => {
      await createAll(
        bench,
        Array.from({ length: 40 }, () => bench.instance()),
      )
      const bags = await Promise.all(
        [1, 2, 3, 4].map((n) =>
          bench.store.mailboxes.receive(
            bench.calls.lane(n).next(),
            mailRequest({ nodeId: `e${n}`, limit: 10 }),
          ),
        ),
      )
      const ids = bags.flatMap((reply) => idsOf(reply.bags))
      expect([ids.length, new Set(ids).size]).toStrictEqual([40, 40])
    })
  })

  describe('mailboxes.receive nextAt', () => {
    contract('is when the next timer is due', async (bench) => {
      const head = await begin(bench)
      const dueAt = bench.clock.now() + 60_000
      await committed(bench, head, {
        timers: [
          { name: 'a', dueAt: dueAt + 5 },
          { name: 'b', dueAt },
        ],
      })
      expect(await nextAt(bench)).toBe(dueAt)
    })

    contract('is when a lease of mail is over', async (bench) => {
      await create(bench)
      await receiveOne(bench, { nodeId: 'e2', leaseMs: 20_000 })
      expect(await nextAt(bench)).toBe(bench.clock.now() + 20_000)
    })

    contract('is not given when as many as asked for were found', async (bench) => {
      await create(bench)
      expect(await nextAt(bench, 1)).toBeUndefined()
    })
  })

  describe('mailboxes.receive does a part of advance', () => {
    contract('a firing whose time is over ends inside it, and is told', async (bench) => {
      const draft = bench.draft({ scheduleToStartTimeoutMs: 1_000 })
      await bench.store.jobs.enqueue(bench.calls.next(), [draft])
      await bench.clock.advanceBy(2_000)
      const { ended } = await bench.store.mailboxes.receive(bench.calls.next(), mailRequest())
      expect(ended).toMatchObject([{ jobId: bench.idOf(draft), status: 'dead' }])
    })

    contract('an ended instance takes mail and gives it as any other', async (bench) => {
      const head = await begin(bench)
      await committed(bench, head, { status: 'failed', error: 'boom' })
      const retry = sending(head.id, { kind: 'retry' }, { allowed: ['failed'] })
      expect(await send(bench, retry)).toStrictEqual({ kind: 'recorded' })
      expect((await receiveOne(bench)).messages).toStrictEqual([{ kind: 'retry', at: bench.clock.now() }])
    })
  })
}

function idsOf(bags: readonly { readonly head: { readonly id: string } }[]): string[] {
  return bags.map(({ head }) => head.id)
}

async function nextAt(bench: Bench, limit: number = 100): Promise<number | undefined> {
  return (await bench.store.mailboxes.receive(bench.calls.next(), mailRequest({ limit }))).nextAt
}
