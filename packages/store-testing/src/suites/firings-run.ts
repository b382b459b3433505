import type {
  EndedFiring,
  JobEvent,
  JobRecord,
  LeasedRun,
  NewJob,
  RunRecord,
  UnfinishedState,
} from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import { add, advanceAll, claim, claimAll, claimOne, handBack, obey, settle } from '../fixtures/acts.ts'
import { endedRun } from '../fixtures/expected.ts'
import {
  cancelled,
  died,
  failed,
  failedThen,
  paused,
  ref,
  repeated,
  succeeded,
} from '../fixtures/outcomes.ts'
import { eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { removeEverything } from '../fixtures/remove-everything.ts'
import {
  addRecurring,
  everyMinute,
  firePlan,
  fireTimes,
  MINUTE,
  planOf,
  type Recurring,
  recurrenceFrom,
  scheduleOf,
  unfinishedOf,
} from '../fixtures/schedules.ts'
import { sorted } from '../fixtures/sorted.ts'

/** What is done to a leased firing, and what it ended. */
type Act = (bench: TimedBench, lease: LeasedRun) => Promise<EndedFiring | undefined | void>

/** One move of "The life of a firing", to be made by a one-shot job and by a firing of a recurring one. */
interface Move {
  readonly draft?: Partial<NewJob>
  /** `ahead`: claimed, not started. `waiting`: not claimed at all. Default: claimed and started. */
  readonly from?: 'ahead' | 'waiting'
  /** Done to both, one after the other. For a waiting one only the firing id of the lease is there. */
  readonly acts?: readonly Act[]
  /** How long to wait after the acts. */
  readonly elapse?: number
  /** Where it then stands; absent: it has ended. */
  readonly state?: UnfinishedState
}

const order =
  (verb: 'cancel' | 'pause' | 'resume' | 'retry'): Act =>
  (bench, { firingId: id }) =>
    obey(bench, { verb, id })

const started: Act = async (bench, lease) => {
  const beat = { ...ref(lease), leaseMs: 30_000, started: true, progress: '{"percent":50}' }
  expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['live'])
}

const moves: Readonly<Record<string, Move>> = {
  'succeeds with an output': { acts: [(bench, lease) => settle(bench, succeeded(lease, '{"done":true}'))] },
  'skips itself': {
    acts: [(bench, lease) => settle(bench, { ...ref(lease), kind: 'succeeded', skipped: 'no news' })],
  },
  'fails, to be retried at once': {
    acts: [(bench, lease) => settle(bench, failed(lease))],
    state: 'retrying',
  },
  'fails, to be retried later': {
    acts: [(bench, lease) => settle(bench, failed(lease, 5_000))],
    state: 'retrying',
  },
  'fails, and its retry is due': {
    acts: [(bench, lease) => settle(bench, failed(lease, 5_000))],
    elapse: 5_000,
    state: 'retrying',
  },
  dies: { acts: [(bench, lease) => settle(bench, died(lease))] },
  'dies and is retried by hand': {
    acts: [(bench, lease) => settle(bench, died(lease)), order('retry')],
    state: 'waiting',
  },
  'fails and pauses': {
    acts: [(bench, lease) => settle(bench, failedThen(lease, { do: 'pause' }))],
    state: 'paused',
  },
  'fails and pauses for a while': {
    acts: [(bench, lease) => settle(bench, failedThen(lease, { do: 'pause', resumeAfterMs: 5_000 }))],
    elapse: 5_000,
    state: 'waiting',
  },
  'asks for a pause': { acts: [(bench, lease) => settle(bench, paused(lease))], state: 'paused' },
  'asks for a pause and is resumed': {
    acts: [(bench, lease) => settle(bench, paused(lease)), order('resume')],
    state: 'waiting',
  },
  'asks for a pause and is cancelled': {
    acts: [(bench, lease) => settle(bench, paused(lease)), order('cancel')],
  },
  repeats: { acts: [(bench, lease) => settle(bench, repeated(lease))], state: 'waiting' },
  'repeats later': { acts: [(bench, lease) => settle(bench, repeated(lease, 5_000))], state: 'delayed' },
  'repeats later, and it is later': {
    acts: [(bench, lease) => settle(bench, repeated(lease, 5_000))],
    elapse: 5_000,
    state: 'waiting',
  },
  'gives way to a cancellation': { acts: [(bench, lease) => settle(bench, cancelled(lease))] },
  'gives way and is retried by hand': {
    acts: [(bench, lease) => settle(bench, cancelled(lease)), order('retry')],
    state: 'waiting',
  },
  'is handed back': { acts: [handBack], state: 'waiting' },
  'loses its lease': { elapse: 30_000, state: 'retrying' },
  'loses its lease, and has no attempt left': { draft: { dlqAfter: 1 }, elapse: 30_000 },
  'is cancelled while it runs': { acts: [order('cancel')], state: 'leased' },
  'is cancelled while it runs, and succeeds': {
    acts: [order('cancel'), (bench, lease) => settle(bench, succeeded(lease))],
  },
  'is cancelled while it runs, and handed back': { acts: [order('cancel'), handBack] },
  'is cancelled while it runs, and loses its lease': { acts: [order('cancel')], elapse: 30_000 },
  'claimed ahead, is started by a beat': { from: 'ahead', acts: [started], state: 'leased' },
  'claimed ahead, succeeds': {
    from: 'ahead',
    acts: [(bench, lease) => settle(bench, succeeded(lease))],
  },
  'claimed ahead, is handed back': { from: 'ahead', acts: [handBack], state: 'waiting' },
  'claimed ahead, loses its lease': { from: 'ahead', elapse: 30_000, state: 'waiting' },
  'waits too long': { draft: { scheduleToStartTimeoutMs: 1_000 }, from: 'waiting', elapse: 1_001 },
  'is cancelled while it waits': { from: 'waiting', acts: [order('cancel')] },
  'is paused while it waits': { from: 'waiting', acts: [order('pause')], state: 'paused' },
  'is paused and resumed': {
    from: 'waiting',
    acts: [order('pause'), order('resume')],
    state: 'waiting',
  },
}

