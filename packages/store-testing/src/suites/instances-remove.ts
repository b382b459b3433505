import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { advanceAll, claim, claimOne, settle } from '../fixtures/acts.ts'
import { createCalls } from '../fixtures/calls.ts'
import { end, endedStatuses, expectInvisible } from '../fixtures/ended-instances.ts'
import { bigFamily } from '../fixtures/family.ts'
import {
  begin,
  create,
  createChild,
  enqueueMembers,
  headOf,
  receive,
  remove,
  suspend,
  take,
} from '../fixtures/instances.ts'
import { ref, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventTypesOf, runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

/** `instances.remove`, and what goes with a removed instance. */
export function instancesRemoveSuite(contract: Contract): void {
  describe('instances.remove', () => {
    for (const status of endedStatuses) {
      contract(`takes one that is ${status}`, async (bench) => {
        const head = await end(bench, await begin(bench, { requestId: 'r' }), status)
        expect(await remove(bench, head.id)).toStrictEqual({ kind: 'done' })
        await expectInvisible(bench, head)
        await advanceAll(bench)
        await expectInvisible(bench, head)
      })
    }

    for (const status of ['running', 'suspended'] as const) {
      contract(`is refused for one that is ${status}`, async (bench) => {
        const { id } = await begin(bench)
        if (status === 'suspended') await suspend(bench, id)
        const head = await headOf(bench.store, id)
        expect(await remove(bench, id)).toStrictEqual({ kind: 'refused', status })
        expect(await headOf(bench.store, id)).toStrictEqual(head)
      })
    }

    contract('of one that is unknown, or was removed, says so', async (bench) => {
      const { id } = await end(bench, await begin(bench), 'completed')
      const unknown = bench.idOf(bench.instance())
      const call = bench.calls.next()
      expect(await bench.store.instances.remove(call, [unknown, id, id])).toStrictEqual([
        { kind: 'unknown' },
        { kind: 'done' },
        { kind: 'unknown' },
      ])
      expect(await bench.store.instances.remove(createCalls('other').next(), [id])).toStrictEqual([
        { kind: 'unknown' },
      ])
    })

    contract('of a child is owned by its parent, whatever its status', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      const owned = { kind: 'owned', ownerId: parent.id }
      expect(await remove(bench, id)).toStrictEqual(owned)
      await end(bench, await headOf(bench.store, id), 'completed')
      expect(await remove(bench, id)).toStrictEqual(owned)
      expect((await headOf(bench.store, id)).status).toBe('completed')
    })

    contract('leaves the log as it is', async (bench) => {
      const head = await end(bench, await begin(bench), 'completed')
      await remove(bench, head.id)
      await advanceAll(bench)
      expect(await eventTypesOf(bench.store, head.id)).toStrictEqual(['workflow.started'])
    })

    contract('frees its request id and its own id', async (bench) => {
      const draft = bench.instance({ requestId: 'r' })
      const id = bench.idOf(draft)
      await bench.store.instances.create(bench.calls.next(), [draft])
      await end(bench, await headOf(bench.store, id), 'completed')
      await remove(bench, id)
      await advanceAll(bench)
      expect(await create(bench, { requestId: 'r' })).not.toBe(id)
    })

    contract('leaves a successor and other instances alone', async (bench) => {
      const other = await begin(bench)
      await enqueueMembers(bench, other, [{}])
      const first = await begin(bench)
      const ended = await end(bench, first, 'continued')
      const next = await headOf(bench.store, ended.continuedTo as string)
      await remove(bench, first.id)
      await advanceAll(bench)
      expect(await headOf(bench.store, next.id)).toStrictEqual(next)
      expect((await claimOne(bench)).workflow?.id).toBe(other.id)
    })
  })

  describe('what a removed instance owns', () => {
    contract('is invisible from the step on, and gone slice by slice', async (bench) => {
      const { root, children, members } = await bigFamily(bench)
      expect(await remove(bench, root.id)).toStrictEqual({ kind: 'done' })
      const seen = async () => ({
        heads: await bench.store.instances.get([root.id, ...children]),
        jobs: await bench.store.jobs.get(members),
      })
      const nothing = {
        heads: [root.id, ...children].map(() => undefined),
        jobs: members.map(() => undefined),
      }
      expect(await seen()).toStrictEqual(nothing)
      let slices = 0
      for (;;) {
        const { moved } = await bench.store.runs.advance(bench.calls.next(), 10)
        slices++
        expect(await seen()).toStrictEqual(nothing)
        if (moved < 10) break
      }
      expect(slices).toBeGreaterThan(3)
      expect(await receive(bench)).toStrictEqual([])
      expect(await claim(bench)).toStrictEqual([])
      await advanceAll(bench)
      expect(await countsOf(bench.store)).toStrictEqual({})
      expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([])
      expect(await bench.store.inspector.listJobs({}, { limit: 10 })).toMatchObject({ rows: [], total: 0 })
      await removeEverything(bench)
    })

    contract('runs no more: its leases are lost, its waiting jobs are claimed by nobody', async (bench) => {
      const head = await begin(bench)
      await enqueueMembers(bench, head, [{}, {}])
      const lease = await claimOne(bench, { limit: 1 })
      await end(bench, await headOf(bench.store, head.id), 'failed')
      await remove(bench, head.id)
      expect(await receive(bench)).toStrictEqual([])
      expect(await claim(bench)).toStrictEqual([])
      await advanceAll(bench)
      const beat = { ...ref(lease), leaseMs: 30_000 }
      expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['lost'])
      const { outcomes } = await bench.store.runs.settle(bench.calls.next(), [succeeded(lease)])
      expect(outcomes).toStrictEqual(['lost'])
      expect(await countsOf(bench.store)).toStrictEqual({})
      await removeEverything(bench)
    })

    contract('goes with it: runs and results of its jobs, and its children’s children', async (bench) => {
      const root = await begin(bench)
      const [job] = (await enqueueMembers(bench, root, [{}])) as [string]
      await settle(bench, succeeded(await claimOne(bench), JSON.stringify('x'.repeat(9_000))))
      await take(bench, root.id)
      const child = await createChild(bench, await headOf(bench.store, root.id))
      await take(bench, child)
      const grandchild = await createChild(bench, await headOf(bench.store, child))
      const [runId] = (await runsOf(bench.store, job)).map(({ id }) => id)
      await end(bench, await headOf(bench.store, root.id), 'completed')
      await remove(bench, root.id)
      await advanceAll(bench)
      expect(await bench.store.instances.get([root.id, child, grandchild])).toStrictEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(await bench.store.jobs.get([job])).toStrictEqual([undefined])
      expect(await runsOf(bench.store, job)).toStrictEqual([])
      expect(await bench.store.inspector.getRuns([runId as string])).toStrictEqual([undefined])
      await removeEverything(bench)
    })
  })
}
