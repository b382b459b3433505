import type { InstanceCommit, InstanceHead } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  create,
  enqueueMembers,
  headOf,
  receive,
  receiveOne,
  send,
  sending,
  sent,
} from '../fixtures/instances.ts'
import { homeOf, newId, newMember } from '../fixtures/new-instance.ts'
import { markedOf, partOf } from '../fixtures/parts.ts'
import { allEvents, countsOf, jobOf } from '../fixtures/reads.ts'

/** `mailboxes.commit`: one step, guarded by the version. */
export function mailboxesCommitSuite(contract: Contract): void {
  describe('mailboxes.commit', () => {
    contract('rewrites state and status, and the version grows', async (bench) => {
      const id = await create(bench)
      const before = await headOf(bench.store, id)
      await bench.clock.advanceBy(1_000)
      const state = '{ "n": 1.50, "é": "\\u00e9|,:" }'
      const order = commitOf(before, { consumed: 1, status: 'suspended', state })
      expect(await bench.store.mailboxes.commit(bench.calls.next(), [order])).toStrictEqual({
        outcomes: ['committed'],
        ended: [],
      })
      expect(await headOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'suspended',
        state,
        version: 2,
        updatedAt: bench.clock.now(),
      })
    })

    contract('takes away the consumed messages, from the oldest', async (bench) => {
      const id = await create(bench)
      for (const reason of ['a', 'b', 'c']) await sent(bench, sending(id, { kind: 'cancel', reason }))
      const now = bench.clock.now()
      const { head } = await receiveOne(bench)
      await committed(bench, head, { consumed: 2 })
      const left = (await receiveOne(bench)).messages
      expect(left).toStrictEqual([
        { kind: 'cancel', reason: 'b', at: now },
        { kind: 'cancel', reason: 'c', at: now },
      ])
    })

    contract('what comes between receive and commit is kept, at the end', async (bench) => {
      const id = await create(bench)
      const { head } = await receiveOne(bench)
      await sent(bench, sending(id, { kind: 'cancel', reason: 'late' }))
      await committed(bench, head, { consumed: 1 })
      expect((await receiveOne(bench)).messages).toStrictEqual([
        { kind: 'cancel', reason: 'late', at: bench.clock.now() },
      ])
    })

    contract('with another version nothing happens at all', async (bench) => {
      const { head, everything, after } = await fullCommit(bench)
      for (const version of [head.version - 1, head.version + 1, 0]) {
        expect(await commit(bench, { ...everything, version })).toBe('conflict')
        await after()
      }
    })

    contract('of an id that is unknown says so, and nothing happens', async (bench) => {
      const { everything, after } = await fullCommit(bench)
      expect(await commit(bench, { ...everything, id: bench.idOf(bench.instance()) })).toBe('unknown')
      await after()
    })

    contract('a signal that is not pending makes all of it a conflict', async (bench) => {
      const { everything, after } = await fullCommit(bench)
      expect(await commit(bench, { ...everything, acknowledge: [newId()] })).toBe('conflict')
      await after()
    })

    contract('steps of one call are carried out in order, each by itself', async (bench) => {
      const heads = [await begin(bench), await begin(bench), await begin(bench)] as const
      const [a, b, c] = heads
      const again = { version: a.version + 1, state: '"second"' }
      const { outcomes } = await bench.store.mailboxes.commit(bench.calls.next(), [
        commitOf(a, { state: '"first"' }),
        commitOf(a, { state: '"lost"' }),
        commitOf(b, { version: 77, state: '"lost"' }),
        commitOf(a, again),
        commitOf({ ...a, id: bench.idOf(bench.instance()) }),
        commitOf(c, { state: '"third"' }),
      ])
      expect(outcomes).toStrictEqual([
        'committed',
        'conflict',
        'conflict',
        'committed',
        'unknown',
        'committed',
      ])
      const states = (await bench.store.instances.get(heads.map(({ id }) => id))).map((head) => [
        head?.state,
        head?.version,
      ])
      expect(states).toStrictEqual([
        ['"second"', 4],
        [b.state, 2],
        ['"third"', 3],
      ])
    })

    contract('many steps in one call, of instances in every partition', async (bench) => {
      const ids: string[] = []
      for (let i = 0; i < 30; i++) ids.push(await create(bench, { requestId: `r${i}` }))
      const bags = await receive(bench)
      const orders = bags.map(({ head }) =>
        commitOf(head, { consumed: 1, state: `"${head.id}"`, enqueue: [newMember(head)] }),
      )
      const { outcomes } = await bench.store.mailboxes.commit(bench.calls.next(), orders)
      expect(outcomes).toStrictEqual(orders.map(() => 'committed'))
      const heads = await bench.store.instances.get(ids)
      expect(heads.map((head) => head?.state)).toStrictEqual(ids.map((id) => `"${id}"`))
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 30 })
      expect(await receive(bench)).toStrictEqual([])
    })

    contract('tells its events last, in order, with its id and the time', async (bench) => {
      const head = await begin(bench)
      const known = (await allEvents(bench.store)).length
      await bench.clock.advanceBy(5)
      const now = bench.clock.now()
      const job = newMember(head)
      const child = bench.instance({ parent: { id: head.id, task: 'sub' } })
      await committed(bench, head, {
        enqueue: [job],
        create: [child],
        events: [
          { type: 'workflow.task.dispatched', taskType: 'é' },
          { type: 'workflow.task.failed', jobId: 'other', taskType: 't', error: 'boom\n"é"' },
          { type: 'workflow.retrying' },
        ],
      })
      const childId = homeOf(head.id, child.id)
      const own = { timestamp: now, workflowId: head.id }
      expect((await allEvents(bench.store)).slice(known)).toStrictEqual([
        {
          type: 'job.enqueued',
          timestamp: now,
          jobId: homeOf(head.id, job.id),
          taskType: 'plain',
          attempt: 0,
        },
        { type: 'workflow.started', timestamp: now, jobId: childId, workflowId: childId },
        { type: 'workflow.task.dispatched', jobId: head.id, taskType: 'é', ...own },
        { type: 'workflow.task.failed', jobId: 'other', taskType: 't', error: 'boom\n"é"', ...own },
        { type: 'workflow.retrying', jobId: head.id, ...own },
      ])
    })

    contract('events are found by the workflow they are of', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      await committed(bench, a, { events: [{ type: 'workflow.task.dispatched', jobId: 'j' }] })
      const types = async (workflowId: string) =>
        (await allEvents(bench.store, { workflowId })).map(({ type }) => type)
      expect(await types(a.id)).toStrictEqual(['workflow.started', 'workflow.task.dispatched'])
      expect(await types(b.id)).toStrictEqual(['workflow.started'])
      expect(await types('none')).toStrictEqual([])
      const both = { workflowId: a.id, types: ['workflow.started', 'job.started'] } as const
      expect(await allEvents(bench.store, both)).toHaveLength(1)
    })
  })
}

