import type { WorkflowStatus } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract } from '../bench.ts'
import { claimOne, settle } from '../fixtures/acts.ts'
import {
  begin,
  commit,
  commitOf,
  committed,
  create,
  enqueueMembers,
  headOf,
  receiveOne,
  sending,
  sent,
  take,
} from '../fixtures/instances.ts'
import { newMember } from '../fixtures/new-instance.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { countsOf } from '../fixtures/reads.ts'

const ends = {
  completed: { output: '{ "n": 1.50 }' },
  failed: { error: 'boom: "é"\n' },
  cancelled: { error: 'not needed' },
} as const

/** The commit that ends an instance, and what can still happen to it afterwards. */
export function mailboxesEndSuite(contract: Contract): void {
  describe('mailboxes.commit with an ended status', () => {
    for (const [status, outcome] of Object.entries(ends) as [keyof typeof ends, object][]) {
      contract(`${status}: keeps what it came to and when`, async (bench) => {
        const before = await begin(bench)
        await bench.clock.advanceBy(1_000)
        const now = bench.clock.now()
        const after = { status, ...outcome, state: '"over"' }
        await committed(bench, before, after)
        expect(await headOf(bench.store, before.id)).toStrictEqual({
          ...before,
          ...after,
          version: before.version + 1,
          updatedAt: now,
          completedAt: now,
        })
        expect(await bench.store.inspector.countInstances('workflow')).toStrictEqual([
          { name: 'order', status, count: 1 },
        ])
      })
    }

    contract(
      'an output without an end of its own, and a large one, come back to the letter',
      async (bench) => {
        const [a, b] = [await begin(bench), await begin(bench)]
        const output = JSON.stringify('é|,:\n'.repeat(50_000))
        await committed(bench, a, { status: 'completed' })
        await committed(bench, b, { status: 'completed', output })
        expect(await headOf(bench.store, a.id)).not.toHaveProperty('output')
        expect((await headOf(bench.store, b.id)).output).toBe(output)
      },
    )

    contract('can end in the step that consumes its first message', async (bench) => {
      const id = await create(bench)
      await committed(bench, (await receiveOne(bench)).head, { consumed: 1, status: 'completed' })
      expect((await headOf(bench.store, id)).status).toBe('completed')
      expect(await take(bench, id)).toStrictEqual([])
    })
  })

  describe('an ended instance', () => {
    for (const [status, outcome] of Object.entries(ends) as [keyof typeof ends, object][]) {
      for (const next of [status, 'running'] as readonly WorkflowStatus[]) {
        contract(`that is ${status} can be committed as ${next}; its end stays`, async (bench) => {
          const ended = await committed(bench, await begin(bench), { status, ...outcome })
          await bench.clock.advanceBy(1_000)
          await committed(bench, ended, {
            status: next,
            state: '"hooks"',
            parts: [{ name: 'h:onExit', text: '1' }],
          })
          expect(await headOf(bench.store, ended.id)).toStrictEqual({
            ...ended,
            state: '"hooks"',
            version: ended.version + 1,
            updatedAt: bench.clock.now(),
          })
          expect(await bench.store.mailboxes.parts(ended.id, ['h:onExit'])).toStrictEqual([
            { name: 'h:onExit', text: '1' },
          ])
        })
      }
    }

    contract('has its hooks carried out: jobs run, and their ends become mail', async (bench) => {
      const ended = await committed(bench, await begin(bench), { status: 'completed' })
      const [id] = (await enqueueMembers(bench, ended, [{ workflowTask: '__hook:on_exit' }])) as [string]
      await settle(bench, succeeded(await claimOne(bench), '1'))
      const at = bench.clock.now()
      expect(await take(bench, ended.id)).toStrictEqual([
        { kind: 'jobEnded', jobId: id, task: '__hook:on_exit', status: 'completed', output: '1', at },
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1 })
      expect((await headOf(bench.store, ended.id)).status).toBe('completed')
    })

    contract('is guarded by its version like any other', async (bench) => {
      const ended = await committed(bench, await begin(bench), { status: 'completed' })
      const stale = commitOf({ ...ended, version: ended.version - 1 }, { enqueue: [newMember(ended)] })
      expect(await commit(bench, stale)).toBe('conflict')
      expect(await countsOf(bench.store)).toStrictEqual({})
    })

    contract('that lives again ends anew, with what it comes to then', async (bench) => {
      const failed = await committed(bench, await begin(bench), { status: 'failed', error: 'boom' })
      await bench.clock.advanceBy(1_000)
      await sent(bench, sending(failed.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }))
      const { head } = await receiveOne(bench)
      await bench.clock.advanceBy(1_000)
      const again = await committed(bench, head, { consumed: 1, status: 'completed', output: '2' })
      const { error: _, ...rest } = failed
      expect(again).toStrictEqual({
        ...rest,
        status: 'completed',
        output: '2',
        version: failed.version + 2,
        updatedAt: bench.clock.now(),
        completedAt: bench.clock.now(),
      })
    })
  })
}