/** Runs of firings of recurring jobs: claim, settle, extend, release, lost leases and orders. */
export function firingsRunSuite(contract: Contract): void {
  describe('a firing moves as a one-shot job does', () => {
    for (const [name, move] of Object.entries(moves)) {
      contract(`that ${name}`, async (bench) => {
        const twins = await makeTwins(bench, move)
        const ended = await play(bench, twins, move)
        const [ofJob, ofFiring] = [await lifeOf(bench, twins.id), await lifeOf(bench, twins.firingId)]
        expect(ofFiring).toStrictEqual(ofJob)
        expect(ended.get(twins.firingId)).toStrictEqual(ended.get(twins.id))
        expect(await unfinishedOf(bench.store, twins.job.id)).toStrictEqual(
          move.state === undefined ? [] : [move.state],
        )
        await expectSamePlace(bench, twins)
        await removeEverything(bench)
      })
    }
  })

  describe('runs of firings', () => {
    contract('a claim reads the payload its job has then', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { payload: '{"v":1}' })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      const first = await claimOne(bench, { limit: 1 })
      expect(first.payload).toBe('{"v":1}')
      await obey(bench, { verb: 'updatePayload', id: job.id, payload: '{"v":2}' })
      expect((await claimOne(bench)).payload).toBe('{"v":2}')
      await settle(bench, failed(first))
      expect((await claimOne(bench)).payload).toBe('{"v":2}')
      for (const n of [1, 2]) expect((await jobOf(bench.store, job.firing(n))).payload).toBe('{"v":2}')
    })

    contract('a large payload is carried whole to every firing', async (bench) => {
      const payload = JSON.stringify({ text: 'é'.repeat(20_000) })
      const job = await addRecurring(bench, everyMinute(), { payload })
      await bench.clock.advanceBy(2 * MINUTE)
      await fireTimes(bench, job, 1, 2)
      expect((await claim(bench)).map((lease) => lease.payload)).toStrictEqual([payload, payload])
      await removeEverything(bench)
    })

    contract('a lease carries the headers of the job and those of the firing', async (bench) => {
      const job = await addRecurring(bench, everyMinute(), { headers: { 'x-trace': '1' } })
      await bench.clock.advanceBy(MINUTE)
      await fireTimes(bench, job, 1)
      expect((await claimOne(bench)).headers).toStrictEqual({
        'x-trace': '1',
        'x-dureq-scheduled-at': new Date(job.at(1)).toISOString(),
        'x-dureq-firing-id': job.firing(1),
      })
    })

    contract(
      'several firings of one job run at the same time, each with attempts of its own',
      async (bench) => {
        const job = await addRecurring(bench)
        await bench.clock.advanceBy(2 * MINUTE)
        await fireTimes(bench, job, 1, 2)
        const [first, second] = (await claim(bench)) as [LeasedRun, LeasedRun]
        await settle(bench, failed(first))
        const again = await claimOne(bench)
        expect(again).toMatchObject({ firingId: job.firing(1), attempt: 2, runId: `${job.firing(1)}-2` })
        expect(second).toMatchObject({ firingId: job.firing(2), attempt: 1, runId: `${job.firing(2)}-1` })
        await settle(bench, succeeded(second, '2'))
        expect(await unfinishedOf(bench.store, job.id)).toStrictEqual(['leased'])
        expect(await jobOf(bench.store, job.firing(2))).toMatchObject({ status: 'completed', attempt: 1 })
      },
    )

    contract('a run names the job it belongs to, and is found by its id and by its firing', async (bench) => {
      const { job, lease } = await runFiring(bench)
      await bench.clock.advanceBy(7)
      await settle(bench, succeeded(lease))
      const run = endedRun(lease, 'succeeded', bench.clock.now())
      expect(run.jobId).toBe(job.id)
      expect(await runsOf(bench.store, job.firing(1))).toStrictEqual([run])
      expect(await bench.store.inspector.getRuns([lease.runId])).toStrictEqual([run])
    })

    contract('the progress of a beat is kept with its run', async (bench) => {
      const { job, lease } = await runFiring(bench)
      await started(bench, lease)
      expect(await runsOf(bench.store, job.firing(1))).toMatchObject([{ progress: '{"percent":50}' }])
    })

    contract('a beat is told of the cancellation of the firing, and of that of the job', async (bench) => {
      for (const whom of ['firing', 'job'] as const) {
        const { job, lease } = await runFiring(bench)
        await obey(bench, { verb: 'cancel', id: whom === 'job' ? job.id : job.firing(1) })
        const beat = { ...ref(lease), leaseMs: 1_000 }
        expect(await bench.store.runs.extend(bench.calls.next(), [beat])).toStrictEqual(['cancelRequested'])
      }
    })

    contract('an old token changes nothing', async (bench) => {
      const { job, lease } = await runFiring(bench)
      await bench.clock.advanceBy(30_000)
      await advanceAll(bench)
      const newer = await claimOne(bench)
      const { runs } = bench.store
      const before = await lifeOf(bench, job.firing(1))
      const lost = ['lost']
      expect((await runs.settle(bench.calls.next(), [succeeded(lease)])).outcomes).toStrictEqual(lost)
      expect((await runs.release(bench.calls.next(), [ref(lease)])).outcomes).toStrictEqual(lost)
      expect(await runs.extend(bench.calls.next(), [{ ...ref(lease), leaseMs: 1 }])).toStrictEqual(lost)
      expect(await lifeOf(bench, job.firing(1))).toStrictEqual(before)
      await settle(bench, succeeded(newer))
    })

    contract('firings and jobs are settled, handed back and cancelled in one call', async (bench) => {
      const job = await addRecurring(bench)
      await bench.clock.advanceBy(3 * MINUTE)
      const id = await add(bench)
      await fireTimes(bench, job, 1, 2, 3)
      const [plain, one, two, three] = (await claim(bench)) as [LeasedRun, LeasedRun, LeasedRun, LeasedRun]
      const outcomes = [succeeded(one, '1'), succeeded(plain), died(two)]
      const reply = await bench.store.runs.settle(bench.calls.next(), outcomes)
      expect(reply.outcomes).toStrictEqual(['settled', 'settled', 'settled'])
      expect(sorted(reply.ended.map((end) => `${end.status} ${end.firingId} of ${end.jobId}`))).toStrictEqual(
        sorted([
          `completed ${job.firing(1)} of ${job.id}`,
          `completed ${id} of ${id}`,
          `dead ${job.firing(2)} of ${job.id}`,
        ]),
      )
      await handBack(bench, three)
      expect(await jobOf(bench.store, job.id)).toMatchObject({ status: 'pending' })
      await removeEverything(bench)
    })

    contract.inRealTime('who watches a firing is told of its end, not of that of its job', async (bench) => {
      const { now } = await bench.store.inspector.info()
      const id = await add(bench, { recurrence: recurrenceFrom(now - MINUTE) })
      const [firing] = await firePlan(bench, planOf(await scheduleOf(bench.store, id), [now]))
      const firingId = firing?.firingId ?? ''
      const watching = bench.store.events.watch([firingId, id], { timeoutMs: 4_000 })
      await settle(bench, succeeded(await claimOne(bench), '1'))
      expect(await watching).toStrictEqual([{ id: firingId, state: 'completed' }])
    })
  })
}

