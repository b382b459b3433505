import { defaultSettings, type InstanceHead } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { advanceAll, claimOne, settle } from '../fixtures/acts.ts'
import { type EndedStatus, end, expectInvisible } from '../fixtures/ended-instances.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  createChild,
  headOf,
  receiveOne,
  sending,
  sent,
} from '../fixtures/instances.ts'
import { newMember } from '../fixtures/new-instance.ts'
import { succeeded } from '../fixtures/outcomes.ts'

const { retention } = defaultSettings

const kept: Readonly<Record<EndedStatus, number>> = {
  completed: retention.completedMs,
  continued: retention.completedMs,
  failed: retention.deadMs,
  cancelled: retention.cancelledMs,
}

const anyStatus = { allowed: ['running', 'completed'] } as const

/** How long ended instances are kept. */
export function instancesRetentionSuite(contract: Contract): void {
  describe('retention of instances', () => {
    for (const [status, keptMs] of Object.entries(kept) as [EndedStatus, number][]) {
      contract(`one that is ${status} is kept as long as the settings say, not longer`, async (bench) => {
        const head = await end(bench, await begin(bench, { requestId: 'r' }), status)
        await bench.clock.advanceBy(keptMs - 1)
        await advanceAll(bench)
        expect(await headOf(bench.store, head.id)).toStrictEqual(head)
        await bench.clock.advanceBy(1)
        await advanceAll(bench)
        await expectInvisible(bench, head)
      })
    }

    contract('commits after the end do not prolong it', async (bench) => {
      const head = await end(bench, await begin(bench), 'completed')
      await bench.clock.advanceBy(retention.completedMs - 1)
      await committed(bench, head, { state: '"hooks"' })
      await bench.clock.advanceBy(1)
      await advanceAll(bench)
      await expectInvisible(bench, head)
    })

    contract('changed settings count for what is kept already', async (bench) => {
      const done = await end(bench, await begin(bench), 'completed')
      const dead = await end(bench, await begin(bench), 'failed')
      await bench.clock.advanceBy(60_000)
      const settings = { ...defaultSettings, retention: { ...retention, completedMs: 50_000 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      await bench.clock.advanceBy(2_000)
      await advanceAll(bench)
      await expectInvisible(bench, done)
      expect(await headOf(bench.store, dead.id)).toStrictEqual(dead)
    })

    contract('one with a parent is kept as long as its parent, and goes with it', async (bench) => {
      const parent = await begin(bench)
      const id = await createChild(bench, parent)
      const child = await end(bench, await headOf(bench.store, id), 'completed')
      await bench.clock.advanceBy(retention.completedMs * 3)
      await advanceAll(bench)
      expect(await headOf(bench.store, id)).toStrictEqual(child)
      await end(bench, await headOf(bench.store, parent.id), 'cancelled')
      await bench.clock.advanceBy(retention.cancelledMs)
      await advanceAll(bench)
      expect(await bench.store.instances.get([parent.id, id])).toStrictEqual([undefined, undefined])
    })

    contract('one that has not ended is never removed', async (bench) => {
      const { id } = await begin(bench)
      await bench.clock.advanceBy(365 * 24 * 60 * 60 * 1000)
      await advanceAll(bench)
      expect((await headOf(bench.store, id)).status).toBe('running')
    })

    for (const keptMs of [0, 60_000]) {
      contract(`one kept for ${keptMs} ms is not taken while a hook of it is under way`, async (bench) => {
        const settings = { ...defaultSettings, retention: { ...retention, completedMs: keptMs } }
        await bench.store.settings.put(bench.calls.next(), 0, settings)
        const head = await begin(bench)
        const hook = newMember(head, { workflowTask: '__hook:on_exit' })
        await committed(bench, head, { status: 'completed', enqueue: [hook] })
        await bench.clock.advanceBy(10 * 60_000)
        await advanceAll(bench)
        const lease = await claimOne(bench)
        await bench.clock.advanceBy(20_000)
        await advanceAll(bench)
        expect((await headOf(bench.store, head.id)).status).toBe('completed')
        await settle(bench, succeeded(lease))
        await advanceAll(bench)
        const bag = await receiveOne(bench)
        expect(bag.messages).toMatchObject([{ kind: 'jobEnded', task: '__hook:on_exit' }])
        expect(await commit(bench, commitOf(bag.head, { consumed: 1 }))).toBe('committed')
        await bench.clock.advanceBy(2 * 60_000)
        await advanceAll(bench)
        expect(await bench.store.instances.get([head.id])).toStrictEqual([undefined])
        expect(await bench.store.jobs.get([lease.jobId])).toStrictEqual([undefined])
      })
    }

    contract('mail that nobody consumes does not keep one for ever', async (bench) => {
      const settings = { ...defaultSettings, retention: { ...retention, completedMs: 0 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      const head = await begin(bench)
      await committed(bench, head, {
        status: 'completed',
        send: [sending(head.id, { kind: 'proceed' }, anyStatus)],
      })
      await advanceAll(bench)
      expect((await headOf(bench.store, head.id)).status).toBe('completed')
      await bench.clock.advanceBy(2 * 60_000)
      await advanceAll(bench)
      expect(await bench.store.instances.get([head.id])).toStrictEqual([undefined])
    })

    contract('one whose child has a job under way is not taken either', async (bench) => {
      const settings = { ...defaultSettings, retention: { ...retention, completedMs: 0 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      const parent = await begin(bench)
      const child = await headOf(bench.store, await createChild(bench, parent))
      await committed(bench, child, { consumed: 1, status: 'completed', enqueue: [newMember(child)] })
      await committed(bench, await headOf(bench.store, parent.id), { status: 'completed' })
      await bench.clock.advanceBy(10 * 60_000)
      await advanceAll(bench)
      const heads = await bench.store.instances.get([parent.id, child.id])
      expect(heads.map((each) => each?.status)).toStrictEqual(['completed', 'completed'])
      await settle(bench, succeeded(await claimOne(bench)))
      await committed(bench, await headOf(bench.store, child.id), { consumed: 1, status: 'completed' })
      await bench.clock.advanceBy(2 * 60_000)
      await advanceAll(bench)
      expect(await bench.store.instances.get([parent.id, child.id])).toStrictEqual([undefined, undefined])
    })

    contract('one whose child was retried after its end is not taken while that has a job', async (bench) => {
      const settings = { ...defaultSettings, retention: { ...retention, completedMs: 60_000 } }
      await bench.store.settings.put(bench.calls.next(), 0, settings)
      const parent = await begin(bench)
      const child = await headOf(bench.store, await createChild(bench, parent))
      await committed(bench, child, { consumed: 1, status: 'failed' })
      await committed(bench, await headOf(bench.store, parent.id), { status: 'completed' })
      await sent(bench, sending(child.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }))
      const retried = await headOf(bench.store, child.id)
      await committed(bench, retried, { consumed: 1, enqueue: [newMember(child)] })
      await bench.clock.advanceBy(10 * 60_000)
      await advanceAll(bench)
      const heads = await bench.store.instances.get([parent.id, child.id])
      expect(heads.map((each) => each?.status)).toStrictEqual(['completed', 'running'])
      await settle(bench, succeeded(await claimOne(bench)))
      await committed(bench, await headOf(bench.store, child.id), { consumed: 1, status: 'completed' })
      await bench.clock.advanceBy(2 * 60_000)
      await advanceAll(bench)
      expect(await bench.store.instances.get([parent.id, child.id])).toStrictEqual([undefined, undefined])
    })

    contract(
      'one whose child was retried after its end is not taken before the end of that',
      async (bench) => {
        const parent = await begin(bench)
        const child = await headOf(bench.store, await createChild(bench, parent))
        await committed(bench, child, { consumed: 1, status: 'failed' })
        await committed(bench, await headOf(bench.store, parent.id), { status: 'completed' })
        await sent(bench, sending(child.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }))
        for (const consumed of [0, 1]) {
          const head = await headOf(bench.store, child.id)
          const waiting = await committed(bench, head, { consumed })
          await bench.clock.advanceBy(retention.completedMs)
          await advanceAll(bench)
          expect(await headOf(bench.store, child.id)).toMatchObject({
            status: 'running',
            version: waiting.version,
          })
        }
        await committed(bench, await headOf(bench.store, child.id), { status: 'completed' })
        await bench.clock.advanceBy(2 * 60_000)
        await advanceAll(bench)
        expect(await bench.store.instances.get([parent.id, child.id])).toStrictEqual([undefined, undefined])
      },
    )

    contract('many go in slices', async (bench) => {
      const heads: InstanceHead[] = []
      for (let i = 0; i < 40; i++) heads.push(await end(bench, await begin(bench), 'completed'))
      await bench.clock.advanceBy(retention.completedMs)
      const { moved } = await bench.store.runs.advance(bench.calls.next(), 10)
      expect(moved).toBeGreaterThanOrEqual(10)
      const left = (await bench.store.instances.get(heads.map(({ id }) => id))).filter(Boolean).length
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(40)
      await advanceAll(bench)
      expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([])
    })
  })
}