/** A commit that changes everything it can, and the proof that nothing of it has happened. */
async function fullCommit(bench: TimedBench): Promise<{
  readonly head: InstanceHead
  readonly everything: InstanceCommit
  after(): Promise<void>
}> {
  let head = await begin(bench)
  const [waiting] = await enqueueMembers(bench, head, [{}])
  head = await committed(bench, await headOf(bench.store, head.id), {
    parts: [partOf('kept', { s: 1 })],
    timers: [{ name: 'kept', dueAt: bench.clock.now() + 60_000 }],
  })
  const signalId = newId()
  await send(bench, sending(head.id, { kind: 'signal', id: signalId, name: 'go' }))
  head = await headOf(bench.store, head.id)
  const job = newMember(head)
  const child = bench.instance({ parent: { id: head.id, task: 'sub' } })
  const told = await allEvents(bench.store)
  const before = await jobOf(bench.store, waiting as string)
  await bench.clock.advanceBy(1_000)
  const everything = commitOf(head, {
    consumed: 1,
    status: 'completed',
    state: '"changed"',
    output: '1',
    parts: [partOf('new', { s: 0 }), { name: 'kept', marks: { s: null } }],
    enqueue: [job],
    cancel: [{ id: waiting as string }],
    create: [child],
    send: [sending(head.id, { kind: 'proceed' })],
    timers: [{ name: 'kept' }, { name: 'new', dueAt: 1 }],
    acknowledge: [signalId],
    events: [{ type: 'workflow.completed' }],
  })
  const after = async (): Promise<void> => {
    const { store } = bench
    expect(await headOf(store, head.id)).toStrictEqual(head)
    expect(await store.mailboxes.parts(head.id, ['kept', 'new'])).toStrictEqual([
      { name: 'kept', text: '"kept"' },
      undefined,
    ])
    expect(await markedOf(bench, head, 's')).toStrictEqual({ names: ['kept'], total: 1 })
    expect(await jobOf(store, waiting as string)).toStrictEqual(before)
    expect(await store.jobs.get([homeOf(head.id, job.id)])).toStrictEqual([undefined])
    expect(await store.instances.get([homeOf(head.id, child.id)])).toStrictEqual([undefined])
    expect(await store.mailboxes.signalStats([head.id])).toMatchObject([{ pending: 1 }])
    expect(await allEvents(store)).toStrictEqual(told)
    expect(await countsOf(store)).toStrictEqual({ pending: 1 })
    expect((await receiveOne(bench, { leaseMs: 1 })).messages.map(({ kind }) => kind)).toStrictEqual([
      'signal',
    ])
    await bench.clock.advanceBy(1)
  }
  return { head, everything, after }
}