/** A one-shot job and a firing of a recurring one that are alike in everything but what they are. */
interface Twins {
  readonly id: string
  readonly job: Recurring
  readonly firingId: string
}

async function makeTwins(bench: TimedBench, { draft = {} }: Move): Promise<Twins> {
  const job = await addRecurring(bench, everyMinute(), draft)
  await bench.clock.advanceBy(MINUTE)
  const id = await add(bench, draft)
  await fireTimes(bench, job, 1)
  return { id, job, firingId: job.firing(1) }
}

/** Plays a move on both, and answers with what was ended by it, by firing id. */
async function play(bench: TimedBench, twins: Twins, move: Move): Promise<Map<string, unknown>> {
  const ended: EndedFiring[] = []
  const leases = await leasesFor(bench, twins, move)
  for (const act of move.acts ?? []) {
    for (const lease of leases) {
      const end = await act(bench, lease)
      if (end !== undefined) ended.push(end)
    }
  }
  if (move.elapse !== undefined) {
    await bench.clock.advanceBy(move.elapse)
    ended.push(...(await advanceAll(bench)))
  }
  expect(
    ended.filter((end) => end.firingId === twins.firingId).every((end) => end.jobId === twins.job.id),
  ).toBe(true)
  return new Map(ended.map((end) => [end.firingId, anonymous(end)]))
}

