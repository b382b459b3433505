import { createDeferred } from '@dureq/runtime'
import {
  currentJob,
  ExecutionTimedOutError,
  type HandlerFunc,
  JobCancelledError,
  type JobContext,
  type LeasedRun,
  LockNotHeldError,
  ServerStoppedError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createBatch, createEntry, createLease } from '../test/fixtures/lease.ts'
import { createTestTools } from '../test/fixtures/tools.ts'
import { pass, settled, turn } from '../test/fixtures/turns.ts'
import type { Verdict } from './decide-outcome.ts'
import type { Execution } from './execution.ts'
import { createExecutor } from './executor.ts'
import { createHandlerTable } from './handler-table.ts'
import { createPaces } from './pace.ts'
import { createSlots } from './slots.ts'

/** An executor with one handler for `plain`; grace 5 s, 10 slots. */
function createSubject(handler: HandlerFunc<unknown> = () => undefined, concurrency = 10) {
  const tools = createTestTools({})
  const entries = [createEntry('plain', handler)]
  const slots = createSlots(concurrency, entries)
  const paces = createPaces(entries)
  const returned: LeasedRun[] = []
  const told: Execution[] = []
  let batches = 0
  const outcomes: [Execution, Verdict][] = []
  const handedBack: Execution[] = []
  const flushed: Execution[] = []
  let freed = 0
  const executor = createExecutor({
    ...tools,
    cancelGraceMs: 5_000,
    handlerOf: createHandlerTable(entries),
    slots,
    paces,
    heartbeats: {
      expect: () => {},
      tellStarted: (executions) => void told.push(...executions),
      report: (execution, progress) => void (execution.progress = progress),
      flush: async (execution) => void flushed.push(execution),
    },
    onOutcome: (execution, verdict) => void outcomes.push([execution, verdict]),
    onHandBack: (execution) => void handedBack.push(execution),
    onReturn: (leases) => void returned.push(...leases),
    onSlot: () => void freed++,
    onBatch: () => void batches++,
    onGroup: () => {},
  })
  const start = (overrides: Partial<LeasedRun> = {}): LeasedRun => {
    const lease = createLease(overrides)
    executor.take([lease], createBatch())
    return lease
  }
  /** Takes so many runs that were claimed ahead, now. */
  const ahead = (count: number): LeasedRun[] => {
    const leases = Array.from({ length: count }, () => createLease())
    executor.take(leases, createBatch({ ahead: true, left: count, cameAt: tools.clock.now() }))
    return leases
  }
  const verdicts = (): unknown => outcomes.map(([, verdict]) => verdict)
  const counts = { freed: () => freed, batches: () => batches }
  const seen = { outcomes, verdicts, handedBack, returned, told, flushed }
  return { ...tools, executor, slots, paces, ...seen, ...counts, start, ahead }
}

/** A handler that waits until the test lets it go, and shows its context. */
function createHeldHandler() {
  const gate = createDeferred<unknown>()
  const contexts: JobContext[] = []
  const handler: HandlerFunc<unknown> = (_, ctx) => {
    contexts.push(ctx)
    // Asked for while it runs, as most handlers do.
    void ctx.signal
    return gate.promise
  }
  return { ...gate, handler, contexts, reason: () => contexts[0]?.signal.reason as unknown }
}

const never = new AbortController().signal

