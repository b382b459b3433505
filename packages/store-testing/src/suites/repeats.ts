import { type CallKey, defaultSettings, type LeasedRun, type NewJob, SupersededError } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import {
  add,
  addAll,
  advanceAll,
  claim,
  claimJobs,
  created,
  leasesOf,
  obey,
  requestOf,
  settle,
} from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { createCalls } from '../fixtures/calls.ts'
import { announce } from '../fixtures/handlers.ts'
import { newJob } from '../fixtures/new-job.ts'
import { died, failed, ref, succeeded } from '../fixtures/outcomes.ts'
import { allEvents, countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'

/** Every changing call of the port, on jobs that make it change something. */
const changingCalls: Readonly<
  Record<string, (bench: TimedBench) => Promise<(call: CallKey) => Promise<unknown>>>
> = {
  'jobs.enqueue': async (bench) => {
    const drafts = ['a', 'a', 'b'].map((uniqueKey) => bench.draft({ uniqueKey }))
    const all = [...drafts, bench.draft(), bench.draft({ delayMs: 100 })]
    return (call) => bench.store.jobs.enqueue(call, all)
  },
  'jobs.command': async (bench) => {
    const [a, b, c] = await addAll(bench, [{}, {}, {}])
    return (call) =>
      bench.store.jobs.command(call, [
        { verb: 'cancel', id: a, reason: 'r' },
        { verb: 'retry', id: a },
        { verb: 'retry', id: b },
        { verb: 'pause', id: b },
        { verb: 'cancel', id: c },
        { verb: 'delete', id: c },
        { verb: 'delete', id: c },
      ])
  },
  'jobs.releaseUniqueKeys': async (bench) => {
    await add(bench, { uniqueKey: 'k' })
    return (call) => bench.store.jobs.releaseUniqueKeys(call, ['k', 'none'])
  },
  'runs.extend': async (bench) => {
    const { lease } = await bring(bench, 'running, claimed')
    const beat = { ...ref(lease), leaseMs: 60_000, started: true, progress: '1' }
    return (call) => bench.store.runs.extend(call, [beat, { ...beat, token: 'old' }])
  },
  'runs.settle': async (bench) => {
    const ids = await addAll(bench, [{}, { retainMs: 0 }, {}, { retainMs: 0 }])
    const [a, b, c, d] = await claimJobs(bench, ids)
    const outcomes = [
      succeeded(a, '1'),
      succeeded(b),
      failed(c, 10),
      died(d),
      succeeded({ ...a, token: 'old' }),
    ]
    return (call) => bench.store.runs.settle(call, outcomes)
  },
  'runs.release': async (bench) => {
    const ids = await addAll(bench, [{}, {}])
    const [a, b] = await claimJobs(bench, ids)
    await obey(bench, { verb: 'cancel', id: ids[1] })
    return (call) => bench.store.runs.release(call, [ref(a), ref(b), { ...ref(a), token: 'old' }])
  },
  'leases.acquire': async (bench) => (call) => bench.store.leases.acquire(call, 'leader', 'n1', 10_000),
  'leases.renew': async (bench) => {
    const epoch = await lead(bench)
    return (call) => bench.store.leases.renew(call, 'leader', 'n1', epoch, 20_000)
  },
  'leases.release': async (bench) => {
    const epoch = await lead(bench)
    return (call) => bench.store.leases.release(call, 'leader', 'n1', epoch)
  },
  'leases.forceRelease': async (bench) => {
    await lead(bench)
    return (call) => bench.store.leases.forceRelease(call, 'leader')
  },
  'nodes.announce': async (bench) => {
    const info = { nodeId: 'n1', taskTypes: [], startedAt: 1, lastHeartbeat: 1 }
    return (call) => bench.store.nodes.announce(call, info, undefined, 10_000)
  },
  'nodes.leave': async (bench) => {
    await announce(bench, 'n1')
    return (call) => bench.store.nodes.leave(call, 'n1')
  },
  'nodes.drain': async (bench) => {
    await announce(bench, 'n1')
    return (call) => bench.store.nodes.drain(call, 'n1', true)
  },
  'settings.put': async (bench) => {
    const settings = { ...defaultSettings, retention: { completedMs: 1, deadMs: 2, cancelledMs: 3 } }
    return (call) => bench.store.settings.put(call, 0, settings)
  },
}

/** Enqueued after a call that could have met it. */
const later = newJob({ uniqueKey: 'k' })

/** Repeated calls (`CallKey`): what a lost reply makes callers do. */
export function repeatsSuite(contract: Contract): void {
  describe('a repeat under the same call key', () => {
    for (const [method, prepare] of Object.entries(changingCalls)) {
      contract(`${method} gives the same answer and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const call = bench.calls.next()
        const answer = await send(call)
        const after = await everything(bench)
        await bench.clock.advanceBy(1_000)
        expect(await send(call)).toStrictEqual(answer)
        expect(await everything(bench)).toStrictEqual(after)
      })

      contract(`${method} under a lower number is superseded and changes nothing`, async (bench) => {
        const send = await prepare(bench)
        const before = await everything(bench)
        const old = createCalls('older').next()
        await bench.store.jobs.enqueue({ ...old, number: old.number + 1 }, [])
        await bench.store.jobs.releaseUniqueKeys({ ...old, number: old.number + 2 }, ['nothing'])
        expect(await everything(bench)).toStrictEqual(before)
        const refusal: unknown = await send(old).catch((error: unknown) => error)
        expect(SupersededError.is(refusal), String(refusal)).toBe(true)
        expect(await everything(bench)).toStrictEqual(before)
      })
    }

    contract(
      'a claim answers with those of its leases that are still held, and takes no more',
      async (bench) => {
        await addAll(
          bench,
          Array.from({ length: 6 }, () => ({})),
        )
        await bench.clock.advanceBy(5)
        const request = await requestOf(bench, { limit: 4 })
        const call = bench.calls.lane(1).next()
        const send = async () => leasesOf(await bench.store.runs.claim(call, request))
        const first = await send()
        const [a, b, c, d] = first as [LeasedRun, LeasedRun, LeasedRun, LeasedRun]
        expect(await send()).toStrictEqual([a, b, c, d])
        expect(await countsOf(bench.store)).toStrictEqual({ pending: 2, running: 4 })

        await settle(bench, succeeded(a))
        await bench.store.runs.release(bench.calls.next(), [ref(b)])
        await bench.store.runs.extend(bench.calls.next(), [{ ...ref(c), leaseMs: 90_000, progress: '1' }])
        expect(await send()).toStrictEqual([c, d])
        await claim(bench, { nodeId: 'n2' })
        expect(await send()).toStrictEqual([c, d])
        await bench.clock.advanceBy(30_000)
        await advanceAll(bench)
        expect(await send()).toStrictEqual([c])
      },
    )

    contract('a claim under a lower number is superseded and leases nothing', async (bench) => {
      await add(bench)
      const request = await requestOf(bench)
      const old = bench.calls.next()
      await bench.store.jobs.releaseUniqueKeys(bench.calls.next(), ['nothing'])
      const refusal: unknown = await bench.store.runs.claim(old, request).catch((error: unknown) => error)
      expect(SupersededError.is(refusal), String(refusal)).toBe(true)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 1 })
    })

    contract('an advance moves nothing that has come due since, and tells the same ends', async (bench) => {
      const late = await add(bench, { scheduleToStartTimeoutMs: 1_000 })
      await add(bench, { delayMs: 2_000 })
      await bench.clock.advanceBy(1_500)
      const call = bench.calls.lane(1).next()
      const first = await bench.store.runs.advance(call, 100)
      expect(first).toMatchObject({ moved: 1, ended: [{ jobId: late, status: 'dead' }] })
      await bench.clock.advanceBy(1_500)
      const { moved, ended } = await bench.store.runs.advance(call, 100)
      expect({ moved, ended }).toStrictEqual({ moved: first.moved, ended: first.ended })
      expect(await countsOf(bench.store)).toStrictEqual({ dead: 1, scheduled: 1 })
    })

    contract('a beat does not prolong its lease again', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const beat = { ...ref(lease), leaseMs: 10_000 }
      const call = bench.calls.lane(1).next()
      await bench.store.runs.extend(call, [beat])
      await bench.clock.advanceBy(9_000)
      expect(await bench.store.runs.extend(call, [beat])).toStrictEqual(['live'])
      await bench.clock.advanceBy(1_000)
      await advanceAll(bench)
      expect((await jobOf(bench.store, id)).status).toBe('retrying')
    })

    contract('an order does not undo what others did since', async (bench) => {
      const { id } = await bring(bench, 'pending')
      const call = bench.calls.lane(1).next()
      const order = { verb: 'pause', id } as const
      await bench.store.jobs.command(call, [order])
      await obey(bench, { verb: 'resume', id })
      const before = await jobOf(bench.store, id)
      expect(await bench.store.jobs.command(call, [order])).toStrictEqual({
        outcomes: [{ kind: 'done' }],
        ended: [],
      })
      expect(await jobOf(bench.store, id)).toStrictEqual(before)
    })

    contract('a unique key released once is not taken from its next holder', async (bench) => {
      await add(bench, { uniqueKey: 'k' })
      const call = bench.calls.lane(1).next()
      expect(await bench.store.jobs.releaseUniqueKeys(call, ['k'])).toStrictEqual([true])
      const next = await add(bench, { uniqueKey: 'k' })
      expect(await bench.store.jobs.releaseUniqueKeys(call, ['k'])).toStrictEqual([true])
      expect(await bench.store.jobs.lookupUniqueKeys(['k'])).toStrictEqual([next])
    })

    contract('a lock given up once is not given up for its next holder', async (bench) => {
      const { leases } = bench.store
      await leases.acquire(bench.calls.next(), 'leader', 'n1', 10_000)
      const call = bench.calls.lane(1).next()
      expect(await leases.forceRelease(call, 'leader')).toBe(true)
      await leases.acquire(bench.calls.next(), 'leader', 'n2', 10_000)
      expect(await leases.forceRelease(call, 'leader')).toBe(true)
      expect(await leases.inspect()).toMatchObject([{ owner: 'n2' }])
    })

    const withoutEffect: Readonly<
      Record<string, (bench: TimedBench) => Promise<(call: CallKey) => Promise<unknown>>>
    > = {
      'a release of a key that nobody held': async (bench) => (call) =>
        bench.store.jobs.releaseUniqueKeys(call, ['k']),
      'an order to a job that is not there yet': async (bench) => (call) =>
        bench.store.jobs.command(call, [{ verb: 'cancel', id: bench.idOf(later) }]),
      'an order that was refused': async (bench) => {
        const { id } = await bring(bench, 'pending', { taskType: 'other' })
        await obey(bench, { verb: 'pause', id })
        return (call) => bench.store.jobs.command(call, [{ verb: 'pause', id }])
      },
    }
    for (const [name, prepare] of Object.entries(withoutEffect)) {
      contract(`${name} has no effect later either`, async (bench) => {
        const send = await prepare(bench)
        const call = bench.calls.lane(1).next()
        const answer = await send(call)
        for (const job of (await bench.store.inspector.listJobs({ status: 'paused' }, { limit: 100 })).rows) {
          await obey(bench, { verb: 'resume', id: job.id })
        }
        await bench.store.jobs.enqueue(bench.calls.next(), [later])
        const after = await everything(bench)
        expect(await send(call)).toStrictEqual(answer)
        expect(await everything(bench)).toStrictEqual(after)
      })
    }

    contract('a claim that found nothing finds nothing later either', async (bench) => {
      const request = await requestOf(bench)
      const call = bench.calls.lane(1).next()
      expect(await bench.store.runs.claim(call, request)).toMatchObject({ leases: [] })
      const id = await add(bench)
      expect(await bench.store.runs.claim(call, request)).toMatchObject({ leases: [] })
      expect((await jobOf(bench.store, id)).status).toBe('pending')
    })

    contract('a large call repeated creates nothing twice', async (bench) => {
      const drafts: NewJob[] = Array.from({ length: 2_500 }, (_, i) => bench.draft({ payload: String(i) }))
      const call = bench.calls.next()
      const answer = await bench.store.jobs.enqueue(call, drafts)
      expect(answer).toStrictEqual(drafts.map((draft) => created(bench.idOf(draft))))
      expect(await bench.store.jobs.enqueue(call, drafts)).toStrictEqual(answer)
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 2_500 })
      expect(await allEvents(bench.store)).toHaveLength(2_500)
    })

    contract('sent twice at the same time, a call takes effect once', async (bench) => {
      const drafts = [bench.draft(), bench.draft()]
      const other = await bench.other()
      const call = bench.calls.next()
      const answers = await Promise.all([bench.store, other].map((store) => store.jobs.enqueue(call, drafts)))
      const once = drafts.map((draft) => created(bench.idOf(draft)))
      expect(answers).toStrictEqual([once, once])
      expect(await allEvents(bench.store)).toHaveLength(2)
    })

    contract('another handle on the same data knows the call', async (bench) => {
      const { lease } = await bring(bench, 'running, started')
      const other = await bench.other()
      const call = bench.calls.next()
      const answer = await bench.store.runs.settle(call, [succeeded(lease, '1')])
      expect(await other.runs.settle(call, [succeeded(lease, '1')])).toStrictEqual(answer)
    })
  })

  describe('call keys', () => {
    contract('lanes and callers do not know each other', async (bench) => {
      const ids: string[] = []
      for (const call of [
        { caller: 'a', lane: 0, number: 5 },
        { caller: 'a', lane: 1, number: 1 },
        { caller: 'a', lane: 11, number: 1 },
        { caller: 'a1', lane: 1, number: 1 },
        { caller: 'b', lane: 0, number: 1 },
      ]) {
        const draft = bench.draft()
        expect(await bench.store.jobs.enqueue(call, [draft])).toStrictEqual([created(bench.idOf(draft))])
        ids.push(bench.idOf(draft))
      }
      expect((await bench.store.jobs.get(ids)).every((record) => record !== undefined)).toBe(true)
    })

    contract('a number may be any that is higher than the one before', async (bench) => {
      for (const number of [1, 2, 10, 1_000_000_000, 9_007_199_254_740_991]) {
        const draft = bench.draft()
        const call = { caller: 'a', lane: 0, number }
        expect((await bench.store.jobs.enqueue(call, [draft]))[0]?.kind).toBe('created')
        expect((await bench.store.jobs.enqueue(call, [draft]))[0]?.kind).toBe('created')
      }
      expect(await countsOf(bench.store)).toStrictEqual({ pending: 5 })
    })

    contract('a lane is remembered for ten minutes', async (bench) => {
      const draft = bench.draft()
      const call = bench.calls.next()
      await bench.store.jobs.enqueue(call, [draft])
      await bench.clock.advanceBy(10 * 60_000 - 1)
      await bench.store.runs.advance(createCalls('clock').next(), 1_000)
      expect((await bench.store.jobs.enqueue(call, [draft]))[0]?.kind).toBe('created')
    })
  })
}

async function lead({ store, calls }: TimedBench): Promise<number> {
  await store.leases.acquire(calls.next(), 'leader', 'n1', 10_000)
  const [lock] = await store.leases.inspect()
  return lock?.epoch ?? -1
}

async function everything({ store }: TimedBench) {
  const jobs = (await store.inspector.listJobs({}, { limit: 100 })).rows
  return {
    jobs,
    runs: await Promise.all(jobs.map((job) => runsOf(store, job.id))),
    told: await Promise.all(jobs.map((job) => eventsOf(store, job.id))),
    events: await allEvents(store),
    counts: await countsOf(store),
    keys: await store.jobs.lookupUniqueKeys(['a', 'b', 'k']),
    locks: await store.leases.inspect(),
    nodes: await store.nodes.list(),
    settings: await store.settings.get(),
  }
}
