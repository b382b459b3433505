import { type CallKey, type FireRequest, SupersededError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Bench, Contract, TimedBench } from '../bench.ts'
import { addAll, claimOne, obey, settle } from '../fixtures/acts.ts'
import { createCalls } from '../fixtures/calls.ts'
import { succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, runsOf } from '../fixtures/reads.ts'
import {
  addRecurring,
  everyMinute,
  fireLast,
  fireTimes,
  firingsOf,
  lastPlan,
  MINUTE,
  planOf,
  type Recurring,
  recurrenceFrom,
  scheduleOf,
  unfinishedOf,
} from '../fixtures/schedules.ts'

/** Prepares what a call is about, and answers with the call. */
type Prepared = (bench: TimedBench) => Promise<(call: CallKey) => Promise<unknown>>

/** Every call that changes something of recurring jobs, on jobs that make it give every kind of outcome. */
const changingCalls: Readonly<Record<string, Prepared>> = {
  'jobs.enqueue of recurring jobs': async (bench) => {
    const recurrence = recurrenceFrom(bench.clock.now())
    const drafts = ['a', 'a', 'b'].map((uniqueKey) => bench.draft({ uniqueKey, recurrence }))
    return (call) => bench.store.jobs.enqueue(call, drafts)
  },
  'jobs.command on recurring jobs and their firings': async (bench) => {
    const [a, b, c, d] = [await held(bench), await held(bench), await held(bench), await held(bench)]
    return (call) =>
      bench.store.jobs.command(call, [
        { verb: 'pause', id: a.id },
        { verb: 'pause', id: a.id },
        { verb: 'updatePayload', id: a.id, payload: '2' },
        { verb: 'cancel', id: b.id, reason: 'r' },
        { verb: 'delete', id: b.id },
        { verb: 'cancel', id: c.firing(1) },
        { verb: 'cancel', id: c.firing(2) },
        { verb: 'retry', id: c.firing(1) },
        { verb: 'pause', id: d.firing(1) },
        { verb: 'resume', id: d.firing(1) },
      ])
  },
  'schedules.fire': async (bench) => {
    const free = await addRecurring(bench)
    const [skipping, buffering, replacing] = [
      await busy(bench, 'SKIP'),
      await busy(bench, 'BUFFER_ALL'),
      await busy(bench, 'REPLACE'),
    ]
    await bench.clock.advanceBy(3 * MINUTE)
    const plan = async (job: Recurring, ...numbers: readonly number[]): Promise<FireRequest> =>
      planOf(
        await scheduleOf(bench.store, job.id),
        numbers.map((n) => job.at(n)),
      )
    const plans = [
      await plan(free, 1, 2),
      await plan(free, 1),
      await plan(skipping, 2, 3),
      await plan(buffering, 2, 3),
      lastPlan(await plan(replacing, 2, 3)),
      planOf({ jobId: bench.draft().id, version: 1 }, [free.at(1)]),
    ]
    return (call) => bench.store.schedules.fire(call, plans)
  },
  'schedules.change': async (bench) => {
    const [a, b, c] = [await held(bench), await held(bench), await held(bench)]
    const { version, lastFiredAt = 0 } = await scheduleOf(bench.store, a.id)
    const recurrence = recurrenceFrom(bench.clock.now(), everyMinute({ interval: 2 * MINUTE }))
    const update = { verb: 'update', jobId: a.id, version, recurrence, skips: [], lastFiredAt } as const
    return (call) =>
      bench.store.schedules.change(call, [
        update,
        update,
        { verb: 'trigger', jobId: b.id },
        { verb: 'trigger', jobId: b.id },
        { verb: 'backfill', jobId: b.id, times: [b.at(-1), b.at(1)] },
        { verb: 'backfill', jobId: b.id, times: [b.at(1_000)] },
        { verb: 'remove', jobId: c.id },
        { verb: 'trigger', jobId: c.id },
        { verb: 'trigger', jobId: bench.draft().id },
      ])
  },
  'runs.settle of the firing others wait for': async (bench) => {
    const job = await held(bench)
    const lease = await claimOne(bench)
    expect(lease.firingId).toBe(job.firing(1))
    return (call) => bench.store.runs.settle(call, [succeeded(lease, '1')])
  },
  'runs.settle of the last firing of all': async (bench) => {
    const job = await addRecurring(bench, everyMinute(), { uniqueKey: 'k' })
    await bench.clock.advanceBy(MINUTE)
    await fireLast(bench, job, 1)
    const lease = await claimOne(bench)
    return (call) => bench.store.runs.settle(call, [succeeded(lease, '1')])
  },
}