describe('createExecutor', () => {
  it('runs a handler in the context of its job and hands on how it ended', async () => {
    const { start, verdicts, executor, slots, freed } = createSubject(async (payload) => [
      payload,
      currentJob().jobId,
    ])
    const { jobId } = start({ payload: '7' })
    expect([executor.running, slots.running]).toEqual([1, 1])
    await settled(() => freed() === 1)
    expect(verdicts()).toEqual([{ kind: 'succeeded', output: JSON.stringify([7, jobId]) }])
    expect([executor.running, slots.running, [...executor.held()]]).toEqual([0, 0, []])
    expect(executor.totals).toEqual({ started: 1, concluded: 1, succeeded: 1, failed: 0, handedBack: 0 })
  })

  it.each<[string, HandlerFunc<unknown>, string]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
      'no',
    ],
    [
      'rejects',
      async () => {
        throw new Error('no')
      },
      'no',
    ],
    // oxlint-disable-next-line typescript/only-throw-error -- what is tested
    [
      'panics',
      () => {
        throw 'boom'
      },
      'panic: boom',
    ],
    // oxlint-disable-next-line typescript/only-throw-error -- what is tested
    [
      'panics with nothing',
      () => {
        throw undefined
      },
      'panic: undefined',
    ],
  ])('fails a run whose handler %s', async (_, handler, error) => {
    const { start, verdicts, executor } = createSubject(handler)
    start()
    await executor.idle(never)
    expect(verdicts()).toMatchObject([{ kind: 'failed', status: 'failed', error, then: { do: 'retry' } }])
  })

  it('fails a run of a type nobody here handles', async () => {
    const { start, verdicts, executor } = createSubject()
    start({ taskType: 'other', maxAttempts: 1 })
    await executor.idle(never)
    expect(verdicts()).toMatchObject([{ kind: 'failed', then: { do: 'die' } }])
  })

  it('stores the last progress before it hands on the end', async () => {
    const { start, executor, flushed, outcomes } = createSubject(async (_, ctx) => {
      await ctx.reportProgress(1)
    })
    const lease = start()
    await executor.idle(never)
    expect([flushed[0]?.lease, outcomes[0]?.[0].lease]).toEqual([lease, lease])
  })

  describe('cancel', () => {
    it('tells the handler; what it returns in its grace period does not count', async () => {
      const held = createHeldHandler()
      const { start, executor, verdicts, clock } = createSubject(held.handler)
      const { token } = start()
      executor.cancel(token, 'enough')
      executor.cancel(token, 'again')
      const reason = held.reason()
      expect(JobCancelledError.is(reason) && reason.cause).toBe('enough')
      await pass(clock, 4_999)
      expect(verdicts()).toEqual([])
      held.resolve('done')
      await executor.idle(never)
      expect(verdicts()).toEqual([{ kind: 'cancelled', reason: 'enough' }])
    })

    it('ends the run after the grace period, while the slot stays taken until the handler returns', async () => {
      const held = createHeldHandler()
      const { start, executor, verdicts, clock, slots } = createSubject(held.handler)
      const { token } = start()
      executor.cancel(token)
      await pass(clock, 5_000)
      expect(verdicts()).toEqual([{ kind: 'cancelled' }])
      expect([executor.running, slots.running, [...executor.held()]]).toEqual([1, 1, []])
      held.resolve('done')
      await executor.idle(never)
      expect(verdicts()).toHaveLength(1)
      expect(slots.running).toBe(0)
    })

    it('does nothing for a lease that is not held', () => {
      const { executor, verdicts } = createSubject()
      executor.cancel('unknown')
      expect(verdicts()).toEqual([])
    })
  })

  describe('timeout', () => {
    it('tells the handler when its time is over; what it does then does not count', async () => {
      const held = createHeldHandler()
      const { start, executor, verdicts, clock } = createSubject(held.handler)
      start({ timeoutMs: 100 })
      await pass(clock, 99)
      expect(held.reason()).toBeUndefined()
      await pass(clock, 1)
      expect(ExecutionTimedOutError.is(held.reason())).toBe(true)
      held.resolve('done')
      await executor.idle(never)
      expect(verdicts()).toMatchObject([{ kind: 'failed', status: 'timed_out', then: { do: 'retry' } }])
    })

    it('ends the run after the grace period', async () => {
      const held = createHeldHandler()
      const { start, verdicts, clock, executor } = createSubject(held.handler)
      start({ timeoutMs: 100, maxAttempts: 1 })
      await pass(clock, 5_099)
      expect(verdicts()).toEqual([])
      await pass(clock, 1)
      expect(verdicts()).toMatchObject([
        { status: 'timed_out', error: 'dureq: execution timed out: after 100 ms', then: { do: 'die' } },
      ])
      held.resolve('late')
      await executor.idle(never)
      expect(verdicts()).toHaveLength(1)
    })

    it('forgets the timeout of a run that has ended', async () => {
      const { start, executor, verdicts, clock } = createSubject()
      start({ timeoutMs: 100 })
      await executor.idle(never)
      await pass(clock, 10_000)
      expect(verdicts()).toEqual([{ kind: 'succeeded' }])
    })
  })

  describe('runs claimed ahead', () => {
    it('begin as slots become free, in order', async () => {
      const held = createHeldHandler()
      const { executor, ahead, told, batches } = createSubject(held.handler, 2)
      const leases = ahead(3)
      expect([executor.running, executor.waiting]).toEqual([2, 1])
      executor.tellStarted()
      executor.tellStarted()
      expect(told.map(({ lease }) => lease)).toEqual(leases.slice(0, 2))
      held.resolve('done')
      await executor.idle(never)
      expect([executor.waiting, executor.totals.succeeded, batches()]).toEqual([0, 3, 1])
    })

    it('leave the slots that were promised to a claim', () => {
      const { executor, slots, ahead } = createSubject(() => new Promise(() => {}), 2)
      slots.ask({ limit: 1, start: true })
      ahead(2)
      expect([executor.running, executor.waiting]).toEqual([1, 1])
    })

    it('that end at once need not be told to have started', () => {
      const { executor, ahead, told, verdicts } = createSubject()
      ahead(2)
      expect(verdicts()).toEqual([{ kind: 'succeeded' }, { kind: 'succeeded' }])
      executor.tellStarted()
      expect(told).toEqual([])
    })

    it('are given back after 10 ms, and their handler counts as slow from then on', async () => {
      const { executor, ahead, clock, returned, paces, start } = createSubject(
        (payload) => (payload === 'slow' ? new Promise(() => {}) : undefined),
        1,
      )
      for (let i = 0; i < 32; i++) start()
      expect(paces.excluded).toEqual([])
      start({ payload: '"slow"' })
      const leases = ahead(2)
      await pass(clock, 9)
      expect(returned).toEqual([])
      await pass(clock, 1)
      expect([returned, executor.waiting, paces.excluded]).toEqual([leases, 0, undefined])
    })

    it('are given back when they are to be cancelled, or when the node stops', () => {
      const { executor, ahead, start, returned } = createSubject(() => new Promise(() => {}), 1)
      start()
      const [first, second, third] = ahead(3) as [LeasedRun, LeasedRun, LeasedRun]
      executor.cancel(second.token)
      expect(returned).toEqual([second])
      executor.returnWaiting()
      expect(returned).toEqual([second, first, third])
    })
  })

  it('says when all runs of a claim have ended', async () => {
    const held = createHeldHandler()
    const { executor, batches } = createSubject(held.handler)
    executor.take([createLease(), createLease()], createBatch({ left: 2 }))
    expect(batches()).toBe(0)
    held.resolve(1)
    await executor.idle(never)
    expect(batches()).toBe(1)
  })

  it('drops what a handler returns after its lease was lost', async () => {
    const held = createHeldHandler()
    const { start, executor, outcomes, slots } = createSubject(held.handler)
    start()
    const [execution] = executor.held()
    if (execution === undefined) throw new Error('not held')
    executor.lose(execution)
    executor.lose(execution)
    expect(LockNotHeldError.is(held.reason())).toBe(true)
    expect([slots.running, [...executor.held()]]).toEqual([1, []])
    held.resolve('done')
    await executor.idle(never)
    expect([outcomes, slots.running]).toEqual([[], 0])
  })

  describe('abortAll', () => {
    it('counts what a handler still brings to an end', async () => {
      const held = createHeldHandler()
      const { start, executor, verdicts, handedBack } = createSubject(held.handler)
      start()
      executor.abortAll()
      expect(ServerStoppedError.is(held.reason())).toBe(true)
      held.resolve('done')
      await executor.idle(never)
      expect([verdicts(), handedBack]).toEqual([[{ kind: 'succeeded', output: '"done"' }], []])
    })

    it('hands back what fails because of it', async () => {
      const held = createHeldHandler()
      const { start, executor, outcomes, handedBack } = createSubject(held.handler)
      const lease = start()
      executor.abortAll()
      held.reject(held.reason())
      await executor.idle(never)
      expect([outcomes, handedBack.map((each) => each.lease)]).toEqual([[], [lease]])
    })

    it('hands back what does not return, on demand', async () => {
      const held = createHeldHandler()
      const { start, executor, outcomes, handedBack } = createSubject(held.handler)
      start()
      executor.abortAll()
      expect(executor.handBackAll()).toBe(1)
      expect(executor.handBackAll()).toBe(0)
      held.resolve('late')
      await executor.idle(never)
      expect([outcomes, handedBack.length]).toEqual([[], 1])
    })

    it('lets a cancelled run end cancelled', async () => {
      const held = createHeldHandler()
      const { start, executor, verdicts, clock } = createSubject(held.handler)
      const { token } = start()
      executor.cancel(token)
      executor.abortAll()
      await pass(clock, 5_000)
      expect(verdicts()).toEqual([{ kind: 'cancelled' }])
      held.resolve(undefined)
      await turn()
    })
  })

  it('stops waiting for handlers when its signal aborts', async () => {
    const { start, executor } = createSubject(() => new Promise(() => {}))
    start()
    const controller = new AbortController()
    const idle = executor.idle(controller.signal)
    controller.abort()
    await idle
    expect(executor.running).toBe(1)
  })
})
