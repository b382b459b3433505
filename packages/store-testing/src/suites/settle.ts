import type { EndedFiring, JobRecord, LeasedRun } from '@dureq/types'
import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import {
  add,
  addAll,
  claim,
  claimAll,
  claimOne,
  leasesOf,
  obey,
  requestOf,
  settle,
} from '../fixtures/acts.ts'
import { bring } from '../fixtures/bring.ts'
import { by, endedRun, jobEvent, jobEvents } from '../fixtures/expected.ts'
import { newJob } from '../fixtures/new-job.ts'
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
import { allEvents, countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'

/** `runs.settle`, one row of the table of moves after the other. */
export function settleSuite(contract: Contract): void {
  describe('runs.settle succeeded', () => {
    contract('completes the job with its output', async (bench) => {
      const { id, lease, before, told, now } = await run(bench)
      const output = '{ "n": 1.50, "big": 12345678901234567890, "é": "\\u00e9" }'
      expect(await settle(bench, succeeded(lease, output))).toStrictEqual(ended(lease, 'completed', 1))
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'completed',
        attempt: 1,
        lastRunAt: now,
        completedAt: now,
        updatedAt: now,
        result: { status: 'completed', output },
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'succeeded', now)])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.completed', { jobId: id, timestamp: now, attempt: 1, ...by(lease) }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 1 })
    })

    contract('without output leaves a result without output', async (bench) => {
      const { id, lease } = await run(bench)
      await settle(bench, succeeded(lease))
      expect((await jobOf(bench.store, id)).result).toStrictEqual({ status: 'completed' })
    })

    contract('clears the errors of the attempts before it', async (bench) => {
      const { id } = await bring(bench, 'retrying, in line')
      expect(await jobOf(bench.store, id)).toMatchObject({ consecutiveErrors: 1, lastError: 'boom' })
      await settle(bench, succeeded(await claimOne(bench)))
      const record = await jobOf(bench.store, id)
      expect(record).toMatchObject({ status: 'completed', attempt: 2, consecutiveErrors: 0 })
      expect(record).not.toHaveProperty('lastError')
    })

    for (const [skipped, error] of [
      ['', 'skip'],
      ['nothing to do', 'skip: nothing to do'],
    ] as const) {
      contract(
        `skipped ${skipped ? 'with' : 'without'} a reason says so in its event only`,
        async (bench) => {
          const { id, lease, told, now } = await run(bench)
          expect(await settle(bench, { ...ref(lease), kind: 'succeeded', skipped })).toStrictEqual(
            ended(lease, 'completed', 1),
          )
          expect((await jobOf(bench.store, id)).result).toStrictEqual({ status: 'completed' })
          expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'succeeded', now)])
          expect(await eventsOf(bench.store, id)).toStrictEqual([
            ...told,
            jobEvent('job.completed', { jobId: id, timestamp: now, attempt: 1, error, ...by(lease) }),
          ])
        },
      )
    }

    contract('outputs and errors of every size come back to the letter', async (bench) => {
      const texts = [1, 200, 4_095, 4_096, 4_097, 300_000].map((size) => 'é\n\t|,:'.repeat(size / 6 + 1))
      const ids = await addAll(
        bench,
        texts.flatMap(() => [{}, {}]),
      )
      const outcomes = (await claim(bench)).map((lease, i) => {
        const text = texts[i >> 1] as string
        return i % 2 === 0 ? succeeded(lease, JSON.stringify(text)) : died(lease, text)
      })
      await bench.store.runs.settle(bench.calls.next(), outcomes)
      const results = (await bench.store.jobs.get(ids)).map((record) => record?.result)
      expect(results).toStrictEqual(
        texts.flatMap((text) => [
          { status: 'completed', output: JSON.stringify(text) },
          { status: 'dead', error: text },
        ]),
      )
    })
  })

  describe('runs.settle failed', () => {
    for (const status of ['failed', 'timed_out'] as const) {
      contract(`${status}, to be retried later: retrying until it is due`, async (bench) => {
        const { id, lease, before, told, now } = await run(bench)
        const outcome = failedThen(lease, { do: 'retry', delayMs: 7_000 }, { status, error: 'no route' })
        expect(await settle(bench, outcome)).toBeUndefined()
        const retrying = {
          ...failedRecord(before, now, 'no route'),
          status: 'retrying',
          nextRunAt: now + 7_000,
        }
        expect(await jobOf(bench.store, id)).toStrictEqual(retrying)
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(lease, status, now, { error: 'no route' }),
        ])
        const fields = { jobId: id, timestamp: now, attempt: 1, ...by(lease) }
        const events = [
          ...told,
          jobEvent('job.failed', { ...fields, error: 'no route' }),
          jobEvent('job.retrying', fields),
        ]
        expect(await eventsOf(bench.store, id)).toStrictEqual(events)
        expect(await countsOf(bench.store)).toStrictEqual({ retrying: 1 })

        await bench.clock.advanceBy(6_999)
        expect(await claim(bench)).toStrictEqual([])
        await bench.clock.advanceBy(1)
        await bench.store.runs.advance(bench.calls.next(), 100)
        const due = bench.clock.now()
        const { nextRunAt: _, ...inLine } = retrying
        expect(await jobOf(bench.store, id)).toStrictEqual({ ...inLine, updatedAt: due })
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...events,
          jobEvent('job.dispatched', { jobId: id, timestamp: due, attempt: 1 }),
        ])
        expect(await claimOne(bench)).toMatchObject({ attempt: 2, claimableAt: due })
      })
    }

    contract('to be retried at once: in line at once', async (bench) => {
      const { id, lease, before, told, now } = await run(bench)
      expect(await settle(bench, failed(lease, 0))).toBeUndefined()
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...failedRecord(before, now, 'boom'),
        status: 'retrying',
      })
      const fields = { jobId: id, timestamp: now, attempt: 1, ...by(lease) }
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.failed', { ...fields, error: 'boom' }),
        ...jobEvents(['job.retrying', 'job.dispatched'], fields),
      ])
      expect(await claimOne(bench)).toMatchObject({ attempt: 2, claimableAt: now })
    })

    contract('to die: dead with its error as the result', async (bench) => {
      const { id, lease, before, told, now } = await run(bench)
      expect(await settle(bench, died(lease, 'fatal'))).toStrictEqual({
        ...ended(lease, 'dead', 1),
        error: 'fatal',
      })
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...failedRecord(before, now, 'fatal'),
        status: 'dead',
        result: { status: 'dead', error: 'fatal' },
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([
        endedRun(lease, 'failed', now, { error: 'fatal' }),
      ])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        ...jobEvents(['job.failed', 'job.dead'], {
          jobId: id,
          timestamp: now,
          attempt: 1,
          error: 'fatal',
          ...by(lease),
        }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ dead: 1 })
    })

    for (const resumeAfterMs of [undefined, 5_000]) {
      const until = resumeAfterMs === undefined ? 'until a resume' : 'for a time'
      contract(`to be paused ${until}`, async (bench) => {
        const { id, lease, before, told, now } = await run(bench)
        const later = resumeAfterMs === undefined ? {} : { resumeAfterMs }
        const outcome = failedThen(lease, { do: 'pause', ...later }, { error: 'often' })
        expect(await settle(bench, outcome)).toBeUndefined()
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...failedRecord(before, now, 'often'),
          status: 'paused',
          pausedAt: now,
          ...(resumeAfterMs === undefined ? {} : { resumeAt: now + resumeAfterMs }),
        })
        expect(await runsOf(bench.store, id)).toStrictEqual([
          endedRun(lease, 'failed', now, { error: 'often' }),
        ])
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          ...jobEvents(['job.failed', 'job.paused'], {
            jobId: id,
            timestamp: now,
            attempt: 1,
            error: 'often',
            ...by(lease),
          }),
        ])
      })
    }
  })

  describe('runs.settle repeated, paused, cancelled', () => {
    contract('a repeat at once is pending with the same attempt', async (bench) => {
      const { id, lease, before, told, now } = await run(bench)
      expect(await settle(bench, repeated(lease))).toBeUndefined()
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'pending',
        lastRunAt: now,
        updatedAt: now,
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'succeeded', now)])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.dispatched', { jobId: id, timestamp: now, attempt: 0, ...by(lease) }),
      ])
      expect(await claimOne(bench)).toMatchObject({ runId: `${id}-2`, attempt: 1, claimableAt: now })
    })

    contract('a repeat later is scheduled; its ONE_TIME or IMMEDIATE schedule stays', async (bench) => {
      const { id, lease, before, told, now } = await run(bench)
      expect(await settle(bench, repeated(lease, 3_000))).toBeUndefined()
      expect(await jobOf(bench.store, id)).toStrictEqual({
        ...before,
        status: 'scheduled',
        lastRunAt: now,
        nextRunAt: now + 3_000,
        updatedAt: now,
      })
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.scheduled', { jobId: id, timestamp: now, attempt: 0, ...by(lease) }),
      ])
      await bench.clock.advanceBy(2_999)
      expect(await claim(bench)).toStrictEqual([])
      await bench.clock.advanceBy(1)
      expect(await claimOne(bench)).toMatchObject({ runId: `${id}-2`, attempt: 1, claimableAt: now + 3_000 })
    })

    contract('a repeat keeps the errors of the attempts before it', async (bench) => {
      const { id } = await bring(bench, 'retrying, in line')
      await settle(bench, repeated(await claimOne(bench)))
      expect(await jobOf(bench.store, id)).toMatchObject({
        status: 'pending',
        attempt: 1,
        consecutiveErrors: 1,
        lastError: 'boom',
      })
    })

    for (const [reason, error] of [
      [undefined, 'pause'],
      ['not yet', 'pause: not yet'],
    ] as const) {
      contract(
        `a pause ${reason ? 'with' : 'without'} a reason leaves the attempt as it was`,
        async (bench) => {
          const { id, lease, before, told, now } = await run(bench)
          const why = reason === undefined ? {} : { reason }
          expect(
            await settle(bench, { ...ref(lease), kind: 'paused', ...why, resumeAfterMs: 50 }),
          ).toBeUndefined()
          expect(await jobOf(bench.store, id)).toStrictEqual({
            ...before,
            status: 'paused',
            ...(reason === undefined ? {} : { lastError: reason }),
            lastRunAt: now,
            pausedAt: now,
            resumeAt: now + 50,
            updatedAt: now,
          })
          expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'failed', now, { error })])
          expect(await eventsOf(bench.store, id)).toStrictEqual([
            ...told,
            jobEvent('job.paused', { jobId: id, timestamp: now, attempt: 0, error, ...by(lease) }),
          ])
        },
      )
    }

    contract('a pause by hand only has no resumeAt', async (bench) => {
      const { id, lease } = await run(bench)
      await settle(bench, paused(lease))
      expect(await jobOf(bench.store, id)).not.toHaveProperty('resumeAt')
    })

    for (const [reason, error] of [
      [undefined, 'cancelled'],
      ['obeyed', 'obeyed'],
    ] as const) {
      contract(`cancelled ${reason ? 'with' : 'without'} a reason ends the job`, async (bench) => {
        const { id, lease, before, told, now } = await run(bench)
        const why = reason === undefined ? {} : { reason }
        expect(await settle(bench, { ...ref(lease), kind: 'cancelled', ...why })).toStrictEqual({
          ...ended(lease, 'cancelled', 1),
          error,
        })
        expect(await jobOf(bench.store, id)).toStrictEqual({
          ...before,
          status: 'cancelled',
          attempt: 1,
          lastRunAt: now,
          updatedAt: now,
          result: { status: 'cancelled', error },
        })
        expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'cancelled', now, { error })])
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.cancelled', { jobId: id, timestamp: now, attempt: 1, error, ...by(lease) }),
        ])
      })
    }
  })

  describe('runs.settle of a run whose start was never told', () => {
    contract('counts as an execution that succeeded', async (bench) => {
      const { id, lease } = await bring(bench, 'running, claimed')
      await bench.clock.advanceBy(3)
      const now = bench.clock.now()
      expect(await settle(bench, succeeded(lease, '1'))).toStrictEqual(ended(lease, 'completed', 1))
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'completed', attempt: 1, lastRunAt: now })
      expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'succeeded', now)])
    })

    contract('counts as an execution that failed', async (bench) => {
      const { id, lease } = await bring(bench, 'running, claimed')
      await settle(bench, failed(lease, 0))
      const now = bench.clock.now()
      expect(await jobOf(bench.store, id)).toMatchObject({
        status: 'retrying',
        attempt: 1,
        consecutiveErrors: 1,
      })
      expect(await runsOf(bench.store, id)).toStrictEqual([endedRun(lease, 'failed', now, { error: 'boom' })])
    })

    for (const asked of [true, false]) {
      contract(
        `counts as an execution that was cancelled, ${asked ? 'asked for' : 'by itself'}`,
        async (bench) => {
          const { id, lease } = await bring(bench, 'running, claimed')
          if (asked) await obey(bench, { verb: 'cancel', id })
          const now = bench.clock.now()
          const report = asked ? succeeded(lease) : cancelled(lease)
          expect(await settle(bench, report)).toStrictEqual({
            ...ended(lease, 'cancelled', 1),
            error: 'cancelled',
          })
          expect(await jobOf(bench.store, id)).toMatchObject({
            status: 'cancelled',
            attempt: 1,
            lastRunAt: now,
          })
          expect(await runsOf(bench.store, id)).toStrictEqual([
            endedRun(lease, 'cancelled', now, { error: 'cancelled' }),
          ])
        },
      )
    }
  })

  describe('runs.settle and tokens (I2)', () => {
    contract('answers in order; every outcome stands by itself', async (bench) => {
      const ids = await addAll(bench, [{}, {}, {}])
      const [a, b, c] = await claimAll(bench)
      if (!a || !b || !c) throw new Error('three jobs give three leases')
      const reply = await bench.store.runs.settle(bench.calls.next(), [
        died(b),
        succeeded({ ...a, token: c.token }),
        succeeded(a, '1'),
        succeeded(a, '2'),
        succeeded({ firingId: newJob().id, token: a.token }),
        repeated(c),
      ])
      expect(reply.outcomes).toStrictEqual(['settled', 'lost', 'settled', 'lost', 'lost', 'settled'])
      expect(reply.ended).toStrictEqual([{ ...ended(b, 'dead', 1), error: 'boom' }, ended(a, 'completed', 1)])
      const records = await bench.store.jobs.get(ids)
      expect(records.map((record) => record?.status)).toStrictEqual(['completed', 'dead', 'pending'])
      expect(records[0]?.result).toStrictEqual({ status: 'completed', output: '1' })
      expect(await bench.store.runs.settle(bench.calls.next(), [])).toStrictEqual({ outcomes: [], ended: [] })
    })

    contract('an old token is lost and changes nothing, whatever it reports', async (bench) => {
      const { id, lease: old } = await bring(bench, 'running, started')
      await bench.clock.advanceBy(30_000)
      await bench.store.runs.advance(bench.calls.next(), 100)
      const present = await claimOne(bench)
      const before = [
        await jobOf(bench.store, id),
        await runsOf(bench.store, id),
        await eventsOf(bench.store, id),
      ]
      const reports = [succeeded(old, '1'), failed(old), died(old), repeated(old)]
      for (const outcome of [...reports, paused(old)]) {
        expect(await bench.store.runs.settle(bench.calls.next(), [outcome])).toStrictEqual({
          outcomes: ['lost'],
          ended: [],
        })
      }
      expect([
        await jobOf(bench.store, id),
        await runsOf(bench.store, id),
        await eventsOf(bench.store, id),
      ]).toStrictEqual(before)
      await settle(bench, succeeded(present))
    })

    contract('a firing that is not leased is held under no token, not even an empty one', async (bench) => {
      const [fresh, resumed] = await addAll(bench, [{}, {}])
      await obey(bench, { verb: 'pause', id: resumed })
      await obey(bench, { verb: 'resume', id: resumed })
      const leases = [fresh, resumed].map((firingId) => ({ firingId, token: '' }))
      const lost = { outcomes: ['lost', 'lost'], ended: [] }
      const { runs } = bench.store
      const succeeds = leases.map((lease) => ({ ...lease, kind: 'succeeded' as const }))
      expect(await runs.settle(bench.calls.next(), succeeds)).toStrictEqual(lost)
      expect(await runs.release(bench.calls.next(), leases)).toStrictEqual(lost)
      const beats = leases.map((lease) => ({ ...lease, leaseMs: 1_000 }))
      expect(await runs.extend(bench.calls.next(), beats)).toStrictEqual(['lost', 'lost'])
    })

    contract(
      'a run that is still claimed is told to have started before it is told how it ended',
      async (bench) => {
        const id = await add(bench)
        const lease = await claimOne(bench, { start: false })
        const told = await eventsOf(bench.store, id)
        await bench.clock.advanceBy(50)
        await settle(bench, succeeded(lease))
        const event = { jobId: id, timestamp: bench.clock.now(), attempt: 1, ...by(lease) }
        expect(await eventsOf(bench.store, id)).toStrictEqual([
          ...told,
          jobEvent('job.started', event),
          jobEvent('job.completed', event),
        ])
      },
    )

    contract('an expired lease that nobody has reclaimed can still be settled', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      await bench.clock.advanceBy(60_000)
      await settle(bench, succeeded(lease))
      await bench.store.runs.advance(bench.calls.next(), 100)
      expect(await jobOf(bench.store, id)).toMatchObject({ status: 'completed', attempt: 1 })
    })

    contract('of two that settle one run at the same time, one is lost', async (bench) => {
      const { id, lease } = await bring(bench, 'running, started')
      const other = await bench.other()
      const replies = await Promise.all([
        bench.store.runs.settle(bench.calls.lane(1).next(), [succeeded(lease, '"one"')]),
        other.runs.settle(bench.calls.lane(2).next(), [succeeded(lease, '"two"')]),
      ])
      const winner = replies[0].outcomes[0] === 'settled' ? 0 : 1
      expect(sorted(replies.map((reply) => reply.outcomes[0]))).toStrictEqual(['lost', 'settled'])
      expect((await jobOf(bench.store, id)).result?.output).toBe(winner === 0 ? '"one"' : '"two"')
      expect((await eventsOf(bench.store, id)).map((event) => event.type)).toStrictEqual([
        'job.enqueued',
        'job.started',
        'job.completed',
      ])
    })

    contract('many nodes at work at once do every job once, and tell of it once (I10)', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 150 }, () => ({})),
      )
      const other = await bench.other()
      const workers = await Promise.all(
        [1, 2, 3, 4].map(async (n) => ({
          request: await requestOf(bench, { nodeId: `n${n}`, limit: 7 }),
          store: n % 2 === 0 ? other : bench.store,
          calls: bench.calls.lane(n),
        })),
      )
      await Promise.all(
        workers.map(async ({ request, store, calls }) => {
          for (;;) {
            const leases = leasesOf(await store.runs.claim(calls.next(), request))
            if (leases.length === 0) return
            const { outcomes } = await store.runs.settle(
              calls.next(),
              leases.map((lease) => succeeded(lease)),
            )
            expect(outcomes).toStrictEqual(leases.map(() => 'settled'))
          }
        }),
      )
      expect(await countsOf(bench.store)).toStrictEqual({ completed: 150 })
      const told = await allEvents(bench.store)
      for (const type of ['job.started', 'job.completed']) {
        const jobs = told.filter((event) => event.type === type).map((event) => event.jobId)
        expect(sorted(jobs)).toStrictEqual(sorted(ids))
      }
    })

    contract('the token of an ended job is lost', async (bench) => {
      const { id, lease } = await bring(bench, 'dead')
      await obey(bench, { verb: 'retry', id })
      const reply = await bench.store.runs.settle(bench.calls.next(), [succeeded(lease)])
      expect(reply).toStrictEqual({ outcomes: ['lost'], ended: [] })
      expect((await jobOf(bench.store, id)).status).toBe('pending')
    })
  })
}

interface Ran {
  readonly id: string
  readonly lease: LeasedRun
  readonly before: JobRecord
  readonly told: Awaited<ReturnType<typeof eventsOf>>
  readonly now: number
}

/** A job that has been running for 1,234 ms, and how it stands. */
async function run(bench: TimedBench): Promise<Ran> {
  const { id, lease } = await bring(bench, 'running, started')
  await bench.clock.advanceBy(1_234)
  const before = await jobOf(bench.store, id)
  return { id, lease, before, told: await eventsOf(bench.store, id), now: bench.clock.now() }
}

function failedRecord(before: JobRecord, now: number, error: string): JobRecord {
  const attempt = before.attempt + 1
  const consecutiveErrors = before.consecutiveErrors + 1
  return { ...before, attempt, consecutiveErrors, lastError: error, lastRunAt: now, updatedAt: now }
}

function ended(lease: LeasedRun, status: EndedFiring['status'], attempt: number): EndedFiring {
  const { firingId, jobId, taskType, runId } = lease
  return { firingId, jobId, taskType, status, attempt, runId }
}
