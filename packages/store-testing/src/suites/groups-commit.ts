import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { advanceAll, claim, claimOne, command, obey, settle } from '../fixtures/acts.ts'
import { expectInvisible } from '../fixtures/ended-instances.ts'
import { freshRecord, jobEvent } from '../fixtures/expected.ts'
import {
  collect,
  collected,
  fill,
  flushOf,
  fullGroup,
  groupQueue,
  groupsOf,
  messagesOf,
} from '../fixtures/groups.ts'
import { commit, commitOf, committed, headOf, receive, receiveOne, takeFrom } from '../fixtures/instances.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, jobOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

/** What engines do with groups that are cut: one step makes a job of one and takes it away. */
export function groupsCommitSuite(contract: Contract): void {
  flushSuite(contract)
  keepSuite(contract)
  enginesSuite(contract)
  listSuite(contract)
}

function flushSuite(contract: Contract): void {
  describe('a commit that makes a job of a group and removes it', () => {
    contract('is one step: the job is there, the group is gone, and the event is told', async (bench) => {
      const head = await fullGroup(bench)
      const { order, jobId } = flushOf(head, '[1, 2.0]')
      await bench.clock.advanceBy(1_000)
      expect(await commit(bench, order)).toBe('committed')
      const timestamp = bench.clock.now()
      const job = { taskType: 'send', payload: '[1, 2.0]' }
      expect(await jobOf(bench.store, jobId)).toStrictEqual(freshRecord(jobId, timestamp, job))
      expect(await allEvents(bench.store)).toStrictEqual([
        jobEvent('job.enqueued', { taskType: 'send', jobId, timestamp, attempt: 0 }),
        { type: 'group.flushed', taskType: 'send', jobId: head.id, timestamp },
      ])
      await expectInvisible(bench, head)
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      expect(await bench.store.mailboxes.parts(head.id, ['m:0', 'm:1'])).toStrictEqual([undefined, undefined])
    })

    contract('the job is like any other: nobody owns it, and it is kept by the settings', async (bench) => {
      const head = await fullGroup(bench)
      const { order, jobId } = flushOf(head)
      await commit(bench, order)
      const lease = await claimOne(bench)
      expect(lease.jobId).toBe(jobId)
      expect(lease).not.toHaveProperty('batch')
      expect(lease).not.toHaveProperty('workflow')
      await settle(bench, succeeded(lease, '1'))
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      expect(await command(bench, { verb: 'retry', id: jobId })).toMatchObject({ kind: 'refused' })
      await obey(bench, { verb: 'delete', id: jobId })
      expect(await countsOf(bench.store)).toStrictEqual({})
    })

    contract('the job may be any other job, also one that waits', async (bench) => {
      const head = await fullGroup(bench)
      const { order } = flushOf(head)
      const draft = { ...bench.draft({ priority: 9, tags: ['g'], retainMs: 5 }), delayMs: 60_000 }
      expect(await commit(bench, { ...order, enqueue: [draft, ...order.enqueue] })).toBe('committed')
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1, scheduled: 1 })
      await bench.clock.advanceBy(60_000)
      expect((await claim(bench)).map(({ taskType }) => taskType)).toStrictEqual(['plain', 'send'])
    })

    contract('under an old version is a conflict, and nothing happens', async (bench) => {
      const head = await fullGroup(bench)
      const { order } = flushOf(head)
      expect(await commit(bench, { ...order, version: head.version + 1 })).toBe('conflict')
      expect(await headOf(bench.store, head.id)).toStrictEqual(head)
      expect(await messagesOf(bench, head)).toHaveLength(2)
      expect(await countsOf(bench.store)).toStrictEqual({})
      expect(await allEvents(bench.store)).toStrictEqual([])
    })

    contract('leaves the next group of that name alone', async (bench) => {
      const head = await fullGroup(bench)
      const { group: next, messages } = await fill(bench, 1)
      expect(await commit(bench, flushOf(head).order)).toBe('committed')
      expect(await collect(bench, [collected()])).toMatchObject([{ id: next, size: 2 }])
      expect((await messagesOf(bench, await headOf(bench.store, next)))[0]).toBe(messages[0])
      await bench.clock.advanceBy(60_000)
      expect((await receiveOne(bench, groupQueue)).head).toMatchObject({ id: next, size: 2 })
    })

    contract('of many groups in one call, each by itself', async (bench) => {
      const heads = []
      for (let i = 0; i < 10; i++) heads.push(await fullGroup(bench, 3, { group: `g${i}` }))
      const orders = heads.map((head) => flushOf(head).order)
      const { outcomes } = await bench.store.mailboxes.commit(bench.calls.next(), [...orders, ...orders])
      expect(outcomes).toStrictEqual([...orders.map(() => 'committed'), ...orders.map(() => 'unknown')])
      expect(await groupsOf(bench)).toStrictEqual([])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 10 })
    })

    contract('of two groups of one name in one instant makes two jobs', async (bench) => {
      const heads = [await fullGroup(bench), await fullGroup(bench)]
      for (const [i, head] of heads.entries()) {
        expect(await commit(bench, flushOf(head, `${i}`).order)).toBe('committed')
      }
      expect((await claim(bench)).map(({ payload }) => payload)).toStrictEqual(['0', '1'])
    })

    contract('leaves no trace, also of a group of 5,000 messages with marks and timers', async (bench) => {
      const head = await committed(bench, await fullGroup(bench, 5_000), {
        parts: [{ name: 'x', text: '1', marks: { s: 1 } }],
        timers: [{ name: 'w', dueAt: bench.clock.now() + 1_000 }],
      })
      await commit(bench, flushOf(head).order)
      await fullGroup(bench)
      await fill(bench, 3)
      await bench.clock.advanceBy(2_000)
      await advanceAll(bench)
      expect(await receive(bench, groupQueue)).toHaveLength(1)
      await removeEverything(bench)
    })
  })
}