/** Repeated calls of the `schedules` role, and of others about recurring jobs: what a lost reply makes callers do. */
export function schedulesRepeatsSuite(contract: Contract): void {
  describe('a repeat about a recurring job', () => {
    for (const [name, prepare] of Object.entries(changingCalls)) {
      contract(`${name} gives the same answer and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const call = bench.calls.next()
        const answer = await send(call)
        const after = await everything(bench)
        await bench.clock.advanceBy(1_000)
        expect(await send(call)).toStrictEqual(answer)
        expect(await everything(bench)).toStrictEqual(after)
      })

      contract(`${name} under a lower number is superseded and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const before = await everything(bench)
        const old = createCalls('older').next()
        await bench.store.jobs.enqueue({ ...old, number: old.number + 1 }, [])
        await bench.store.jobs.releaseUniqueKeys({ ...old, number: old.number + 2 }, ['nothing'])
        const refusal: unknown = await send(old).catch((error: unknown) => error)
        expect(SupersededError.is(refusal), String(refusal)).toBe(true)
        expect(await everything(bench)).toStrictEqual(before)
      })
    }

    contract('another handle on the same data knows the call', async (bench) => {
      const { schedules } = bench.store
      const other = await bench.other()
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const plans = [planOf(await scheduleOf(bench.store, job.id), [job.at(1)])]
      const [fired, triggered] = [bench.calls.lane(1).next(), bench.calls.lane(2).next()]
      expect(await other.schedules.fire(fired, plans)).toStrictEqual(await schedules.fire(fired, plans))
      const trigger = [{ verb: 'trigger', jobId: job.id }] as const
      expect(await other.schedules.change(triggered, trigger)).toStrictEqual(
        await schedules.change(triggered, trigger),
      )
      expect(await firingsOf(bench.store, job.id)).toHaveLength(2)
    })

    contract('sent twice at the same time, a plan takes effect once', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(2 * MINUTE)
      const plans = [planOf(await scheduleOf(bench.store, job.id), [job.at(1), job.at(2)])]
      const call = bench.calls.next()
      const stores = [bench.store, await bench.other()]
      const [one, two] = await Promise.all(stores.map((store) => store.schedules.fire(call, plans)))
      expect(two).toStrictEqual(one)
      expect(one?.outcomes.map(({ kind }) => kind)).toStrictEqual(['fired'])
      expect(await firingsOf(bench.store, job.id)).toHaveLength(2)
    })

    contract('the same plan sent by two schedulers at the same time fires once', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(MINUTE)
      const plans = [planOf(await scheduleOf(bench.store, job.id), [job.at(1)])]
      const stores = [bench.store, await bench.other()]
      const replies = await Promise.all(
        stores.map((store, i) => store.schedules.fire(createCalls(`scheduler-${i}`).next(), plans)),
      )
      const kinds = replies.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind))
      expect(kinds.toSorted()).toStrictEqual(['fired', 'stale'])
      expect(await firingsOf(bench.store, job.id)).toHaveLength(1)
    })

    contract(
      'a stale plan stays stale, a plan for a job that is not there yet fires nothing later',
      async (bench) => {
        const draft = bench.draft({ recurrence: recurrenceFrom(bench.clock.now()) })
        const jobId = bench.idOf(draft)
        const call = bench.calls.lane(1).next()
        const plans = [planOf({ jobId, version: 1 }, [bench.clock.now() + MINUTE])]
        const answer = await bench.store.schedules.fire(call, plans)
        expect(answer.outcomes).toStrictEqual([{ kind: 'unknown' }])
        await bench.store.jobs.enqueue(bench.calls.next(), [draft])
        expect(await bench.store.schedules.fire(call, plans)).toStrictEqual(answer)
        expect(await firingsOf(bench.store, jobId)).toStrictEqual([])
      },
    )

    contract('a trigger does not undo what became of its firing since', async (bench) => {
      const job = await addRecurring(bench)
      const call = bench.calls.lane(1).next()
      const order = [{ verb: 'trigger', jobId: job.id }] as const
      const answer = await bench.store.schedules.change(call, order)
      await settle(bench, succeeded(await claimOne(bench)))
      const firings = await firingsOf(bench.store, job.id)
      expect(await bench.store.schedules.change(call, order)).toStrictEqual(answer)
      expect(await firingsOf(bench.store, job.id)).toStrictEqual(firings)
    })

    contract('a pause does not undo a resume that came since', async (bench) => {
      const job = await addRecurring(bench)
      const call = bench.calls.lane(1).next()
      const order = [{ verb: 'pause', id: job.id }] as const
      const answer = await bench.store.jobs.command(call, order)
      await obey(bench, { verb: 'resume', id: job.id })
      const before = await everything(bench)
      expect(await bench.store.jobs.command(call, order)).toStrictEqual(answer)
      expect(await everything(bench)).toStrictEqual(before)
    })

    contract('hundreds of plans in one call are carried out once', async (bench) => {
      const recurrence = recurrenceFrom(bench.clock.now())
      const ids = await addAll(
        bench,
        Array.from({ length: 600 }, () => ({ recurrence })),
      )
      const at = recurrence.next.nextRunAt
      await bench.clock.advanceBy(MINUTE)
      const plans = ids.map((jobId) => planOf({ jobId, version: 1 }, [at]))
      const call = bench.calls.next()
      const answer = await bench.store.schedules.fire(call, plans)
      expect(answer.outcomes).toStrictEqual(
        ids.map((id) => ({ kind: 'fired', firings: [{ kind: 'created', at, firingId: `${id}:${at}` }] })),
      )
      expect(await bench.store.schedules.fire(call, plans)).toStrictEqual(answer)
      expect(await allEvents(bench.store, { types: ['job.dispatched'] })).toHaveLength(600)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 600 })
    })

    contract('a thousand times in one plan are fired once', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(1_000 * MINUTE)
      const numbers = Array.from({ length: 1_000 }, (_, i) => i + 1)
      const times = numbers.map((n) => job.at(n))
      const plans = [planOf(await scheduleOf(bench.store, job.id), times)]
      const call = bench.calls.next()
      const answer = await bench.store.schedules.fire(call, plans)
      expect(await bench.store.schedules.fire(call, plans)).toStrictEqual(answer)
      expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(numbers.map(() => 'waiting'))
      expect((await firingsOf(bench.store, job.id)).map(({ id }) => id)).toStrictEqual(
        numbers.map(job.firing),
      )
    })
  })
}

