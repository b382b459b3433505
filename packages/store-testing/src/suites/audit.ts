import { type Actor, type JobCommand, MAX_AUDIT_ENTRIES } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, command, obey } from '../fixtures/acts.ts'
import { bring, type Situation } from '../fixtures/bring.ts'
import { bringMember } from '../fixtures/members.ts'
import { newJob } from '../fixtures/new-job.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import { addRecurring, fireTimes, MINUTE } from '../fixtures/schedules.ts'

const ada: Actor = { who: 'ada', from: '10.0.0.7', why: 'the customer called' }

/** An order to a job in a situation that allows it. */
const acts: readonly (readonly [Situation, Omit<JobCommand, 'id'>])[] = [
  ['pending', { verb: 'cancel' }],
  ['dead', { verb: 'retry' }],
  ['pending', { verb: 'pause' }],
  ['paused', { verb: 'resume' }],
  ['completed', { verb: 'purge' }],
  ['pending', { verb: 'updatePayload', payload: '1' } as Omit<JobCommand, 'id'>],
  ['pending', { verb: 'reassignVersion', version: 'v2' } as Omit<JobCommand, 'id'>],
]

/** `inspector.audit`: who gave which order. */
export function auditSuite(contract: Contract): void {
  describe('inspector.audit', () => {
    for (const [situation, order] of acts) {
      contract(`tells who gave ${order.verb}, from where, why and when`, async (bench) => {
        const { id } = await bring(bench, situation)
        await bench.clock.advanceBy(5)
        await obey(bench, { ...order, id, by: ada } as JobCommand)
        expect(await audit(bench, id)).toStrictEqual([{ at: bench.clock.now(), verb: order.verb, ...ada }])
        await removeEverything(bench)
      })
    }

    contract('tells orders in their order, and only what was said of who gave them', async (bench) => {
      const id = await add(bench)
      const began = bench.clock.now()
      await obey(bench, { verb: 'pause', id, by: { who: 'ada' } })
      await bench.clock.advanceBy(1)
      await obey(bench, { verb: 'resume', id, by: { who: 'bob', why: 'é \n\t"|' } })
      await bench.clock.advanceBy(1)
      await obey(bench, { verb: 'cancel', id, reason: 'enough', by: { who: 'ada', from: 'cli' } })
      expect(await audit(bench, id)).toStrictEqual([
        { at: began, verb: 'pause', who: 'ada' },
        { at: began + 1, verb: 'resume', who: 'bob', why: 'é \n\t"|' },
        { at: began + 2, verb: 'cancel', who: 'ada', from: 'cli' },
      ])
    })

    contract('does not tell orders that name nobody, or were not carried out', async (bench) => {
      const { id } = await bring(bench, 'dead', { uniqueKey: 'k' })
      const { id: pending } = await bring(bench, 'pending', { uniqueKey: 'k' })
      expect(await command(bench, { verb: 'pause', id, by: ada })).toMatchObject({ kind: 'refused' })
      expect(await command(bench, { verb: 'retry', id, by: ada })).toMatchObject({ kind: 'keyHeld' })
      await obey(bench, { verb: 'pause', id: pending })
      for (const each of [id, pending]) expect(await audit(bench, each)).toStrictEqual([])
    })

    contract('tells an order once however often the call is repeated', async (bench) => {
      const id = await add(bench)
      const call = bench.calls.next()
      for (let i = 0; i < 2; i++) await bench.store.jobs.command(call, [{ verb: 'cancel', id, by: ada }])
      expect(await audit(bench, id)).toHaveLength(1)
    })

    contract('tells a cancellation of what runs when it is asked for', async (bench) => {
      const { id } = await bring(bench, 'running, started')
      await obey(bench, { verb: 'cancel', id, by: ada })
      expect(await audit(bench, id)).toMatchObject([{ verb: 'cancel', who: 'ada' }])
    })

    contract(`keeps the newest ${MAX_AUDIT_ENTRIES} of a job`, async (bench) => {
      const id = await add(bench)
      const orders = Array.from({ length: MAX_AUDIT_ENTRIES + 5 }, (_, i): JobCommand => {
        return { verb: 'updatePayload', id, payload: String(i), by: { who: `w${i}` } }
      })
      await bench.store.jobs.command(bench.calls.next(), orders)
      const entries = await audit(bench, id)
      expect(entries).toHaveLength(MAX_AUDIT_ENTRIES)
      expect(entries[0]).toMatchObject({ who: 'w5' })
      expect(entries.at(-1)).toMatchObject({ who: `w${MAX_AUDIT_ENTRIES + 4}` })
    })

    contract('outlives a purge and a new life, and goes with the job', async (bench) => {
      const { id } = await bring(bench, 'dead')
      await obey(bench, { verb: 'purge', id, by: ada })
      await obey(bench, { verb: 'retry', id, by: ada })
      await obey(bench, { verb: 'cancel', id, by: ada })
      expect((await audit(bench, id)).map(({ verb }) => verb)).toStrictEqual(['purge', 'retry', 'cancel'])
      await obey(bench, { verb: 'delete', id, by: ada })
      expect(await audit(bench, id)).toStrictEqual([])
      await removeEverything(bench)
    })

    contract('a recurring job and each of its firings have their own', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      await obey(bench, { verb: 'pause', id: job.id, by: ada })
      await obey(bench, { verb: 'cancel', id: job.firing(1), by: { who: 'bob' } })
      expect(await audit(bench, job.id)).toMatchObject([{ verb: 'pause', who: 'ada' }])
      expect(await audit(bench, job.firing(1))).toMatchObject([{ verb: 'cancel', who: 'bob' }])
      await removeEverything(bench)
    })

    contract('a member has one', async (bench) => {
      const { id } = await bringMember(bench, 'pending')
      await obey(bench, { verb: 'pause', id, by: ada })
      expect(await audit(bench, id)).toMatchObject([{ verb: 'pause', who: 'ada' }])
      await removeEverything(bench)
    })

    contract('an unknown job has none', async (bench) => {
      expect(await audit(bench, newJob().id)).toStrictEqual([])
    })
  })
}

function audit(bench: TimedBench, id: string) {
  return bench.store.inspector.audit(id)
}
