import type { LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { claim, claimAll, claimOne, handBack, settle } from '../fixtures/acts.ts'
import { situations } from '../fixtures/bring.ts'
import { freshRecord, fullDraft, jobEvent } from '../fixtures/expected.ts'
import { begin, commit, commitOf, committed, enqueueMembers, headOf, take } from '../fixtures/instances.ts'
import { bringMember } from '../fixtures/members.ts'
import { homeOf, newMember } from '../fixtures/new-instance.ts'
import { failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, eventsOf, jobOf } from '../fixtures/reads.ts'

/** Everything a draft of a member can state. */
type FullMember = Omit<typeof fullDraft, 'uniqueKey' | 'requestId' | 'retainMs' | 'concurrencyKeys'> & {
  readonly workflowTask: string
}

const fullMember: FullMember = (() => {
  const {
    uniqueKey: _key,
    requestId: _request,
    retainMs: _retain,
    concurrencyKeys: _keys,
    ...rest
  } = fullDraft
  return { ...rest, workflowTask: 'send/ü: 1' }
})()

/** Jobs that commits enqueue and cancel. */
export function mailboxesEnqueueSuite(contract: Contract): void {
  describe('jobs a commit enqueues', () => {
    contract('are stored as by enqueue, with their workflow and task', async (bench) => {
      const head = await begin(bench)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()
      const [id] = (await enqueueMembers(bench, head, [{}])) as [string]
      const facts = { workflowId: head.id, workflowTask: 't' }
      expect(await jobOf(bench.store, id)).toStrictEqual(freshRecord(id, now, facts))
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        jobEvent('job.enqueued', { jobId: id, timestamp: now, attempt: 0 }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('keep everything a draft can state', async (bench) => {
      const head = await begin(bench)
      const now = bench.clock.now()
      const [id] = (await enqueueMembers(bench, head, [fullMember])) as [string]
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...freshRecord(id, now),
        ...fullMember,
        workflowId: head.id,
      })
    })

    contract('stand in line in their order, among all others', async (bench) => {
      const [a, b] = [await begin(bench), await begin(bench)]
      const first = await enqueueMembers(bench, a, [{}, {}, {}])
      const draft = bench.draft()
      await bench.store.jobs.enqueue(bench.calls.next(), [draft])
      const second = await enqueueMembers(bench, b, [{}, {}])
      const line = [...first, bench.idOf(draft), ...second]
      expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual(line)
      expect(
        (await allEvents(bench.store, { types: ['job.enqueued'] })).map(({ jobId }) => jobId),
      ).toStrictEqual(line)
    })

    contract('are served by their priority', async (bench) => {
      const head = await begin(bench)
      const [low, normal, high] = await enqueueMembers(bench, head, [
        { priority: 1 },
        { priority: 5 },
        { priority: 10 },
      ])
      expect((await claimAll(bench)).map(({ jobId }) => jobId)).toStrictEqual([high, normal, low])
    })

    for (const input of [undefined, '{ "n": 1.50, "big": 12345678901234567890 }', '""']) {
      contract(`are leased with the workflow they are for, its input being ${input}`, async (bench) => {
        const head = await begin(bench, { name: 'order.é', ...(input === undefined ? {} : { input }) })
        const now = bench.clock.now()
        const [id] = (await enqueueMembers(bench, head, [{ workflowTask: 'send/ü' }])) as [string]
        await bench.clock.advanceBy(1_000)
        const lease = await claimOne(bench)
        expect(lease).toStrictEqual({
          runId: `${id}-1`,
          firingId: id,
          jobId: id,
          token: lease.token,
          taskType: 'plain',
          payload: '{}',
          attempt: 1,
          maxAttempts: 3,
          consecutiveErrors: 0,
          priority: 5,
          headers: {},
          leaseMs: 30_000,
          claimableAt: now,
          claimedAt: now + 1_000,
          createdAt: now,
          workflow: {
            id: head.id,
            name: 'order.é',
            task: 'send/ü',
            ...(input === undefined ? {} : { input }),
          },
        })
      })
    }

    contract('leased again, after a retry or a hand-back, are leased with it as well', async (bench) => {
      const head = await begin(bench, { input: '[1]' })
      await enqueueMembers(bench, head, [{}])
      const workflow = { id: head.id, name: 'order', task: 't', input: '[1]' }
      const first = await claimOne(bench)
      await settle(bench, failed(first, 0))
      const second = await claimOne(bench)
      await handBack(bench, second)
      const third = await claimOne(bench)
      expect([first, second, third].map((lease) => lease.workflow)).toStrictEqual([
        workflow,
        workflow,
        workflow,
      ])
    })

    contract(
      'of several workflows are each leased with their own, and other jobs with none',
      async (bench) => {
        const big = JSON.stringify('x'.repeat(100_000))
        const heads = [
          await begin(bench, { input: '1' }),
          await begin(bench, { name: 'other' }),
          await begin(bench, { input: big }),
        ]
        for (const head of heads)
          await enqueueMembers(bench, head, [{ workflowTask: 'a' }, { workflowTask: 'b' }])
        await bench.store.jobs.enqueue(bench.calls.next(), [bench.draft()])
        const leases = await claim(bench)
        expect(leases.map(({ workflow }) => workflow)).toStrictEqual([
          { id: heads[0]?.id, name: 'order', task: 'a', input: '1' },
          { id: heads[0]?.id, name: 'order', task: 'b', input: '1' },
          { id: heads[1]?.id, name: 'other', task: 'a' },
          { id: heads[1]?.id, name: 'other', task: 'b' },
          { id: heads[2]?.id, name: 'order', task: 'a', input: big },
          { id: heads[2]?.id, name: 'order', task: 'b', input: big },
          undefined,
        ])
        expect(leases.at(-1)).not.toHaveProperty('workflow')
      },
    )

    contract('a claim repeated says the same of them', async (bench) => {
      const head = await begin(bench, { input: '[1]' })
      await enqueueMembers(bench, head, [{}])
      const lease = await claimOne(bench)
      const request = {
        nodeId: 'n1',
        handlerSet: bench.announced.get('n1') as string,
        limit: 100,
        start: true,
      }
      expect(await bench.store.runs.claim(bench.calls.last(), request)).toMatchObject({ leases: [lease] })
    })

    contract('a settle that is followed by a claim leases the next with its workflow', async (bench) => {
      const head = await begin(bench, { input: '[1]' })
      await enqueueMembers(bench, head, [{ workflowTask: 'a' }, { workflowTask: 'b' }])
      await settle(bench, succeeded(await claimOne(bench, { limit: 1 })))
      expect((await claimOne(bench)).workflow).toStrictEqual({
        id: head.id,
        name: 'order',
        task: 'b',
        input: '[1]',
      })
    })

    contract('ten thousand at once', async (bench) => {
      const head = await begin(bench)
      const ids = await enqueueMembers(
        bench,
        head,
        Array.from({ length: 10_000 }, (_, i) => ({ workflowTask: `t${i}` })),
      )
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 10_000 })
      const leases = await claim(bench, { limit: 1_000 })
      expect(leases.map(({ jobId }) => jobId)).toStrictEqual(ids.slice(0, 1_000))
    })

    contract('are told apart by task when listed and counted, as all jobs', async (bench) => {
      const head = await begin(bench)
      const ids = await enqueueMembers(bench, head, [{ taskType: 'a' }, { taskType: 'b' }])
      const { rows, total } = await bench.store.inspector.listJobs({ status: 'pending' }, { limit: 10 })
      expect([rows.map(({ id }) => id).sort(), total]).toStrictEqual([[...ids].sort(), 2])
      expect(await bench.store.jobs.get(ids)).toStrictEqual(
        await Promise.all(ids.map((id) => jobOf(bench.store, id))),
      )
      const listed = await bench.store.inspector.listJobs({ taskType: 'a' }, { limit: 10 })
      expect(listed.rows).toStrictEqual([await jobOf(bench.store, ids[0] as string)])
    })
  })

  describe('jobs a commit cancels', () => {
    for (const situation of situations.filter((each) => /^(pending|retrying|paused)/.test(each))) {
      contract(`one that is ${situation} ends at once, and the instance has mail of it`, async (bench) => {
        const { id, owner } = await bringMember(bench, situation)
        const before = await jobOf(bench.store, id)
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()
        const order = commitOf(await headOf(bench.store, owner), { cancel: [{ id, reason: 'not needed' }] })
        expect(await bench.store.mailboxes.commit(bench.calls.next(), [order])).toStrictEqual({
          outcomes: ['committed'],
          ended: [
            {
              firingId: id,
              jobId: id,
              taskType: 'plain',
              status: 'cancelled',
              attempt: before.attempt,
              error: 'not needed',
            },
          ],
        })
        expect((await jobOf(bench.store, id)).result).toStrictEqual({
          status: 'cancelled',
          error: 'not needed',
        })
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', {
            jobId: id,
            timestamp: now,
            attempt: before.attempt,
            error: 'not needed',
          }),
        ])
        expect(await take(bench, owner)).toStrictEqual([
          { kind: 'jobEnded', jobId: id, task: 't', status: 'cancelled', error: 'not needed', at: now },
        ])
        expect(await claim(bench)).toStrictEqual([])
      })
    }

    for (const situation of ['running, claimed', 'running, started'] as const) {
      contract(`one that is ${situation} is asked to`, async (bench) => {
        const { id, owner, lease } = await bringMember(bench, situation)
        await committed(bench, await headOf(bench.store, owner), { cancel: [{ id }] })
        expect((await jobOf(bench.store, id)).status).toBe('running')
        expect(await take(bench, owner)).toStrictEqual([])
        const beat = { ...ref(lease as LeasedRun), leaseMs: 30_000 }
        expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['cancelRequested'])
      })
    }

    for (const situation of ['completed', 'dead', 'cancelled'] as const) {
      contract(`one that is ${situation} is passed over`, async (bench) => {
        const { id, owner } = await bringMember(bench, situation)
        await take(bench, owner)
        const before = await jobOf(bench.store, id)
        const told = await allEvents(bench.store)
        await committed(bench, await headOf(bench.store, owner), { cancel: [{ id }] })
        expect(await jobOf(bench.store, id)).toStrictEqual(before)
        expect(await allEvents(bench.store)).toStrictEqual(told)
        expect(await take(bench, owner)).toStrictEqual([])
      })
    }

    contract('one that is unknown is passed over too, and the rest is done', async (bench) => {
      const { id, owner } = await bringMember(bench, 'pending')
      const head = await headOf(bench.store, owner)
      const unknown = homeOf(owner, bench.draft().id)
      expect(await commit(bench, commitOf(head, { cancel: [{ id: unknown }, { id }] }))).toBe('committed')
      expect(await countsOf(bench.store)).toStrictEqual({ cancelled: 1 })
    })

    contract('several: one message each, in order', async (bench) => {
      const head = await begin(bench)
      const ids = await enqueueMembers(bench, head, [
        { workflowTask: 'a' },
        { workflowTask: 'b' },
        { workflowTask: 'c' },
      ])
      const cancel = [2, 0, 1].map((i) => ({ id: ids[i] as string, reason: `r${i}` }))
      await committed(bench, await headOf(bench.store, head.id), { cancel })
      const mail = await take(bench, head.id)
      expect(mail.map((each) => each.kind === 'jobEnded' && [each.task, each.error])).toStrictEqual([
        ['c', 'r2'],
        ['a', 'r0'],
        ['b', 'r1'],
      ])
    })

    contract('a job the same commit enqueues may take the place of the one it cancels', async (bench) => {
      const { id, owner } = await bringMember(bench, 'pending')
      const head = await headOf(bench.store, owner)
      await committed(bench, head, { cancel: [{ id }], enqueue: [newMember(head)] })
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1, cancelled: 1 })
    })
  })
}