async function leasesFor(bench: TimedBench, { id, firingId }: Twins, { from }: Move): Promise<LeasedRun[]> {
  if (from === 'waiting') return [id, firingId].map((each) => ({ firingId: each }) as LeasedRun)
  const leases = await claim(bench, { start: from !== 'ahead' })
  expect(leases.map((lease) => lease.firingId)).toStrictEqual([id, firingId])
  return [...leases]
}

/** All there is to see of a firing, without what tells it from another. */
async function lifeOf(bench: TimedBench, firingId: string): Promise<unknown> {
  const { schedule: _schedule, headers: _headers, ...record } = await jobOf(bench.store, firingId)
  return {
    record: anonymous(record),
    runs: (await runsOf(bench.store, firingId)).map(anonymous),
    // The first tells how it came to be: enqueued, or dispatched by its schedule.
    told: (await toldOf(bench, firingId)).slice(1).map(anonymous),
  }
}

async function toldOf(bench: TimedBench, firingId: string): Promise<JobEvent[]> {
  const [jobId = ''] = firingId.split(':')
  const told = await eventsOf(bench.store, jobId)
  return jobId === firingId ? told : told.filter((event) => event.firingId === firingId)
}

/** The same without ids; of a run's, its number stays. */
function anonymous<Row extends EndedFiring | JobEvent | RunRecord | Omit<JobRecord, 'schedule' | 'headers'>>(
  row: Row,
): unknown {
  const shown: Record<string, unknown> = { ...row }
  for (const name of ['id', 'runId']) {
    const id = shown[name]
    if (typeof id === 'string') shown[name] = id.split('-')[1]
  }
  for (const name of ['jobId', 'firingId']) delete shown[name]
  return shown
}

/** Both stand before or behind what waits, and are leased as the same attempt, or both not at all. */
async function expectSamePlace(bench: TimedBench, { id, firingId }: Twins): Promise<void> {
  const waiting = await add(bench)
  const leases = await claimAll(bench)
  const ids = leases.map((lease) => lease.firingId)
  const placeOf = (each: string): number => Math.sign(ids.indexOf(each) - ids.indexOf(waiting))
  expect(ids.includes(firingId)).toBe(ids.includes(id))
  if (ids.includes(id)) expect(placeOf(firingId)).toBe(placeOf(id))
  const numbers = [id, firingId].map((each) => {
    const lease = leases.find((one) => one.firingId === each)
    return lease && [lease.attempt, lease.maxAttempts, lease.claimableAt, lease.runId.split('-')[1]]
  })
  expect(numbers[1]).toStrictEqual(numbers[0])
}

/** A recurring job whose first firing runs. */
async function runFiring(bench: TimedBench): Promise<{ readonly job: Recurring; readonly lease: LeasedRun }> {
  const job = await addRecurring(bench)
  await bench.clock.advanceBy(MINUTE)
  await fireTimes(bench, job, 1)
  return { job, lease: await claimOne(bench) }
}