function keepSuite(contract: Contract): void {
  describe('a group that was cut', () => {
    contract('stays as it is until it is committed away, whatever time passes', async (bench) => {
      const head = await fullGroup(bench)
      const messages = await messagesOf(bench, head)
      await bench.clock.advanceBy(400 * 24 * 60 * 60 * 1000)
      await advanceAll(bench)
      expect(await headOf(bench.store, head.id)).toStrictEqual(head)
      expect(await messagesOf(bench, head)).toStrictEqual(messages)
      expect((await receiveOne(bench, groupQueue)).head.id).toBe(head.id)
    })

    contract('that could not be aggregated waits for a timer, in its queue', async (bench) => {
      const head = await fullGroup(bench)
      const dueAt = bench.clock.now() + 5_000
      const events = [{ type: 'group.failed', error: 'boom' }] as const
      const after = await committed(bench, head, {
        consumed: 1,
        state: '{"tries":1}',
        timers: [{ name: 'retry', dueAt }],
        events,
      })
      expect(after).toMatchObject({ version: 2, size: 2, state: '{"tries":1}' })
      expect(await allEvents(bench.store)).toStrictEqual([
        { ...events[0], jobId: head.id, timestamp: bench.clock.now() },
      ])
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      await bench.clock.advanceBy(5_000)
      const bag = await receiveOne(bench, groupQueue)
      expect(bag.messages).toStrictEqual([{ kind: 'timerDue', name: 'retry', dueAt, at: dueAt }])
      expect(await commit(bench, flushOf(bag.head).order)).toBe('committed')
      expect(await groupsOf(bench)).toStrictEqual([])
    })

    contract('takes no messages while it waits for its next try', async (bench) => {
      const head = await fullGroup(bench)
      await committed(bench, head, {
        consumed: 1,
        timers: [{ name: 'retry', dueAt: bench.clock.now() + 60_000 }],
      })
      expect((await collect(bench, [collected()]))[0]?.size).toBe(1)
      expect((await headOf(bench.store, head.id)).size).toBe(2)
    })

    contract('put into another queue, its mail waits there from then on', async (bench) => {
      await fullGroup(bench)
      const { head } = await receiveOne(bench, groupQueue)
      const dueAt = bench.clock.now() + 1_000
      const after = await committed(bench, head, {
        queue: 'group:mail:*\nsend/ü',
        timers: [{ name: 'retry', dueAt }],
      })
      expect(after).toMatchObject({ version: 2, size: 2 })
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      expect(await takeFrom(bench, head.id, { queues: ['group:mail:*\nsend/ü'] })).toMatchObject([
        { kind: 'cut' },
      ])
      await bench.clock.advanceBy(1_000)
      expect(await receive(bench, groupQueue)).toStrictEqual([])
      expect(await takeFrom(bench, head.id, { queues: ['group:mail:*\nsend/ü'] })).toMatchObject([
        { kind: 'timerDue', name: 'retry' },
      ])
    })
  })
}

