import { defaultSettings } from '@dureq/types'
import { describe } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll, claimOne, settle } from '../fixtures/acts.ts'
import { end, expectInvisible } from '../fixtures/ended-instances.ts'
import { bigFamily } from '../fixtures/family.ts'
import {
  begin,
  committed,
  create,
  enqueueMembers,
  headOf,
  mailRequest,
  receive,
  sending,
  sent,
} from '../fixtures/instances.ts'
import { homeOf, newId, newMember } from '../fixtures/new-instance.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const { retention } = defaultSettings

/** That nothing stays behind of instances that are removed (I9). */
export function instancesLeftoversSuite(contract: Contract): void {
  describe('nothing of an instance stays behind (I9)', () => {
    const lives: Readonly<Record<string, (bench: TimedBench) => Promise<unknown>>> = {
      'that was just created': (bench) => create(bench, { requestId: 'r', input: '1' }),
      'with everything one can have': (bench) => fullLife(bench),
      'with children, and members in every situation': (bench) => bigFamily(bench),
      'that was continued': async (bench) => {
        const head = await begin(bench)
        await sent(bench, sending(head.id, { kind: 'signal', id: newId(), name: 'go', dedupeKey: 'k' }))
        await end(bench, head, 'continued')
      },
      'that lived twice': async (bench) => {
        const head = await end(bench, await begin(bench), 'failed')
        await sent(bench, sending(head.id, { kind: 'retry' }, { allowed: ['failed'], becomes: 'running' }))
        await enqueueMembers(bench, await headOf(bench.store, head.id), [{}])
      },
      'whose mail is leased': async (bench) => {
        await create(bench)
        await receive(bench, { leaseMs: 60_000 })
      },
      'that went by retention': async (bench) => {
        const head = await end(bench, await begin(bench, { requestId: 'r' }), 'completed')
        await bench.clock.advanceBy(retention.completedMs)
        await advanceAll(bench)
        await expectInvisible(bench, head)
      },
      'whose engines sleep': async (bench) => {
        await bench.store.mailboxes.receive(bench.calls.lane(3).next(), mailRequest({ nodeId: 'e9' }))
      },
    }
    for (const [name, live] of Object.entries(lives)) {
      contract(name, async (bench) => {
        await live(bench)
        await removeEverything(bench)
      })
    }
  })
}

async function fullLife(bench: TimedBench): Promise<void> {
  const big = JSON.stringify('x'.repeat(20_000))
  const head = await begin(bench, { input: big, state: big, definition: { hash: 'b16', text: big } })
  const child = bench.instance({ parent: { id: head.id, task: 'sub' } })
  const after = await committed(bench, head, {
    parts: [
      { name: 'a', text: big, marks: { s: 1, u: 2 } },
      { name: 'b', marks: { s: 3 } },
    ],
    enqueue: [newMember(head, { payload: big }), newMember(head)],
    create: [child],
    timers: [{ name: 'w', dueAt: bench.clock.now() + 365 * 24 * 60 * 60 * 1000 }],
    send: [sending(homeOf(head.id, child.id), { kind: 'cancel', reason: big })],
  })
  await settle(bench, succeeded(await claimOne(bench, { limit: 1 }), big))
  for (let i = 0; i < 3; i++) {
    await sent(
      bench,
      sending(head.id, { kind: 'signal', id: newId(), name: 'go', payload: big, dedupeKey: `${i}` }),
    )
  }
  const [signal] = await bench.store.mailboxes.signals(head.id, { limit: 1 })
  await bench.store.mailboxes.acknowledge(bench.calls.next(), head.id, [signal?.id ?? ''])
  await committed(bench, after, { status: 'failed', error: big, parts: [{ name: 'a', text: '1' }] })
}
