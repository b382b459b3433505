import { type InstanceHead, type InstanceMessage, type WorkflowStatus, workflowStatuses } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import {
  begin,
  committed,
  headOf,
  receiveOne,
  send,
  sending,
  sent,
  suspend,
  take,
} from '../fixtures/instances.ts'
import { homeOf } from '../fixtures/new-instance.ts'
import { allEvents } from '../fixtures/reads.ts'

const text = '{ "n": 1.50, "é": "\\u00e9|,:" }'

/** Every message, with all it can carry. */
const messages: readonly InstanceMessage[] = [
  { kind: 'started' },
  { kind: 'jobEnded', jobId: 'j', task: 't/ü', status: 'completed', output: text },
  { kind: 'jobEnded', jobId: 'j', task: 't', status: 'dead', error: 'boom\n"é"' },
  { kind: 'jobEnded', jobId: 'j', task: 't', status: 'completed', skipped: '' },
  { kind: 'jobEnded', jobId: 'j', task: 't', status: 'completed', continueAsNew: text },
  { kind: 'childEnded', childId: 'c', task: 't', status: 'completed', output: text },
  { kind: 'childEnded', childId: 'c', task: 't', status: 'cancelled', error: 'r' },
  { kind: 'childContinued', childId: 'c', task: 't', continuedTo: 'd' },
  { kind: 'childRetried', childId: 'c', task: 't' },
  { kind: 'timerDue', name: 'w', dueAt: 123 },
  { kind: 'cancel' },
  { kind: 'cancel', reason: 'é|,:\n' },
  { kind: 'suspend' },
  { kind: 'resume' },
  { kind: 'retry' },
  { kind: 'proceed' },
]

const reached = ['running', 'suspended', 'completed', 'failed', 'cancelled', 'continued'] as const

