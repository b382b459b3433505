import type { InstanceMessage, Sending } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { createCalls } from '../fixtures/calls.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  createChild,
  headOf,
  receive,
  receiveOne,
  sending,
  take,
} from '../fixtures/instances.ts'
import { freshHead, homeOf } from '../fixtures/new-instance.ts'
import { allEvents } from '../fixtures/reads.ts'

/** What a commit creates and sends: children, a successor, and messages to them, to the parent and to itself. */
export function mailboxesOwnedSuite(contract: Contract): void {
  describe('children a commit creates', () => {
    contract('are instances with a link to their parent, in its partition', async (bench) => {
      const parent = await begin(bench)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()
      const draft = bench.instance({
        parent: { id: parent.id, task: 'sub/ü' },
        name: 'child',
        definition: { hash: 'c0de', text: '{"c":1}' },
        input: '{ "a": 1.0 }',
      })
      await committed(bench, parent, { create: [draft] })
      const id = homeOf(parent.id, draft.id)
      const head = await headOf(bench.store, id)
      expect(head).toStrictEqual({ ...freshHead(draft, now), id })
      expect((await allEvents(bench.store)).at(-1)).toStrictEqual({
        type: 'workflow.started',
        timestamp: now,
        jobId: id,
        workflowId: id,
      })
      expect(await receive(bench)).toStrictEqual([{ head, messages: [{ kind: 'started', at: now }] }])
      expect(await bench.store.mailboxes.definitions(['c0de'])).toStrictEqual(['{"c":1}'])
    })

    contract('whose id exists already are passed over', async (bench) => {
      const parent = await begin(bench)
      const draft = bench.instance({ parent: { id: parent.id, task: 'sub' } })
      const after = await committed(bench, parent, { create: [draft] })
      const child = await headOf(bench.store, homeOf(parent.id, draft.id))
      await committed(bench, after, { create: [{ ...draft, name: 'other' }] })
      expect(await headOf(bench.store, child.id)).toStrictEqual(child)
      expect(await take(bench, child.id)).toHaveLength(1)
    })

    contract('may have children, to any depth', async (bench) => {
      let head = await begin(bench)
      for (let depth = 0; depth < 16; depth++) {
        const id = await createChild(bench, head, { name: `d${depth}` })
        await take(bench, id)
        const child = await headOf(bench.store, id)
        expect(child.parent).toStrictEqual({ id: head.id, task: 'sub' })
        head = child
      }
    })

    contract('many in one commit, in order', async (bench) => {
      const parent = await begin(bench)
      const create = Array.from({ length: 200 }, (_, i) =>
        bench.instance({ parent: { id: parent.id, task: `t${i}` }, name: 'child' }),
      )
      await committed(bench, parent, { create })
      const bags = await receive(bench, { limit: 1_000 })
      expect(bags.map(({ head }) => head.parent?.task)).toStrictEqual(
        create.map(({ parent }) => parent?.task),
      )
    })
  })

  describe('the successor a commit creates', () => {
    contract('goes on for an instance that ends as continued', async (bench) => {
      const before = await begin(bench)
      await bench.clock.advanceBy(1_000)
      const now = bench.clock.now()
      const draft = bench.instance({ continuedFrom: before.id, input: '2' })
      const id = homeOf(before.id, draft.id)
      const ended = await committed(bench, before, {
        status: 'continued',
        continuedTo: draft.id,
        create: [draft],
      })
      expect(ended).toStrictEqual({
        ...before,
        status: 'continued',
        continuedTo: id,
        version: before.version + 1,
        updatedAt: now,
        completedAt: now,
      })
      expect(await headOf(bench.store, id)).toStrictEqual({ ...freshHead(draft, now), id })
      expect((await receiveOne(bench)).messages).toStrictEqual([{ kind: 'started', at: now }])
    })

    contract('of a child has the same parent', async (bench) => {
      const parent = await begin(bench)
      const childId = await createChild(bench, parent)
      const child = await headOf(bench.store, childId)
      const link = { id: parent.id, task: 'sub' }
      const draft = bench.instance({ continuedFrom: childId, parent: link })
      const id = homeOf(parent.id, draft.id)
      const note = { kind: 'childContinued', childId, task: 'sub', continuedTo: id } as const
      await committed(bench, child, {
        consumed: 1,
        status: 'continued',
        continuedTo: id,
        create: [draft],
        send: [sending(parent.id, note)],
      })
      const at = bench.clock.now()
      expect(await headOf(bench.store, id)).toMatchObject({ parent: link, continuedFrom: childId })
      expect(await take(bench, parent.id)).toStrictEqual([{ ...note, at }])
    })
  })

  describe('messages a commit sends', () => {
    contract('to the instance itself come behind those it has left', async (bench) => {
      const head = await begin(bench)
      await bench.store.instances.send(bench.calls.next(), [
        sending(head.id, { kind: 'cancel', reason: 'a' }),
      ])
      await committed(bench, head, { send: [sending(head.id, { kind: 'proceed' })] })
      const at = bench.clock.now()
      expect((await receiveOne(bench)).messages).toStrictEqual([
        { kind: 'cancel', reason: 'a', at },
        { kind: 'proceed', at },
      ])
    })

    contract('to its parent arrive there', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      const message = {
        kind: 'childEnded',
        childId: id,
        task: 'sub',
        status: 'completed',
        output: '{ "n": 1.50 }',
      } as const
      await bench.clock.advanceBy(10)
      await committed(bench, await headOf(bench.store, id), {
        consumed: 1,
        status: 'completed',
        output: message.output,
        send: [sending(parent.id, message)],
      })
      const at = bench.clock.now()
      expect((await headOf(bench.store, parent.id)).updatedAt).toBe(at)
      expect((await receiveOne(bench)).messages).toStrictEqual([{ ...message, at }])
    })

    contract('to its children arrive there, also to one it creates with it', async (bench) => {
      const parent = await begin(bench)
      const first = await createChild(bench, parent)
      await take(bench, first)
      const draft = bench.instance({ parent: { id: parent.id, task: 'sub' } })
      const second = homeOf(parent.id, draft.id)
      const cancel: InstanceMessage = { kind: 'cancel', reason: 'parent' }
      await committed(bench, await headOf(bench.store, parent.id), {
        create: [draft],
        send: [sending(first, cancel), sending(second, cancel)],
      })
      const at = bench.clock.now()
      expect(await take(bench, first)).toStrictEqual([{ ...cancel, at }])
      expect((await take(bench, second)).map(({ kind }) => kind)).toStrictEqual(['started', 'cancel'])
    })

    contract('change the status of their receiver and are told, as those of `send`', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      const child = await headOf(bench.store, id)
      await bench.clock.advanceBy(10)
      const timestamp = bench.clock.now()
      const order: Sending = sending(
        id,
        { kind: 'suspend' },
        {
          becomes: 'suspended',
          event: 'workflow.suspended',
        },
      )
      await committed(bench, await headOf(bench.store, parent.id), { send: [order] })
      expect(await headOf(bench.store, id)).toStrictEqual({
        ...child,
        status: 'suspended',
        version: child.version + 1,
        updatedAt: timestamp,
      })
      expect((await allEvents(bench.store)).at(-1)).toStrictEqual({
        type: 'workflow.suspended',
        timestamp,
        jobId: id,
        workflowId: id,
      })
    })

    contract('that are refused or go nowhere are passed over, and the rest is done', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      await take(bench, id)
      const child = await headOf(bench.store, id)
      await committed(bench, await headOf(bench.store, parent.id), {
        state: '"done"',
        send: [
          sending(id, { kind: 'resume' }, { allowed: ['suspended'], event: 'workflow.resumed' }),
          sending(homeOf(parent.id, bench.instance().id), { kind: 'cancel' }),
          sending(id, { kind: 'cancel' }),
        ],
      })
      expect((await headOf(bench.store, parent.id)).state).toBe('"done"')
      expect((await headOf(bench.store, id)).version).toBe(child.version)
      expect((await take(bench, id)).map(({ kind }) => kind)).toStrictEqual(['cancel'])
      expect(await allEvents(bench.store, { types: ['workflow.resumed'] })).toStrictEqual([])
    })

    contract('reach an instance that other commits of the same call change', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      await take(bench, id)
      const [p, c] = [await headOf(bench.store, parent.id), await headOf(bench.store, id)]
      const note: InstanceMessage = {
        kind: 'childEnded',
        childId: id,
        task: 'sub',
        status: 'failed',
        error: 'b',
      }
      const { outcomes } = await bench.store.mailboxes.commit(createCalls('engine').next(), [
        commitOf(c, { status: 'failed', error: 'b', send: [sending(p.id, note)] }),
        commitOf(p, { state: '"p"' }),
      ])
      expect(outcomes).toStrictEqual(['committed', 'committed'])
      expect(await take(bench, p.id)).toStrictEqual([{ ...note, at: bench.clock.now() - 1 }])
    })

    contract('are not sent by a commit that is a conflict', async (bench) => {
      const { parent, child } = await family(bench)
      const stale = commitOf({ ...child, version: 1 }, { send: [sending(parent, { kind: 'proceed' })] })
      expect(await commit(bench, stale)).toBe('conflict')
      expect(await take(bench, parent)).toStrictEqual([])
    })
  })
}

async function family(bench: TimedBench) {
  const { id: parent } = await begin(bench)
  const id = await createChild(bench, await headOf(bench.store, parent))
  await take(bench, id)
  return { parent, child: await headOf(bench.store, id) }
}
