import { type Actor, MAX_AUDIT_ENTRIES, type ScheduleChange } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { newJob } from '../fixtures/new-job.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  change,
  changed,
  everyMinute,
  fireTimes,
  MINUTE,
  type Recurring,
  recurrenceFrom,
  scheduleOf,
} from '../fixtures/schedules.ts'

const ada: Actor = { who: 'ada', from: '10.0.0.7', why: 'é \n\t"|,;' }

const verbs = ['update', 'trigger', 'backfill', 'remove'] as const

/** `inspector.audit` of recurring jobs: who changed their schedule. */
export function auditSchedulesSuite(contract: Contract): void {
  describe('inspector.audit of schedules', () => {
    for (const verb of verbs) {
      contract(`tells who gave ${verb}, from where, why and when`, async (bench) => {
        const job = await fired(bench)
        await bench.clock.advanceBy(5)
        await changed(bench, { ...(await orderOf(bench, job, verb)), by: ada })
        expect(await audit(bench, job.id)).toStrictEqual([{ at: bench.clock.now(), verb, ...ada }])
        await removeEverything(bench)
      })
    }

    contract('tells nothing of changes that name nobody', async (bench) => {
      const job = await fired(bench)
      for (const verb of verbs) await changed(bench, await orderOf(bench, job, verb))
      expect(await audit(bench, job.id)).toStrictEqual([])
    })

    contract(
      'tells nothing of changes that were stale, ahead, refused or of an unknown job',
      async (bench) => {
        const job = await fired(bench)
        const update = await orderOf(bench, job, 'update')
        expect(await change(bench, { ...update, version: 99, by: ada } as ScheduleChange)).toStrictEqual({
          kind: 'stale',
        })
        const ahead = { verb: 'backfill', jobId: job.id, times: [job.at(9)], by: ada } as const
        expect(await change(bench, ahead)).toMatchObject({ kind: 'ahead' })
        await changed(bench, { verb: 'remove', jobId: job.id })
        expect(await change(bench, { verb: 'trigger', jobId: job.id, by: ada })).toMatchObject({
          kind: 'refused',
        })
        const jobId = newJob().id
        expect(await change(bench, { verb: 'trigger', jobId, by: ada })).toStrictEqual({ kind: 'unknown' })
        for (const id of [job.id, jobId]) expect(await audit(bench, id)).toStrictEqual([])
      },
    )

    contract('tells a change once however often the call is repeated', async (bench) => {
      const job = await fired(bench)
      const call = bench.calls.next()
      const order = { verb: 'trigger', jobId: job.id, by: ada } as const
      for (let i = 0; i < 2; i++) await bench.store.schedules.change(call, [order])
      expect(await audit(bench, job.id)).toHaveLength(1)
    })

    contract(`keeps the newest ${MAX_AUDIT_ENTRIES}`, async (bench) => {
      const job = await fired(bench)
      const times = [job.at(1)]
      const orders = Array.from({ length: MAX_AUDIT_ENTRIES + 5 }, (_, i): ScheduleChange => {
        return { verb: 'backfill', jobId: job.id, times, by: { who: `w${i}` } }
      })
      await bench.store.schedules.change(bench.calls.next(), orders)
      const entries = await audit(bench, job.id)
      expect(entries.map(({ who }) => who)).toStrictEqual(orders.slice(5).map(({ by }) => by?.who))
    })
  })
}

/** A job of every minute that has fired once. */
async function fired(bench: TimedBench): Promise<Recurring> {
  const job = await addRecurring(bench)
  await bench.clock.advanceBy(MINUTE)
  await fireTimes(bench, job, 1)
  return job
}

/** A change of this schedule that is carried out. */
async function orderOf(
  bench: TimedBench,
  job: Recurring,
  verb: ScheduleChange['verb'],
): Promise<ScheduleChange> {
  if (verb === 'backfill') return { verb, jobId: job.id, times: [job.at(1)] }
  if (verb !== 'update') return { verb, jobId: job.id }
  const { version } = await scheduleOf(bench.store, job.id)
  const lastFiredAt = bench.clock.now()
  const recurrence = recurrenceFrom(lastFiredAt, everyMinute())
  return { verb, jobId: job.id, version, recurrence, skips: [], lastFiredAt }
}

function audit(bench: TimedBench, id: string) {
  return bench.store.inspector.audit(id)
}