/** `instances.send`: what is recorded, refused and changed. Signals are in `signals.ts`. */
export function instancesSendSuite(contract: Contract): void {
  describe('instances.send', () => {
    contract('every kind of message arrives as it was sent, with its time, in order', async (bench) => {
      const { id } = await begin(bench)
      await bench.clock.advanceBy(1_000)
      const orders = messages.map((message) => sending(id, message))
      expect(await bench.store.instances.send(bench.calls.next(), orders)).toStrictEqual(
        messages.map(() => ({ kind: 'recorded' })),
      )
      const at = bench.clock.now()
      expect((await receiveOne(bench)).messages).toStrictEqual(messages.map((each) => ({ ...each, at })))
    })

    contract('moves the head’s time and nothing else', async (bench) => {
      const before = await begin(bench)
      await bench.clock.advanceBy(1_000)
      await sent(bench, sending(before.id, { kind: 'cancel' }))
      expect(await headOf(bench.store, before.id)).toStrictEqual({ ...before, updatedAt: bench.clock.now() })
    })

    contract('to an instance that is unknown says so; the others are recorded', async (bench) => {
      const heads = [await begin(bench, { requestId: 'a' }), await begin(bench, { requestId: 'b' })] as const
      const unknown = homeOf(heads[0].id, bench.instance().id)
      const ids = [heads[0].id, unknown, heads[1].id, heads[0].id]
      const orders = ids.map((id, i) => sending(id, { kind: 'cancel', reason: `${i}` }))
      expect(await bench.store.instances.send(bench.calls.next(), orders)).toStrictEqual([
        { kind: 'recorded' },
        { kind: 'unknown' },
        { kind: 'recorded' },
        { kind: 'recorded' },
      ])
      expect(await take(bench, heads[0].id)).toMatchObject([{ reason: '0' }, { reason: '3' }])
      expect(await take(bench, heads[1].id)).toMatchObject([{ reason: '2' }])
    })

    for (const status of reached) {
      contract(`to one that is ${status} is recorded if that is allowed, else refused`, async (bench) => {
        const head = await bring(bench, status)
        const told = await allEvents(bench.store)
        const forbidden = workflowStatuses.filter((each) => each !== status)
        const refused = sending(
          head.id,
          { kind: 'retry' },
          { allowed: forbidden, becomes: 'pending', event: 'workflow.retrying' },
        )
        const where = head.continuedTo === undefined ? {} : { continuedTo: head.continuedTo }
        expect(await send(bench, refused)).toStrictEqual({ kind: 'refused', status, ...where })
        expect(await send(bench, { ...refused, allowed: [] })).toStrictEqual({
          kind: 'refused',
          status,
          ...where,
        })
        expect(await headOf(bench.store, head.id)).toStrictEqual(head)
        expect(await allEvents(bench.store)).toStrictEqual(told)
        expect(await take(bench, head.id)).toStrictEqual([])

        await sent(bench, sending(head.id, { kind: 'proceed' }, { allowed: ['pending', status] }))
        expect(await take(bench, head.id)).toHaveLength(1)
      })
    }

    contract('tells its event, and none when it has none', async (bench) => {
      const { id } = await begin(bench)
      const known = (await allEvents(bench.store)).length
      await sent(bench, sending(id, { kind: 'proceed' }))
      await sent(bench, sending(id, { kind: 'cancel' }, { event: 'workflow.timed_out' }))
      expect((await allEvents(bench.store)).slice(known)).toStrictEqual([
        { type: 'workflow.timed_out', timestamp: bench.clock.now(), jobId: id, workflowId: id },
      ])
    })

    contract('thousands to one instance and to many, in one call', async (bench) => {
      const heads = [await begin(bench, { requestId: 'a' }), await begin(bench, { requestId: 'b' })] as const
      const orders = Array.from({ length: 3_000 }, (_, i) =>
        sending(heads[i % 2 === 0 ? 0 : 1].id, { kind: 'cancel', reason: `${i}` }),
      )
      const outcomes = await bench.store.instances.send(bench.calls.next(), orders)
      expect(outcomes).toStrictEqual(orders.map(() => ({ kind: 'recorded' })))
      const found: unknown[] = []
      for (
        let mail = await take(bench, heads[0].id);
        mail.length > 0;
        mail = await take(bench, heads[0].id)
      ) {
        found.push(...mail.map((each) => each.kind === 'cancel' && Number(each.reason)))
      }
      expect(found).toStrictEqual(Array.from({ length: 1_500 }, (_, i) => 2 * i))
    })
  })

  describe('instances.send that changes the status', () => {
    contract(
      'does it with the message: the version grows, and commits decided before conflict',
      async (bench) => {
        const before = await begin(bench)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()
        const orders = [
          sending(
            before.id,
            { kind: 'suspend' },
            {
              allowed: ['running'],
              becomes: 'suspended',
              event: 'workflow.suspended',
            },
          ),
          sending(before.id, { kind: 'suspend' }, { allowed: ['running'], becomes: 'suspended' }),
          sending(
            before.id,
            { kind: 'resume' },
            {
              allowed: ['suspended'],
              becomes: 'running',
              event: 'workflow.resumed',
            },
          ),
        ]
        expect(await bench.store.instances.send(bench.calls.next(), orders)).toStrictEqual([
          { kind: 'recorded' },
          { kind: 'refused', status: 'suspended' },
          { kind: 'recorded' },
        ])
        const head = { ...before, version: before.version + 2, updatedAt: now }
        expect(await receiveOne(bench)).toStrictEqual({
          head,
          messages: [
            { kind: 'suspend', at: now },
            { kind: 'resume', at: now },
          ],
        })
        const told = { timestamp: now, jobId: before.id, workflowId: before.id }
        expect((await allEvents(bench.store)).slice(-2)).toStrictEqual([
          { type: 'workflow.suspended', ...told },
          { type: 'workflow.resumed', ...told },
        ])
      },
    )

    contract('lists it under the new status', async (bench) => {
      const { id } = await begin(bench)
      const head = await suspend(bench, id)
      const list = async (status: WorkflowStatus) =>
        (await bench.store.inspector.listInstances('workflow', { status }, { limit: 10 })).rows
      expect(await list('running')).toStrictEqual([])
      expect(await list('suspended')).toStrictEqual([head])
      expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([
        { name: 'order', status: 'suspended', count: 1 },
      ])
    })

    for (const status of ['completed', 'failed', 'cancelled'] as const) {
      contract(`takes one that is ${status} out of its end`, async (bench) => {
        const ended = await bring(bench, status)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()
        await sent(
          bench,
          sending(
            ended.id,
            { kind: 'retry' },
            { allowed: [status], becomes: 'running', event: 'workflow.retrying' },
          ),
        )
        const { output: _o, error: _e, completedAt: _c, ...rest } = ended
        const head = { ...rest, status: 'running', version: ended.version + 1, updatedAt: now }
        expect(await headOf(bench.store, ended.id)).toStrictEqual(head)
        expect(await receiveOne(bench)).toStrictEqual({ head, messages: [{ kind: 'retry', at: now }] })
        expect((await allEvents(bench.store)).at(-1)).toStrictEqual({
          type: 'workflow.retrying',
          timestamp: now,
          jobId: ended.id,
          workflowId: ended.id,
        })
      })

      contract(`one that was ${status} and lives again is not removed by retention`, async (bench) => {
        const ended = await bring(bench, status)
        await sent(bench, sending(ended.id, { kind: 'retry' }, { allowed: [status], becomes: 'running' }))
        await bench.clock.advanceBy(365 * 24 * 60 * 60 * 1000)
        await advanceAll(bench)
        expect((await headOf(bench.store, ended.id)).status).toBe('running')
      })
    }

    contract('from a signal, too', async (bench) => {
      const head = await begin(bench)
      const order = sending(head.id, { kind: 'signal', id: 's', name: 'go' }, { becomes: 'suspended' })
      await sent(bench, order)
      expect(await headOf(bench.store, head.id)).toStrictEqual({
        ...head,
        status: 'suspended',
        version: head.version + 1,
      })
    })
  })
}

/** A new instance brought into a status, with nothing in its mailbox. */
async function bring(bench: TimedBench, status: (typeof reached)[number]): Promise<InstanceHead> {
  const head = await begin(bench)
  switch (status) {
    case 'running':
      return head
    case 'suspended':
      await suspend(bench, head.id)
      await take(bench, head.id)
      return headOf(bench.store, head.id)
    case 'completed':
      return committed(bench, head, { status, output: '1' })
    case 'failed':
    case 'cancelled':
      return committed(bench, head, { status, error: 'why' })
    case 'continued': {
      const successor = bench.instance({ continuedFrom: head.id })
      const continuedTo = homeOf(head.id, successor.id)
      const ended = await committed(bench, head, { status, continuedTo, create: [successor] })
      await take(bench, continuedTo)
      return ended
    }
  }
}
