import { type Actor, type InstanceMessage, MAX_AUDIT_ENTRIES, type Sending } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { advanceAll } from '../fixtures/acts.ts'
import { begin, committed, createChild, headOf, remove, send, sending, sent } from '../fixtures/instances.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'

const ada: Actor = { who: 'ada', from: '10.0.0.7', why: 'é \n\t"|,;' }

const messages: readonly InstanceMessage[] = [
  { kind: 'cancel', reason: 'enough' },
  { kind: 'suspend' },
  { kind: 'resume' },
  { kind: 'retry' },
  { kind: 'signal', id: 's', name: 'approve', payload: '{"a":1}' },
]

/** `inspector.audit` of workflows and batches: who sent them what. */
export function auditInstancesSuite(contract: Contract): void {
  describe('inspector.audit of instances', () => {
    for (const message of messages) {
      contract(`tells who sent ${message.kind}, from where, why and when`, async (bench) => {
        const { id } = await begin(bench)
        await bench.clock.advanceBy(5)
        await sent(bench, sending(id, message, { by: ada }))
        expect(await audit(bench, id)).toStrictEqual([{ at: bench.clock.now(), verb: message.kind, ...ada }])
        await removeEverything(bench)
      })
    }

    contract('tells messages in their order, and only those that name who sent them', async (bench) => {
      const { id } = await begin(bench, { kind: 'batch' })
      const at = bench.clock.now()
      const becomes = 'suspended'
      await sent(bench, sending(id, { kind: 'suspend' }, { becomes, by: { who: 'ada' } }))
      await sent(bench, sending(id, { kind: 'proceed' }))
      await sent(
        bench,
        sending(id, { kind: 'resume' }, { becomes: 'running', by: { who: 'bob', from: 'cli' } }),
      )
      expect(await audit(bench, id)).toStrictEqual([
        { at, verb: 'suspend', who: 'ada' },
        { at, verb: 'resume', who: 'bob', from: 'cli' },
      ])
    })

    contract('tells nothing of messages that were refused or a duplicate', async (bench) => {
      const { id } = await begin(bench)
      const signal = { kind: 'signal', name: 'approve', dedupeKey: 'k' } as const
      await sent(bench, sending(id, { ...signal, id: 'a' }))
      const again = sending(id, { ...signal, id: 'b' }, { by: ada })
      expect(await send(bench, again)).toStrictEqual({ kind: 'duplicate' })
      const refused = sending(id, { kind: 'retry' }, { allowed: ['failed'], by: ada })
      expect(await send(bench, refused)).toMatchObject({ kind: 'refused' })
      const unknown = bench.idOf(bench.instance())
      expect(await send(bench, sending(unknown, { kind: 'cancel' }, { by: ada }))).toStrictEqual({
        kind: 'unknown',
      })
      for (const each of [id, unknown]) expect(await audit(bench, each)).toStrictEqual([])
    })

    contract('tells a message once however often the call is repeated', async (bench) => {
      const { id } = await begin(bench)
      const call = bench.calls.next()
      const order = sending(id, { kind: 'cancel' }, { by: ada })
      for (let i = 0; i < 2; i++) await bench.store.instances.send(call, [order])
      expect(await audit(bench, id)).toHaveLength(1)
    })

    contract(`keeps the newest ${MAX_AUDIT_ENTRIES}`, async (bench) => {
      const { id } = await begin(bench)
      const orders = Array.from({ length: MAX_AUDIT_ENTRIES + 5 }, (_, i): Sending => {
        return sending(id, { kind: 'cancel' }, { by: { who: `w${i}` } })
      })
      await bench.store.instances.send(bench.calls.next(), orders)
      const entries = await audit(bench, id)
      expect(entries.map(({ who }) => who)).toStrictEqual(orders.slice(5).map(({ by }) => by?.who))
    })

    contract(
      'outlives commits and the end, and goes with the instance and what it stands below',
      async (bench) => {
        const parent = await begin(bench)
        const child = await createChild(bench, parent)
        for (const id of [parent.id, child]) {
          await sent(bench, sending(id, { kind: 'cancel' }, { allowed: ['pending', 'running'], by: ada }))
        }
        await committed(bench, await headOf(bench.store, parent.id), { status: 'cancelled' })
        for (const id of [parent.id, child]) expect(await audit(bench, id)).toHaveLength(1)
        expect(await remove(bench, parent.id)).toStrictEqual({ kind: 'done' })
        for (const id of [parent.id, child]) expect(await audit(bench, id)).toStrictEqual([])
        await advanceAll(bench)
        await removeEverything(bench)
      },
    )
  })
}

function audit(bench: TimedBench, id: string) {
  return bench.store.inspector.audit(id)
}
