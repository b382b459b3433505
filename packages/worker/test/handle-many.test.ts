import { createDeferred } from '@dureq/runtime'
import {
  type ClaimRequest,
  currentJob,
  type GroupContext,
  type GroupedJob,
  OutsideHandlerError,
  PauseError,
  RepeatError,
  RetryableError,
  type RunOutcome,
  SkipError,
  type StandardSchemaV1,
  type Store,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { defineTask, type Middleware, NonRetryableError } from '../src/index.ts'
import { policy, withSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

type Jobs = readonly GroupedJob<unknown>[]

/** The store, and what is claimed from it and settled. */
function watched(store: Store): {
  readonly store: Store
  readonly claims: ClaimRequest[]
  readonly settled: (readonly RunOutcome[])[]
} {
  const claims: ClaimRequest[] = []
  const settled: (readonly RunOutcome[])[] = []
  const runs: Store['runs'] = {
    ...store.runs,
    claim: (key, request) => {
      claims.push(request)
      return store.runs.claim(key, request)
    },
    settle: (key, outcomes) => {
      settled.push(outcomes)
      return store.runs.settle(key, outcomes)
    },
  }
  return { store: { ...store, runs }, claims, settled }
}

const idsOf = (jobs: Jobs): string[] => jobs.map((job) => job.jobId)
const nothing = (jobs: Jobs): undefined[] => jobs.map(() => undefined)

describe('handleMany', () => {
  it('gives a handler up to maxSize jobs at once, each with its own context', () =>
    withSystem(async ({ worker, enqueueMany, ended, job, runs }) => {
      const ids = await enqueueMany(25, { payload: '{"a":1}', headers: { from: 'test' } })
      const groups: Jobs[] = []
      const contexts: GroupContext[] = []
      const node = worker({ nodeId: 'me', concurrency: 2 }).handleMany(
        'plain',
        { maxSize: 10 },
        (jobs, ctx) => {
          groups.push(jobs)
          contexts.push(ctx)
          expect(() => currentJob()).toThrow(OutsideHandlerError)
          return jobs.map((each) => each.jobId)
        },
      )
      await node.start()
      await ended(...ids)
      expect(groups.map((jobs) => jobs.length)).toEqual([10, 10, 5])
      expect(groups.flatMap(idsOf)).toEqual(ids)
      expect(groups[0]?.[0]).toMatchObject({
        payload: { a: 1 },
        taskType: 'plain',
        attempt: 1,
        maxAttempts: 3,
        nodeId: 'me',
        headers: { from: 'test' },
      })
      expect(contexts[0]).toMatchObject({ nodeId: 'me', taskType: 'plain' })
      for (const id of ids) {
        expect(await job(id)).toMatchObject({ status: 'completed', result: { output: JSON.stringify(id) } })
        expect((await runs(id)).map((run) => run.status)).toEqual(['succeeded'])
      }
    }))

  it('settles all outcomes of one execution in one call', () =>
    withSystem(async ({ worker, enqueueMany, ended, store }) => {
      const ids = await enqueueMany(20)
      const seen = watched(store)
      const node = worker({ store: seen.store }).handleMany('plain', { maxSize: 20 }, nothing)
      await node.start()
      await ended(...ids)
      expect(seen.settled.map((outcomes) => outcomes.length)).toEqual([20])
    }))

  it('takes the work of a pattern together', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ids = [
        ...(await enqueueMany(3, { taskType: 'order.paid' })),
        ...(await enqueueMany(3, { taskType: 'order.sent' })),
      ]
      const groups: Jobs[] = []
      const node = worker().handleMany('order.*', { maxSize: 10 }, (jobs, ctx) => {
        expect(ctx.taskType).toBe('order.*')
        groups.push(jobs)
        return nothing(jobs)
      })
      await node.start()
      await ended(...ids)
      expect(groups.map((jobs) => jobs.map((each) => each.taskType).toSorted())).toEqual([
        ['order.paid', 'order.paid', 'order.paid', 'order.sent', 'order.sent', 'order.sent'],
      ])
    }))

  it('lets each job have its own end', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock, job }) => {
      const [done, failed, hopeless, skipped, paused, again] = (await enqueueMany(6)) as [
        string,
        string,
        string,
        string,
        string,
        string,
      ]
      const ends: Record<string, unknown> = {
        [done]: { ok: true },
        [failed]: new RetryableError('later'),
        [hopeless]: new NonRetryableError('never'),
        [skipped]: new SkipError('no need'),
        [paused]: new PauseError('wait'),
        [again]: new RepeatError({ delay: '1h' }),
      }
      const node = worker().handleMany('plain', { maxSize: 10 }, (jobs) =>
        jobs.map((each) => (each.attempt > 1 ? 'second' : ends[each.jobId])),
      )
      await node.start()
      await flow(clock, 1_000)
      expect(await job(done)).toMatchObject({ status: 'completed', result: { output: '{"ok":true}' } })
      expect(await job(failed)).toMatchObject({
        status: 'completed',
        attempt: 2,
        result: { output: '"second"' },
      })
      expect(await job(hopeless)).toMatchObject({ status: 'dead', attempt: 1, lastError: 'never' })
      expect(await job(skipped)).toMatchObject({ status: 'completed', attempt: 1 })
      expect(await job(paused)).toMatchObject({ status: 'paused', lastError: 'wait' })
      expect(await job(again)).toMatchObject({ status: 'scheduled', attempt: 0 })
    }))

  it('fails all jobs with what the handler throws, whatever that is', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock, job }) => {
      const ids = await enqueueMany(3, { retryPolicy: policy({ maxAttempts: 2 }) })
      const thrown: unknown[] = [new Error('database away'), 'not even an error']
      let calls = 0
      const node = worker().handleMany('plain', { maxSize: 10 }, () => {
        throw thrown[calls++]
      })
      await node.start()
      await flow(clock, 1_000)
      for (const id of ids) {
        expect(await job(id)).toMatchObject({ status: 'dead', attempt: 2 })
        expect((await job(id)).lastError).toContain('not even an error')
      }
      expect(calls).toBe(2)
    }))

  it.each<[string, unknown, string]>([
    ['no array', { 0: 'a', length: 3 }, 'must return an array with one result per job'],
    ['too few results', ['a'], '1 were returned for 3 jobs'],
    ['too many results', ['a', 'b', 'c', 'd'], '4 were returned for 3 jobs'],
  ])('fails all jobs for good that are given %s', (_, returned, text) =>
    withSystem(async ({ worker, enqueueMany, ended, job }) => {
      const ids = await enqueueMany(3)
      const node = worker().handleMany('plain', { maxSize: 10 }, () => returned as unknown[])
      await node.start()
      await ended(...ids)
      for (const id of ids) {
        const { status, attempt, lastError } = await job(id)
        expect([status, attempt]).toEqual(['dead', 1])
        expect(lastError).toContain(text)
      }
    }),
  )

  it('fails a payload or a result that does not fit by itself; the others go on', () =>
    withSystem(async ({ worker, enqueue, ended, job }) => {
      const texts = await Promise.all(
        ['"one"', '2', '"wrong"', '"four"'].map((payload) => enqueue({ taskType: 'words', payload })),
      )
      const text: StandardSchemaV1<string, string> = {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) =>
            typeof value === 'string' ? { value: value.toUpperCase() } : { issues: [{ message: 'no text' }] },
        },
      }
      const words = defineTask({ type: 'words', payload: text, result: text })
      const seen: string[][] = []
      const node = worker().handleMany(words, { maxSize: 4 }, (jobs) => {
        seen.push(jobs.map((each) => each.payload))
        return jobs.map(({ payload }) => (payload === 'WRONG' ? (7 as unknown as string) : payload))
      })
      await node.start()
      await ended(...texts)
      expect(seen.map((each) => each.toSorted())).toEqual([['FOUR', 'ONE', 'WRONG']])
      const records = await Promise.all(texts.map(job))
      expect(records.map(({ status }) => status)).toEqual(['completed', 'dead', 'dead', 'completed'])
      expect(records[1]?.lastError).toContain('payload: no text')
      expect(records[2]?.lastError).toContain('result: no text')
    }))

  it('does not call the handler for jobs none of which has arrived', () =>
    withSystem(async ({ worker, enqueueMany, ended, job }) => {
      const ids = await enqueueMany(2, { payload: 'no JSON' as never })
      let calls = 0
      const node = worker().handleMany('plain', { maxSize: 4 }, (jobs) => {
        calls++
        return nothing(jobs)
      })
      await node.start()
      await ended(...ids)
      expect([calls, (await job(ids[0] as string)).status]).toEqual([0, 'dead'])
    }))

  it('runs the middlewares for each job: they see its payload and its own result', () =>
    withSystem(async ({ worker, enqueue, ended, job }) => {
      const [one, two, three] = [
        await enqueue({ payload: '1' }),
        await enqueue({ payload: '2' }),
        await enqueue({ payload: '3' }),
      ]
      const seen: unknown[] = []
      const outer: Middleware = (next) => async (payload, ctx) => {
        expect(currentJob().jobId).toBe(ctx.jobId)
        const result = await next(Number(payload) * 10, { ...ctx })
        seen.push(`${ctx.jobId}: ${String(result)}`)
        return result
      }
      const inner: Middleware = (next) => (payload, ctx) => {
        if (payload === 20) throw new NonRetryableError('not this one')
        if (payload === 30) return 'without the handler'
        return next(payload, ctx)
      }
      const payloads: unknown[] = []
      const node = worker()
        .use(outer)
        .handleMany('plain', { maxSize: 3, middlewares: [inner] }, (jobs) => {
          payloads.push(jobs.map((each) => each.payload))
          return jobs.map(() => 'handled')
        })
      await node.start()
      await ended(one, two, three)
      expect(payloads).toEqual([[10]])
      expect(new Set(seen)).toEqual(new Set([`${one}: handled`, `${three}: without the handler`]))
      expect((await job(two)).lastError).toBe('not this one')
      expect((await job(three)).result?.output).toBe('"without the handler"')
    }))

  it('stores progress that was reported for a job', () =>
    withSystem(async ({ worker, enqueueMany, ended, runs }) => {
      const ids = await enqueueMany(2)
      const node = worker().handleMany('plain', { maxSize: 2 }, async (jobs) => {
        await jobs[0]?.reportProgress({ at: 5 })
        return nothing(jobs)
      })
      await node.start()
      await ended(...ids)
      const [first, second] = await Promise.all(ids.map(runs))
      expect([first?.[0]?.progress, second?.[0]?.progress]).toEqual(['{"at":5}', undefined])
    }))
})