/** A recurring job with this overlap policy whose first firing waits; a minute has passed. */
async function busy(bench: TimedBench, overlapPolicy: 'SKIP' | 'BUFFER_ALL' | 'REPLACE'): Promise<Recurring> {
  const job = await addRecurring(bench, everyMinute({ overlapPolicy }))
  await bench.clock.advanceBy(MINUTE)
  await fireTimes(bench, job, 1)
  return job
}

/** A recurring job whose first firing waits, and whose second is held. */
async function held(bench: TimedBench): Promise<Recurring> {
  const job = await busy(bench, 'BUFFER_ALL')
  await bench.clock.advanceBy(MINUTE)
  expect(await fireTimes(bench, job, 2)).toStrictEqual(['held'])
  return job
}

/** Everything of the recurring jobs there are. */
async function everything({ store }: Bench): Promise<unknown> {
  const { rows: jobs } = await store.inspector.listJobs({}, { limit: 100 })
  const firings = await Promise.all(jobs.map((job) => firingsOf(store, job.id)))
  return {
    jobs,
    firings,
    schedules: await store.schedules.list({ limit: 100 }),
    due: (await store.schedules.due(100)).entries,
    runs: await Promise.all(firings.flat().map((firing) => runsOf(store, firing.id))),
    events: await allEvents(store),
    counts: await countsOf(store),
    keys: await store.jobs.lookupUniqueKeys(['a', 'b', 'k']),
  }
}