function enginesSuite(contract: Contract): void {
  describe('two engines and one group', () => {
    contract('only one is given it', async (bench) => {
      await fullGroup(bench)
      const other = { ...bench, store: await bench.other(), calls: bench.calls.lane(1) }
      const found = await Promise.all([
        receive(bench, { ...groupQueue, nodeId: 'e1' }),
        receive(other, { ...groupQueue, nodeId: 'e2' }),
      ])
      expect(found.flat()).toHaveLength(1)
    })

    contract('that both decide make one job', async (bench) => {
      const head = await fullGroup(bench)
      await receiveOne(bench, { ...groupQueue, leaseMs: 1 })
      await bench.clock.advanceBy(1)
      await receiveOne(bench, { ...groupQueue, nodeId: 'e2' })
      const other = await bench.other()
      const replies = await Promise.all([
        bench.store.mailboxes.commit(bench.calls.lane(1).next(), [flushOf(head).order]),
        other.mailboxes.commit(bench.calls.lane(2).next(), [flushOf(head).order]),
      ])
      expect(replies.flatMap(({ outcomes }) => outcomes).sort()).toStrictEqual(['committed', 'unknown'])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('that fails while the other succeeds does not bring it back', async (bench) => {
      const head = await fullGroup(bench)
      expect(await commit(bench, flushOf(head).order)).toBe('committed')
      const late = commitOf(head, {
        consumed: 1,
        timers: [{ name: 'retry', dueAt: bench.clock.now() + 1 }],
      })
      expect(await commit(bench, late)).toBe('unknown')
      await bench.clock.advanceBy(60_000)
      await advanceAll(bench)
      expect(await groupsOf(bench)).toStrictEqual([])
      expect(await receive(bench, groupQueue)).toStrictEqual([])
    })
  })
}

function listSuite(contract: Contract): void {
  describe('the list of groups', () => {
    contract('has every group with its size, cut or not, and nothing else', async (bench) => {
      await fullGroup(bench, 3, { group: 'b' })
      await bench.clock.advanceBy(1)
      await fill(bench, 2, () => collected({ group: 'a' }))
      await bench.clock.advanceBy(1)
      await fill(bench, 1, () => collected({ group: 'b' }))
      expect((await groupsOf(bench)).map(({ name, size }) => `${name} ${size}`)).toStrictEqual([
        'b 3',
        'a 2',
        'b 1',
      ])
      const { inspector } = bench.store
      const named = await inspector.listInstances('group', { name: 'b', status: 'running' }, { limit: 10 })
      expect([named.rows.map(({ size }) => size), named.total]).toStrictEqual([[1, 3], 2])
      const counts = [...(await inspector.countInstances('group'))]
      expect(counts.sort((a, b) => (a.name < b.name ? -1 : 1))).toStrictEqual([
        { name: 'a', status: 'running', count: 1 },
        { name: 'b', status: 'running', count: 2 },
      ])
      expect(await inspector.countInstances('workflow')).toStrictEqual([])
    })

    contract('of none is empty: a group without messages does not exist', async (bench) => {
      const head = await fullGroup(bench)
      await commit(bench, flushOf(head).order)
      expect(await groupsOf(bench)).toStrictEqual([])
      expect(await bench.store.inspector.countInstances('group')).toStrictEqual([])
    })
  })
}