describe('gathering', () => {
  it('begins when the group is full, whatever the longest wait', () =>
    withTimedSystem(async ({ worker, enqueue, enqueueMany, clock }) => {
      const sizes: number[] = []
      const node = worker().handleMany('plain', { maxSize: 3, maxWaitMs: 10_000 }, (jobs) => {
        sizes.push(jobs.length)
        return nothing(jobs)
      })
      await node.start()
      await flow(clock, 100)
      await enqueue()
      await flow(clock, 1_000)
      await enqueueMany(3)
      await flow(clock, 1_000)
      expect(sizes).toEqual([3])
      await flow(clock, 9_500, 50)
      expect(sizes).toEqual([3, 1])
    }))

  it('begins when the first job has waited long enough; until then the store knows it has not started', () =>
    withTimedSystem(async ({ worker, enqueue, clock, eventTypes, job }) => {
      const begun: number[] = []
      const node = worker({ leaseMs: 2_000 }).handleMany('plain', { maxSize: 9, maxWaitMs: 900 }, (jobs) => {
        begun.push(clock.now())
        return nothing(jobs)
      })
      await node.start()
      await flow(clock, 100)
      const enqueuedAt = clock.now()
      const id = await enqueue()
      await flow(clock, 800)
      expect([(await job(id)).status, await eventTypes(id)]).toEqual(['running', ['job.enqueued']])
      await flow(clock, 300)
      expect((begun[0] ?? 0) - enqueuedAt).toBeGreaterThanOrEqual(900)
      expect((begun[0] ?? 0) - enqueuedAt).toBeLessThanOrEqual(1_000)
      expect(await eventTypes(id)).toEqual(['job.enqueued', 'job.started', 'job.completed'])
    }))

  it('keeps leases alive, and tells the store when a group has begun', () =>
    withTimedSystem(async ({ worker, enqueue, clock, eventTypes, runs }) => {
      const gate = createDeferred<void>()
      const node = worker({ leaseMs: 1_000 }).handleMany(
        'plain',
        { maxSize: 9, maxWaitMs: 10_000, heartbeatTimeout: '20s' },
        async (jobs) => {
          await gate.promise
          return nothing(jobs)
        },
      )
      await node.start()
      const id = await enqueue()
      await flow(clock, 9_900, 50)
      expect((await runs(id)).map((run) => run.status)).toEqual(['claimed'])
      await flow(clock, 200)
      expect((await runs(id)).map((run) => run.status)).toEqual(['running'])
      expect(await eventTypes(id)).toEqual(['job.enqueued', 'job.started'])
      gate.resolve()
      await flow(clock, 100)
      expect((await runs(id)).map((run) => run.status)).toEqual(['succeeded'])
    }))

  it('lets a job go whose cancel is asked for', () =>
    withTimedSystem(async ({ worker, enqueueMany, cancel, clock, job }) => {
      const groups: string[][] = []
      const node = worker().handleMany('plain', { maxSize: 9, maxWaitMs: 5_000 }, (jobs) => {
        groups.push(idsOf(jobs))
        return nothing(jobs)
      })
      await node.start()
      const [first, second] = (await enqueueMany(2)) as [string, string]
      await flow(clock, 500)
      await cancel(first, 'enough')
      await flow(clock, 100)
      expect(await job(first)).toMatchObject({ status: 'cancelled', attempt: 0, result: { error: 'enough' } })
      await flow(clock, 5_000)
      expect(groups).toEqual([[second]])
    }))

  it('gives back what has not begun when the node stops or is drained: no attempt is used', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock, job, runs, store }) => {
      const handler = (): never => {
        throw new Error('not to be called')
      }
      const options = { maxSize: 9, maxWaitMs: 10_000 }
      const node = worker({ nodeId: 'first' }).handleMany('plain', options, handler)
      await node.start()
      const ids = await enqueueMany(3)
      await flow(clock, 500)
      await store.nodes.drain({ caller: 'operator', lane: 0, number: 1 }, 'first', true)
      await flow(clock, 100)
      for (const id of ids) expect(await job(id)).toMatchObject({ status: 'pending', attempt: 0 })

      const second = worker({ nodeId: 'second' }).handleMany('plain', options, handler)
      await second.start()
      await flow(clock, 500)
      expect((await job(ids[0] as string)).status).toBe('running')
      const stopped = second.stop()
      await flow(clock, 100)
      expect(await stopped).toEqual({ finished: 0, handedBack: 3, abandoned: 0 })
      for (const id of ids) {
        expect(await job(id)).toMatchObject({ status: 'pending', attempt: 0 })
        expect(await runs(id)).toEqual([])
      }
    }))
})

