import { describe, expect } from 'vitest'
import type { Contract, TimedBench } from '../bench.ts'
import {
  add,
  addAll,
  claim,
  claimOne,
  handBack,
  leasesOf,
  obey,
  requestOf,
  settle,
} from '../fixtures/acts.ts'
import { by, fullDraft, jobEvent, openRun } from '../fixtures/expected.ts'
import { announce, anyHandler, handler } from '../fixtures/handlers.ts'
import { failed, succeeded } from '../fixtures/outcomes.ts'
import { countsOf, eventsOf, jobOf, runsOf } from '../fixtures/reads.ts'
import { sorted } from '../fixtures/sorted.ts'

/** `runs.claim`: what a lease is, and who gets what. The order is in `lines.ts`. */
export function claimSuite(contract: Contract): void {
  describe('runs.claim', () => {
    contract('a lease carries everything needed to run, of a plain job', async (bench) => {
      const begin = bench.clock.now()
      const id = await add(bench)
      await bench.clock.advanceBy(250)
      const lease = await claimOne(bench)
      expect(lease).toStrictEqual({
        runId: `${id}-1`,
        firingId: id,
        jobId: id,
        token: lease.token,
        taskType: 'plain',
        payload: '{}',
        attempt: 1,
        maxAttempts: 3,
        consecutiveErrors: 0,
        priority: 5,
        headers: {},
        leaseMs: 30_000,
        claimableAt: begin,
        claimedAt: begin + 250,
        createdAt: begin,
      })
      expect(lease.token).not.toBe('')
    })

    contract('a lease carries everything needed to run, of a job that states everything', async (bench) => {
      const now = bench.clock.now()
      const id = await add(bench, fullDraft)
      const lease = await claimOne(bench)
      expect(lease).toStrictEqual({
        runId: `${id}-1`,
        firingId: id,
        jobId: id,
        token: lease.token,
        taskType: fullDraft.taskType,
        payload: fullDraft.payload,
        attempt: 1,
        maxAttempts: fullDraft.dlqAfter,
        consecutiveErrors: 0,
        priority: fullDraft.priority,
        headers: fullDraft.headers,
        version: fullDraft.version,
        retryPolicy: fullDraft.retryPolicy,
        timeoutMs: fullDraft.timeoutMs,
        leaseMs: fullDraft.heartbeatTimeoutMs,
        claimableAt: now,
        claimedAt: now,
        createdAt: now,
        concurrencyKeys: fullDraft.concurrencyKeys,
      })
    })

    contract('a run leased with start is running and told', async (bench) => {
      const id = await add(bench)
      await bench.clock.advanceBy(10)
      const now = bench.clock.now()
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      const lease = await claimOne(bench)
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, status: 'running', updatedAt: now })
      expect(await runsOf(bench.store, id)).toStrictEqual([openRun(lease)])
      expect(await eventsOf(bench.store, id)).toStrictEqual([
        ...told,
        jobEvent('job.started', { jobId: id, timestamp: now, attempt: 1, ...by(lease) }),
      ])
      expect(await countsOf(bench.store)).toStrictEqual({ running: 1 })
    })

    contract('a run leased without start is claimed and told of only when it starts', async (bench) => {
      const id = await add(bench)
      const before = await jobOf(bench.store, id)
      const told = await eventsOf(bench.store, id)
      const lease = await claimOne(bench, { start: false })
      expect(await jobOf(bench.store, id)).toStrictEqual({ ...before, status: 'running' })
      expect(await runsOf(bench.store, id)).toStrictEqual([openRun(lease, { status: 'claimed' })])
      expect(await eventsOf(bench.store, id)).toStrictEqual(told)
    })

    contract('the retry of a failed attempt says what came before it', async (bench) => {
      const id = await add(bench)
      await settle(bench, failed(await claimOne(bench), 1_000))
      await bench.clock.advanceBy(1_500)
      const now = bench.clock.now()
      expect(await claimOne(bench)).toMatchObject({
        runId: `${id}-2`,
        attempt: 2,
        consecutiveErrors: 1,
        claimableAt: now,
        claimedAt: now,
      })
    })

    contract(
      'attempts allowed: the policy of the job, else of the handler, lowered by dlqAfter',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('plain', { maxAttempts: 4 })] })
        const retryPolicy = { ...fullDraft.retryPolicy, maxAttempts: 9 }
        await addAll(bench, [
          {},
          { retryPolicy },
          { dlqAfter: 2 },
          { dlqAfter: 6 },
          { retryPolicy, dlqAfter: 6 },
          { retryPolicy, dlqAfter: 10 },
        ])
        const leases = await claim(bench)
        expect(leases.map((lease) => lease.maxAttempts)).toStrictEqual([4, 9, 2, 4, 6, 9])
      },
    )

    contract('the claim fixes the attempts allowed for the run', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('plain', { maxAttempts: 1, leaseMs: 1_000 })] })
      await announce(bench, 'n2', { handlers: [handler('plain', { maxAttempts: 9, leaseMs: 1_000 })] })
      const id = await add(bench)
      await claimOne(bench, { nodeId: 'n1' })
      await bench.clock.advanceBy(1_000)
      expect(await claim(bench, { nodeId: 'n2' })).toStrictEqual([])
      expect((await jobOf(bench.store, id)).status).toBe('dead')
    })

    contract('leases last as the job says, else as the handler that takes it says', async (bench) => {
      const handlers = [
        handler('mail.*', { leaseMs: 2_000 }),
        handler('mail.big.*', { leaseMs: 3_000 }),
        handler('mail.big.one', { leaseMs: 4_000 }),
        handler('*', { leaseMs: 1_000 }),
      ]
      await announce(bench, 'n1', { handlers })
      const taskTypes = ['other', 'mail', 'mail.x', 'mail.big.x', 'mail.big.one', 'mail.big.one.x']
      await addAll(bench, [
        ...taskTypes.map((taskType) => ({ taskType })),
        { taskType: 'own', heartbeatTimeoutMs: 7 },
      ])
      const leases = await claim(bench)
      expect(Object.fromEntries(leases.map((lease) => [lease.taskType, lease.leaseMs]))).toStrictEqual({
        other: 1_000,
        mail: 1_000,
        'mail.x': 2_000,
        'mail.big.x': 3_000,
        'mail.big.one': 4_000,
        'mail.big.one.x': 3_000,
        own: 7,
      })
    })

    contract('no more than the limit are leased, in one claim and in sum', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 7 }, () => ({})),
      )
      const taken: string[][] = []
      for (let i = 0; i < 4; i++) taken.push((await claim(bench, { limit: 3 })).map((lease) => lease.jobId))
      expect(taken).toStrictEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6), []])
    })

    contract('a thousand runs can be leased at once, each under a token of its own', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 1_000 }, () => ({})),
      )
      const leases = await claim(bench, { limit: 1_000 })
      expect(leases.map((lease) => lease.jobId)).toStrictEqual(ids)
      expect(new Set(leases.map((lease) => lease.token)).size).toBe(1_000)
      expect(await countsOf(bench.store)).toStrictEqual({ running: 1_000 })
    })

    contract('nobody gets what another holds (I2)', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 40 }, () => ({})),
      )
      const other = await bench.other()
      const requests = await Promise.all(['n1', 'n2'].map((nodeId) => requestOf(bench, { nodeId, limit: 3 })))
      const claims = Array.from({ length: 16 }, async (_, i) => {
        const store = i % 2 === 0 ? bench.store : other
        return store.runs.claim(bench.calls.lane(i + 1).next(), requests[i % 2] as (typeof requests)[0])
      })
      const taken = (await Promise.all(claims)).flatMap(leasesOf)
      expect(taken).toHaveLength(40)
      expect(sorted(taken.map((lease) => lease.jobId))).toStrictEqual(sorted(ids))
    })

    contract('a token is never used twice', async (bench) => {
      const id = await add(bench)
      const tokens = new Set<string>()
      for (let i = 0; i < 5; i++) {
        const lease = await claimOne(bench)
        tokens.add(lease.token)
        await handBack(bench, lease)
      }
      await settle(bench, succeeded(await claimOne(bench)))
      expect(tokens.size).toBe(5)
      expect((await jobOf(bench.store, id)).status).toBe('completed')
    })

    contract('does a bounded part of advance first, and tells what that ended', async (bench) => {
      const due = await add(bench, { delayMs: 1_000 })
      const late = await add(bench, { taskType: 'late', delayMs: 1, scheduleToStartTimeoutMs: 500 })
      await bench.clock.advanceBy(1)
      await bench.store.runs.advance(bench.calls.next(), 100)
      await bench.clock.advanceBy(1_000)
      const request = await requestOf(bench)
      const reply = await bench.store.runs.claim(bench.calls.next(), request)
      expect(leasesOf(reply).map((lease) => lease.jobId)).toStrictEqual([due])
      expect(reply).toMatchObject({
        now: bench.clock.now(),
        ended: [
          {
            firingId: late,
            jobId: late,
            taskType: 'late',
            status: 'dead',
            attempt: 0,
            error: 'dureq: schedule-to-start timeout exceeded',
          },
        ],
      })
    })

    contract(
      'says when time alone will next change something, when it found less than asked for',
      async (bench) => {
        const now = bench.clock.now()
        await add(bench, { delayMs: 20_000 })
        const request = await requestOf(bench)
        expect(await bench.store.runs.claim(bench.calls.next(), request)).toStrictEqual({
          kind: 'claimed',
          leases: [],
          ended: [],
          now,
          nextAt: now + 20_000,
        })
        await add(bench, { delayMs: 15_000 })
        expect(await bench.store.runs.claim(bench.calls.next(), request)).toMatchObject({
          nextAt: now + 15_000,
        })

        await add(bench)
        const handlers = [{ ...anyHandler, leaseMs: 10_000 }]
        const brisk = await requestOf(bench, {
          nodeId: 'n2',
          handlerSet: (await announce(bench, 'n2', { handlers })).id,
        })
        expect(await bench.store.runs.claim(bench.calls.next(), brisk)).toMatchObject({
          nextAt: now + 10_000,
        })
      },
    )
  })

  describe('runs.claim gives a node only what it can run', () => {
    contract('unknownSet asks a node to announce its handlers', async (bench) => {
      const id = await add(bench)
      const request = { nodeId: 'n1', handlerSet: 'nobody-said', limit: 1, start: true }
      expect(await bench.store.runs.claim(bench.calls.next(), request)).toStrictEqual({ kind: 'unknownSet' })
      expect((await jobOf(bench.store, id)).status).toBe('pending')
    })

    contract('by type: exact names, and patterns by their longest prefix', async (bench) => {
      await announce(bench, 'n1', {
        handlers: [handler('a'), handler('b.*'), handler('c*d'), handler('e.**')],
      })
      const types = ['a', 'a.x', 'A', 'b', 'b.', 'b.x.y', 'bx', 'c*d', 'cxd', 'c', 'e.*x', 'e.x']
      await addAll(
        bench,
        types.map((taskType) => ({ taskType })),
      )
      const taken = (await claim(bench)).map((lease) => lease.taskType)
      expect(sorted(taken)).toStrictEqual(sorted(['a', 'b.', 'b.x.y', 'c*d', 'e.*x']))
      expect(await countsOf(bench.store)).toStrictEqual({ pending: types.length - 5, running: 5 })
    })

    contract('by version: a handler with one takes its own and work of none', async (bench) => {
      await announce(bench, 'v1', { handlers: [handler('plain', { version: '1' })] })
      await announce(bench, 'any', { handlers: [handler('plain')] })
      const [one, two, none] = await addAll(bench, [{ version: '1' }, { version: '2' }, {}])
      const ofV1 = (await claim(bench, { nodeId: 'v1' })).map((lease) => lease.jobId)
      expect(sorted(ofV1)).toStrictEqual(sorted([one, none]))
      expect((await claim(bench, { nodeId: 'any' })).map((lease) => lease.jobId)).toStrictEqual([two])
    })

    contract(
      'by name first, then by version: a pattern does not step in for the wrong version',
      async (bench) => {
        await announce(bench, 'n1', { handlers: [handler('plain', { version: '1' }), handler('*')] })
        await addAll(bench, [{ version: '2' }, { taskType: 'other', version: '2' }])
        expect((await claim(bench)).map((lease) => lease.taskType)).toStrictEqual(['other'])
      },
    )

    contract('types that come after the set was announced are taken too', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('new.*')] })
      expect(await claim(bench)).toStrictEqual([])
      await addAll(bench, [{ taskType: 'new.one' }, { taskType: 'other' }, { taskType: 'new.two' }])
      const taken = (await claim(bench)).map((lease) => lease.taskType)
      expect(sorted(taken)).toStrictEqual(['new.one', 'new.two'])
    })

    contract('work that waits for a set announced later is taken by it', async (bench) => {
      const ids = await addAll(
        bench,
        Array.from({ length: 5 }, () => ({ taskType: 'rare' })),
      )
      await announce(bench, 'n1', { handlers: [handler('common')] })
      expect(await claim(bench)).toStrictEqual([])
      await announce(bench, 'n2', { handlers: [handler('rare')] })
      expect((await claim(bench, { nodeId: 'n2' })).map((lease) => lease.jobId)).toStrictEqual(ids)
    })

    contract('two sets that overlap share the work', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('a'), handler('b')] })
      await announce(bench, 'n2', { handlers: [handler('b'), handler('c')] })
      await addAll(
        bench,
        ['a', 'b', 'b', 'c'].map((taskType) => ({ taskType })),
      )
      const first = (await claim(bench, { nodeId: 'n1', limit: 2 })).map((lease) => lease.taskType)
      expect(sorted(first)).toStrictEqual(['a', 'b'])
      const second = (await claim(bench, { nodeId: 'n2' })).map((lease) => lease.taskType)
      expect(sorted(second)).toStrictEqual(['b', 'c'])
      await addAll(bench, [{ taskType: 'b' }])
      expect(await claim(bench, { nodeId: 'n1' })).toHaveLength(1)
      expect(await claim(bench, { nodeId: 'n2' })).toHaveLength(0)
    })

    contract('a handler without free slots gets nothing, one with few gets few', async (bench) => {
      await announce(bench, 'n1', { handlers: [handler('a'), handler('b.*'), handler('*')] })
      const types = ['a', 'a', 'a', 'b.x', 'b.y', 'b.x', 'c', 'c', 'd']
      await addAll(
        bench,
        types.map((taskType) => ({ taskType })),
      )
      const taken = async (free: Record<string, number>) =>
        sorted((await claim(bench, { free })).map((lease) => lease.taskType))
      expect(await taken({ a: 0, 'b.*': 2, '*': 1 })).toHaveLength(3)
      expect(await countTypes(bench)).toStrictEqual({ a: 3, b: 1, other: 2 })
      expect(await taken({ a: 1, 'b.*': 0 })).toStrictEqual(expect.arrayContaining(['a', 'c']))
      expect(await countTypes(bench)).toStrictEqual({ a: 2, b: 1, other: 0 })
      expect(await taken({})).toHaveLength(3)
      expect(await countTypes(bench)).toStrictEqual({ a: 0, b: 0, other: 0 })
    })

    contract('paused, ended and delayed jobs are no work', async (bench) => {
      const [paused, cancelled] = await addAll(bench, [{}, {}])
      await add(bench, { delayMs: 1 })
      await obey(bench, { verb: 'pause', id: paused })
      await obey(bench, { verb: 'cancel', id: cancelled })
      expect(await claim(bench)).toStrictEqual([])
    })
  })
}

async function countTypes({ store }: TimedBench): Promise<Record<string, number>> {
  const waiting = { a: 0, b: 0, other: 0 }
  for (const { taskType, status, count } of await store.inspector.countJobs()) {
    const kind = taskType === 'a' ? 'a' : taskType.startsWith('b.') ? 'b' : 'other'
    if (status === 'pending') waiting[kind] += count
  }
  return waiting
}
