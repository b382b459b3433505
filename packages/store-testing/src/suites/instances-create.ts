import { homePartition, type NewInstance, partitionOf, withPartition } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { advanceAll, claimAll, created, settle } from '../fixtures/acts.ts'
import { append, appendOf } from '../fixtures/batches.ts'
import { createCalls } from '../fixtures/calls.ts'
import { freshRecord, jobEvent } from '../fixtures/expected.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  create,
  createAll,
  headOf,
  receive,
  remove,
  send,
  sending,
  take,
} from '../fixtures/instances.ts'
import { freshHead, homeOf, newMember } from '../fixtures/new-instance.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, jobOf } from '../fixtures/reads.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Texts a store might be tempted to read: they must come back to the letter. */
const oddText = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9\u00e9\u{1F600}|,:\\n" }'

/** `instances.create` and `get`, and the definitions instances bring along. */
export function instancesCreateSuite(contract: Contract): void {
  describe('instances.create', () => {
    contract('stores the head with status running and version 1', async (bench) => {
      const draft = bench.instance()
      const id = bench.idOf(draft)
      const now = bench.clock.now()
      expect(await createAll(bench, [draft])).toStrictEqual([{ kind: 'created', id, createdAt: now }])
      await bench.clock.advanceBy(1_000)
      expect(await headOf(bench.store, id)).toStrictEqual({ ...freshHead(draft, now), id })
    })

    contract('keeps everything a draft can state to the letter', async (bench) => {
      const draft = bench.instance({
        name: 'order.é/ü: 1',
        definition: { hash: 'abc0123456789def', text: oddText },
        state: oddText,
        input: oddText,
        requestId: 'request 1/ü',
      })
      const now = bench.clock.now()
      await createAll(bench, [draft])
      const id = bench.idOf(draft)
      expect(await headOf(bench.store, id)).toStrictEqual({ ...freshHead(draft, now), id })
      expect(await bench.store.mailboxes.definitions([draft.definition.hash])).toStrictEqual([oddText])
    })

    contract('large states, inputs and definitions come back to the letter', async (bench) => {
      const text = JSON.stringify('é\n\t|,:'.repeat(50_000))
      const draft = bench.instance({ definition: { hash: 'b16', text }, state: text, input: text })
      const now = bench.clock.now()
      await createAll(bench, [draft])
      const id = bench.idOf(draft)
      expect(await headOf(bench.store, id)).toStrictEqual({ ...freshHead(draft, now), id })
      expect(await bench.store.mailboxes.definitions(['b16'])).toStrictEqual([text])
    })

    contract('puts `started` into the mailbox, as the first message', async (bench) => {
      const id = await create(bench)
      const now = bench.clock.now()
      const head = await headOf(bench.store, id)
      await bench.clock.advanceBy(1_000)
      expect(await receive(bench)).toStrictEqual([{ head, messages: [{ kind: 'started', at: now }] }])
    })

    contract('tells `workflow.started`', async (bench) => {
      const id = await create(bench)
      const told = { type: 'workflow.started', timestamp: bench.clock.now(), jobId: id, workflowId: id }
      expect(await allEvents(bench.store)).toStrictEqual([told])
    })

    contract('stores many in order, each at its home', async (bench) => {
      const drafts = Array.from({ length: 300 }, (_, i) => bench.instance({ name: `n${i % 7}` }))
      const ids = drafts.map((draft) => bench.idOf(draft))
      const now = bench.clock.now()
      expect(await createAll(bench, drafts)).toStrictEqual(
        ids.map((id) => ({ kind: 'created', id, createdAt: now })),
      )
      expect(await bench.store.instances.get(ids)).toStrictEqual(
        drafts.map((draft, i) => ({ ...freshHead(draft, now), id: ids[i] })),
      )
      expect((await allEvents(bench.store)).map(({ workflowId }) => workflowId)).toStrictEqual(ids)
    })

    contract('its home follows from its request id, else from its own', async (bench) => {
      for (let i = 0; i < 10; i++) {
        const draft = bench.instance({ requestId: `r${i}` })
        const { partitions } = await bench.store.inspector.info()
        expect(await createAll(bench, [draft])).toStrictEqual([created(bench.idOf(draft))])
        expect(partitionOf(bench.idOf(draft))).toBe(homePartition(draft, partitions))
      }
    })
  })

  describe('instances.create of a workflow that begins with jobs', () => {
    contract('stores head and jobs, tells of them, and sends nothing', async (bench) => {
      const draft = beginning(bench)
      const [id, now] = [bench.idOf(draft), bench.clock.now()]
      const jobs = jobsOf(draft, id)
      await createAll(bench, [draft])
      expect(await headOf(bench.store, id)).toStrictEqual({ ...freshHead(draft, now), id })
      expect(await receive(bench)).toStrictEqual([])
      expect(await jobOf(bench.store, jobs[0] as string)).toStrictEqual(
        freshRecord(jobs[0] as string, now, { workflowId: id, workflowTask: 'a', payload: '"a"' }),
      )
      const told = { timestamp: now, workflowId: id }
      expect(await allEvents(bench.store)).toStrictEqual([
        { type: 'workflow.started', jobId: id, ...told },
        ...jobs.map((jobId, i) =>
          jobEvent('job.enqueued', { jobId, timestamp: now, attempt: 0, taskType: types[i] as string }),
        ),
        ...jobs.map((jobId, i) => ({
          type: 'workflow.task.dispatched',
          jobId,
          taskType: types[i],
          ...told,
        })),
      ])
    })

    contract('its jobs run, and tell it of their end', async (bench) => {
      const draft = beginning(bench)
      const id = bench.idOf(draft)
      await createAll(bench, [draft])
      const runs = await claimAll(bench)
      expect(new Set(runs.map((run) => run.workflow?.task))).toStrictEqual(new Set(['a', 'b', 'c']))
      for (const run of runs) await settle(bench, succeeded(run, '1'))
      const ends = runs.map((run) => ({
        kind: 'jobEnded',
        jobId: run.firingId,
        task: run.workflow?.task,
        output: '1',
      }))
      expect(await take(bench, id)).toMatchObject(ends)
    })

    contract('a request seen before, and an id, brings no jobs', async (bench) => {
      const [first, other] = [beginning(bench, { requestId: 'r' }), beginning(bench)]
      await createAll(bench, [first, other])
      const again = [beginning(bench, { requestId: 'r' }), other, first]
      const ids = [first, other, first].map((draft) => bench.idOf(draft))
      expect(await createAll(bench, again)).toStrictEqual(ids.map((id) => ({ kind: 'repeated', id })))
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 6 })
    })

    contract('a child that a commit creates begins likewise', async (bench) => {
      const head = await begin(bench)
      const child = beginning(bench, { parent: { id: head.id, task: 't' } })
      await committed(bench, head, { create: [child] })
      expect(await receive(bench)).toStrictEqual([])
      const ids = (await claimAll(bench)).map((run) => run.firingId)
      expect(new Set(ids)).toStrictEqual(new Set(jobsOf(child, head.id)))
    })

    contract('goes with its jobs', async (bench) => {
      const draft = beginning(bench)
      const id = bench.idOf(draft)
      await createAll(bench, [draft])
      await committed(bench, await headOf(bench.store, id), { status: 'cancelled' })
      expect(await remove(bench, id)).toStrictEqual({ kind: 'done' })
      await advanceAll(bench)
      expect(await bench.store.jobs.get(jobsOf(draft, id))).toStrictEqual([undefined, undefined, undefined])
      expect(await countsOf(bench.store)).toStrictEqual({})
    })
  })

  describe('instances.create of what was seen before', () => {
    contract('a request id seen in the last 24 hours names the first', async (bench) => {
      const id = await create(bench, { requestId: 'r' })
      const before = await headOf(bench.store, id)
      await bench.clock.advanceBy(DAY_MS - 1)
      await advanceAll(bench)
      const again = bench.instance({ requestId: 'r', name: 'other', definition: otherDefinition })
      expect(await createAll(bench, [again])).toStrictEqual([{ kind: 'repeated', id }])
      expect(await headOf(bench.store, id)).toStrictEqual(before)
      expect(await bench.store.instances.get([bench.idOf(again)])).toStrictEqual([undefined])
      expect(await bench.store.mailboxes.definitions([otherDefinition.hash])).toStrictEqual([undefined])
    })

    contract('after 24 hours it names nothing any more', async (bench) => {
      const first = await create(bench, { requestId: 'r' })
      await bench.clock.advanceBy(DAY_MS)
      await advanceAll(bench)
      expect(await create(bench, { requestId: 'r' })).not.toBe(first)
    })

    contract('two in one call meet by their request id', async (bench) => {
      const [a, b, c] = ['r', 'r', 'other'].map((requestId) => bench.instance({ requestId })) as [
        ReturnType<typeof bench.instance>,
        ReturnType<typeof bench.instance>,
        ReturnType<typeof bench.instance>,
      ]
      expect(await createAll(bench, [a, b, c])).toStrictEqual([
        created(bench.idOf(a)),
        { kind: 'repeated', id: bench.idOf(a) },
        created(bench.idOf(c)),
      ])
      expect(await receive(bench)).toHaveLength(2)
    })

    contract('request ids of jobs are not those of instances', async (bench) => {
      await bench.store.jobs.enqueue(bench.calls.next(), [bench.draft({ requestId: 'r' })])
      await create(bench, { requestId: 'r' })
    })

    contract('its own id again is repeated, also under another key', async (bench) => {
      const draft = bench.instance()
      const id = bench.idOf(draft)
      await createAll(bench, [draft])
      const before = await headOf(bench.store, id)
      await bench.clock.advanceBy(1_000)
      expect(await createAll(bench, [draft])).toStrictEqual([{ kind: 'repeated', id }])
      const call = createCalls('another').next()
      expect(await bench.store.instances.create(call, [draft, draft])).toStrictEqual([
        { kind: 'repeated', id },
        { kind: 'repeated', id },
      ])
      expect(await headOf(bench.store, id)).toStrictEqual(before)
      expect(await allEvents(bench.store)).toHaveLength(1)
      const [bag] = await receive(bench)
      expect(bag?.messages).toHaveLength(1)
    })
  })

  describe('instances.get', () => {
    contract('answers in order, with undefined where there is none', async (bench) => {
      const [a, b] = [await create(bench), await create(bench)]
      const unknown = bench.idOf(bench.instance())
      expect(await bench.store.instances.get([])).toStrictEqual([])
      const heads = await bench.store.instances.get([b, unknown, a, b])
      expect(heads.map((head) => head?.id)).toStrictEqual([b, undefined, a, b])
    })

    contract('an id of another store, with more partitions, is unknown to every call', async (bench) => {
      const { id } = await begin(bench)
      const foreign = withPartition(id, 31)
      const { instances, mailboxes, events } = bench.store
      expect(await instances.get([foreign, id])).toMatchObject([undefined, { id }])
      expect(await send(bench, sending(foreign, { kind: 'cancel' }))).toStrictEqual({ kind: 'unknown' })
      expect(await remove(bench, foreign)).toStrictEqual({ kind: 'unknown' })
      expect(await commit(bench, commitOf({ ...freshHead(bench.instance(), 0), id: foreign }))).toBe(
        'unknown',
      )
      expect(await mailboxes.parts(foreign, ['p'])).toStrictEqual([undefined])
      expect(await mailboxes.marked(foreign, 's', { limit: 1 })).toStrictEqual({ names: [], total: 0 })
      expect(await mailboxes.places(foreign, 's', ['p'])).toStrictEqual([undefined])
      expect(await append(bench, appendOf(foreign, [0, 1]))).toStrictEqual({ kind: 'unknown' })
      expect(await mailboxes.signals(foreign, { limit: 1 })).toStrictEqual([])
      expect(await mailboxes.signalStats([foreign])).toStrictEqual([{ pending: 0 }])
      expect(await mailboxes.acknowledge(bench.calls.next(), foreign, ['s'])).toStrictEqual([false])
      expect(await events.watch([foreign], { timeoutMs: 1_000 })).toStrictEqual([
        { id: foreign, state: 'unknown' },
      ])
    })

    contract('jobs are no instances and instances no jobs', async (bench) => {
      const id = await create(bench)
      const job = bench.draft()
      await bench.store.jobs.enqueue(bench.calls.next(), [job])
      expect(await bench.store.instances.get([bench.idOf(job)])).toStrictEqual([undefined])
      expect(await bench.store.jobs.get([id])).toStrictEqual([undefined])
      expect(await bench.store.jobs.command(bench.calls.next(), [{ verb: 'cancel', id }])).toStrictEqual({
        outcomes: [{ kind: 'unknown' }],
        ended: [],
      })
    })
  })

  describe('mailboxes.definitions', () => {
    contract('one text serves all instances of its hash, and is answered in order', async (bench) => {
      await createAll(bench, [
        bench.instance(),
        bench.instance({ definition: otherDefinition }),
        bench.instance(),
      ])
      const { hash, text } = bench.instance().definition
      const hashes = [otherDefinition.hash, 'fade', hash, hash]
      expect(await bench.store.mailboxes.definitions(hashes)).toStrictEqual([
        otherDefinition.text,
        undefined,
        text,
        text,
      ])
    })

    contract('it goes with the last of them', async (bench) => {
      const ids = [
        await create(bench, { definition: otherDefinition }),
        await create(bench, { definition: otherDefinition }),
      ]
      const kept = await create(bench)
      const known = async () =>
        bench.store.mailboxes.definitions([otherDefinition.hash, bench.instance().definition.hash])
      const { text } = bench.instance().definition
      await endAndRemove(bench, ids[0] as string)
      expect(await known()).toStrictEqual([otherDefinition.text, text])
      await endAndRemove(bench, ids[1] as string)
      expect(await known()).toStrictEqual([undefined, text])
      expect((await headOf(bench.store, kept)).definitionHash).toBe(bench.instance().definition.hash)
    })

    contract('an instance that was only repeated does not keep it', async (bench) => {
      const draft = bench.instance({ definition: otherDefinition })
      await createAll(bench, [draft, draft])
      await createAll(bench, [draft])
      await endAndRemove(bench, bench.idOf(draft))
      expect(await bench.store.mailboxes.definitions([otherDefinition.hash])).toStrictEqual([undefined])
    })

    contract('a child keeps its own, and one it shares', async (bench) => {
      const id = await create(bench)
      const parent = { id, task: 'sub' }
      const drafts = [bench.instance({ parent, definition: otherDefinition }), bench.instance({ parent })]
      const head = await committed(bench, await headOf(bench.store, id), { create: drafts })
      const { hash, text } = bench.instance().definition
      const known = () => bench.store.mailboxes.definitions([hash, otherDefinition.hash])
      expect(await known()).toStrictEqual([text, otherDefinition.text])
      await endAndRemove(bench, head.id)
      expect(await known()).toStrictEqual([undefined, undefined])
    })
  })
}

const types = ['plain', 'io', 'plain']

/** A workflow that begins with three jobs. */
function beginning(bench: Bench, overrides: Partial<NewInstance> = {}): NewInstance {
  const draft = bench.instance(overrides)
  const begins = ['a', 'b', 'c'].map((workflowTask, i) => ({
    ...newMember(draft, { taskType: types[i] as string, payload: `"${workflowTask}"` }),
    workflowId: draft.id,
    workflowTask,
  }))
  return { ...draft, begins }
}

/** What it begins with, as stored at the home of this instance. */
function jobsOf({ begins = [] }: NewInstance, owner: string): string[] {
  return begins.map((job) => homeOf(owner, job.id))
}

const otherDefinition = { hash: 'cafe', text: '{"name":"other"}' }

async function endAndRemove(bench: TimedBench, id: string): Promise<void> {
  const head = await headOf(bench.store, id)
  await bench.store.mailboxes.commit(bench.calls.next(), [commitOf(head, { status: 'completed' })])
  expect(await remove(bench, id)).toStrictEqual({ kind: 'done' })
  await advanceAll(bench)
}