describe('what happens while the handler of many runs', () => {
  it('a cancelled job aborts its own signal; the others go on', () =>
    withTimedSystem(async ({ worker, enqueueMany, cancel, clock, job }) => {
      const gate = createDeferred<void>()
      let seen: Jobs = []
      let whole: AbortSignal | undefined
      const node = worker().handleMany('plain', { maxSize: 2 }, async (jobs, ctx) => {
        seen = jobs
        whole = ctx.signal
        await gate.promise
        return jobs.map(() => 'done')
      })
      const [first, second] = (await enqueueMany(2)) as [string, string]
      await node.start()
      await flowUntil(clock, () => seen.length === 2)
      await cancel(first, 'enough')
      await flow(clock, 100)
      expect(seen.map((each) => each.signal.aborted)).toEqual([true, false])
      expect(whole?.aborted).toBe(false)
      await flow(clock, 5_500, 50)
      expect(await job(first)).toMatchObject({ status: 'cancelled' })
      expect(node.health().running).toBe(1)
      gate.resolve()
      await flow(clock, 100)
      expect([(await job(first)).status, (await job(second)).status]).toEqual(['cancelled', 'completed'])
    }))

  it('the whole is told to end when all of its jobs are', () =>
    withTimedSystem(async ({ worker, enqueueMany, cancel, clock, job }) => {
      const node = worker().handleMany('plain', { maxSize: 2 }, (_, { signal }) => {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      })
      const ids = await enqueueMany(2)
      await node.start()
      await flow(clock, 100)
      for (const id of ids) await cancel(id)
      await flow(clock, 200)
      for (const id of ids) expect((await job(id)).status).toBe('cancelled')
      expect(node.health().running).toBe(0)
    }))

  it('too long: every job has timed out, and is tried again by its policy', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock, job, runs }) => {
      let calls = 0
      const node = worker().handleMany('plain', { maxSize: 3, timeout: '1s' }, (jobs, { signal }) => {
        if (++calls > 1) return nothing(jobs)
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      })
      const ids = await enqueueMany(3)
      await node.start()
      await flow(clock, 2_000)
      for (const id of ids) {
        expect((await job(id)).status).toBe('completed')
        expect((await runs(id)).map((run) => run.status)).toEqual(['timed_out', 'succeeded'])
      }
    }))

  it('the node stops: what the handler brings to an end counts, the rest is handed back', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock, job }) => {
      const node = worker().handleMany('plain', { maxSize: 2 }, (jobs, { signal }) => {
        return new Promise((resolve) => {
          signal.addEventListener('abort', () =>
            resolve(jobs.map((_, i) => (i === 0 ? 'done' : signal.reason))),
          )
        })
      })
      const ids = await enqueueMany(2)
      await node.start()
      await flow(clock, 100)
      const stopped = node.stop({ timeoutMs: 0 })
      await flow(clock, 200)
      expect(await stopped).toEqual({ finished: 1, handedBack: 1, abandoned: 0 })
      const records = await Promise.all(ids.map(job))
      expect(records.map(({ status, attempt }) => [status, attempt])).toEqual([
        ['completed', 1],
        ['pending', 0],
      ])
    }))
})

describe('the slots of handlers of many', () => {
  it('are those of the node and of the handler: an execution is one, however many jobs it has', () =>
    withTimedSystem(async ({ worker, enqueueMany, clock }) => {
      const gate = createDeferred<void>()
      let running = 0
      let most = 0
      let handled = 0
      await enqueueMany(100)
      const node = worker({ concurrency: 8 }).handleMany(
        'plain',
        { maxSize: 10, concurrency: 3 },
        async (jobs) => {
          most = Math.max(most, ++running)
          await gate.promise
          running--
          handled += jobs.length
          return nothing(jobs)
        },
      )
      await node.start()
      await flow(clock, 500)
      expect([running, most, node.health().running]).toEqual([3, 3, 3])
      gate.resolve()
      await flow(clock, 1_000)
      expect([handled, most]).toEqual([100, 3])
    }))

  it('are never exceeded together with other handlers, and nobody starves', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ids = [
        ...(await enqueueMany(300, { taskType: 'many' })),
        ...(await enqueueMany(150, { taskType: 'slow.a' })),
        ...(await enqueueMany(150, { taskType: 'slow.b' })),
      ]
      let running = 0
      let most = 0
      const order: string[] = []
      const work = async (name: string): Promise<void> => {
        most = Math.max(most, ++running)
        order.push(name)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
        running--
      }
      const node = worker({ concurrency: 3 })
        .handle('slow.*', () => work('slow'))
        .handleMany('many', { maxSize: 7, maxWaitMs: 5 }, async (jobs) => {
          await work('many')
          return nothing(jobs)
        })
      await node.start()
      await ended(...ids)
      expect(most).toBe(3)
      const groups = order.filter((name) => name === 'many').length
      expect(groups).toBeLessThanOrEqual(80)
      // Both kinds had their turn from the beginning.
      expect(order.slice(0, 30)).toContain('many')
      expect(order.slice(0, 30)).toContain('slow')
    }))

  it('serve also a node with one slot and both kinds of handlers', () =>
    withSystem(async ({ worker, enqueueMany, ended }) => {
      const ids = [...(await enqueueMany(60, { taskType: 'many' })), ...(await enqueueMany(60))]
      const sizes: number[] = []
      const node = worker({ concurrency: 1 })
        .handle('plain', () => {})
        .handleMany('many', { maxSize: 20 }, (jobs) => {
          sizes.push(jobs.length)
          return nothing(jobs)
        })
      await node.start()
      await ended(...ids)
      expect(sizes.length).toBeLessThan(10)
    }))

  it('ask the store for whole groups, and for nothing of the other handlers with them', () =>
    withSystem(async ({ worker, enqueueMany, ended, store }) => {
      const ids = await enqueueMany(100, { taskType: 'many' })
      const seen = watched(store)
      const node = worker({ store: seen.store, concurrency: 4 })
        .handle('plain', () => {})
        .handleMany('many', { maxSize: 50 }, nothing)
      await node.start()
      await ended(...ids)
      expect(seen.claims[0]).toMatchObject({ limit: 100, start: true, free: { many: 100, plain: 0 } })
    }))

  it('leave a node that has nothing to do asleep, and a job wakes it at once', () =>
    withTimedSystem(async ({ worker, enqueue, clock, store, job }) => {
      const seen = watched(store)
      const node = worker({ store: seen.store })
        .handle('plain', () => {})
        .handleMany('many', { maxSize: 50 }, nothing)
        .handleMany('patient', { maxSize: 50, maxWaitMs: 20 }, nothing)
      await node.start()
      await flow(clock, 1_000)
      const before = seen.claims.length
      await flow(clock, 3_000, 50)
      expect(seen.claims.length).toBe(before)
      for (const taskType of ['many', 'plain', 'patient', 'many']) {
        const id = await enqueue({ taskType })
        await flowUntil(clock, async () => (await job(id)).status === 'completed', { mostMs: 60 })
        await flow(clock, 300)
      }
      expect(seen.claims.length - before).toBeLessThanOrEqual(20)
    }))
})
