import type { JobRecord } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import {
  ContinueAsNewError,
  NonRetryableError,
  PauseError,
  RateLimitedError,
  RepeatError,
  RetryableError,
  SkipError,
} from '../src/index.ts'
import { policy, type TimedSystem, withTimedSystem } from './fixtures/system.ts'
import { flow, flowUntil } from './fixtures/turns.ts'

/** A system with one handler for `plain` that does one thing after the other, then returns; notes when it ran. */
function withScript(
  script: readonly unknown[],
  body: (
    system: TimedSystem & { readonly ranAt: readonly number[]; readonly gaps: () => readonly number[] },
  ) => Promise<void>,
): Promise<void> {
  return withTimedSystem(async (system) => {
    const ranAt: number[] = []
    const left = [...script]
    const worker = system.worker().handle('plain', () => {
      ranAt.push(system.clock.now())
      if (left.length > 0) throw left.shift()
    })
    await worker.start()
    await body({ ...system, ranAt, gaps: () => ranAt.slice(1).map((at, i) => at - (ranAt[i] ?? 0)) })
  })
}

const has =
  ({ job }: TimedSystem, id: string, status: JobRecord['status']) =>
  async (): Promise<boolean> =>
    (await job(id)).status === status

const no = new Error('no')
const backoff = policy({ maxAttempts: 5, initialDelayMs: 1_000, multiplier: 2 })

describe('a failed attempt', () => {
  it('is repeated after the backoff of the policy, each attempt a run of its own', () =>
    withScript([no, no], async (system) => {
      const { enqueue, job, runs, clock, gaps } = system
      const id = await enqueue({ retryPolicy: backoff })
      await flowUntil(clock, async () => (await job(id)).status === 'retrying')
      expect(await job(id)).toMatchObject({ attempt: 1, consecutiveErrors: 1, lastError: 'no' })
      await flowUntil(clock, has(system, id, 'completed'))
      const [first = 0, second = 0] = gaps()
      expect([gaps().length, first >= 1_000 && first < 1_050, second >= 2_000 && second < 2_050]).toEqual([
        2,
        true,
        true,
      ])
      expect((await runs(id)).map((run) => [run.id, run.attempt, run.status, run.error])).toEqual([
        [`${id}-1`, 1, 'failed', 'no'],
        [`${id}-2`, 2, 'failed', 'no'],
        [`${id}-3`, 3, 'succeeded', undefined],
      ])
      expect(await job(id)).toMatchObject({ attempt: 3, consecutiveErrors: 0 })
    }))

  it('is the last when attempts are used up: the job is dead, with a result', () =>
    withScript([no, no, no, no], async (system) => {
      const { enqueue, job, clock, ranAt, eventTypes } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'dead'))
      await flow(clock, 10_000, 100)
      expect(ranAt).toHaveLength(3)
      expect(await job(id)).toMatchObject({
        attempt: 3,
        lastError: 'no',
        result: { status: 'dead', error: 'no' },
      })
      const failure = ['job.started', 'job.failed']
      const again = ['job.retrying', 'job.dispatched']
      expect(await eventTypes(id)).toEqual([
        'job.enqueued',
        ...failure,
        ...again,
        ...failure,
        ...again,
        ...failure,
        'job.dead',
      ])
    }))

  it.each<[string, unknown]>([
    ['a NonRetryableError', new NonRetryableError('no use')],
    ['an error that one caused', new Error('outer', { cause: new NonRetryableError('no use') })],
    ['a text of the policy', new Error('code 404: no use')],
    ['continue-as-new outside a workflow', new ContinueAsNewError(1)],
  ])('is the last at once for %s', (_, thrown) =>
    withScript([thrown], async (system) => {
      const { enqueue, clock, ranAt, runs } = system
      const id = await enqueue({ retryPolicy: policy({ nonRetryableErrors: ['404'] }) })
      await flowUntil(clock, has(system, id, 'dead'))
      await flow(clock, 2_000, 100)
      expect([ranAt.length, (await runs(id)).length]).toEqual([1, 1])
    }),
  )

  it('counts for panics too', () =>
    withScript(['boom', new RetryableError('no')], async (system) => {
      const { enqueue, clock, runs } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'completed'))
      expect((await runs(id)).map((run) => run.error)).toEqual(['panic: boom', 'no', undefined])
    }))

  it('waits as long as a rate limit asks', () =>
    withScript([new RateLimitedError('slow down', { retryAfter: '7s' })], async (system) => {
      const { enqueue, clock, gaps } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'completed'))
      expect(gaps()[0]).toBeGreaterThanOrEqual(7_000)
      expect(gaps()[0]).toBeLessThan(7_050)
    }))

  it('pauses the job after so many errors in a row, and lets it begin anew', () =>
    withScript([no, no], async (system) => {
      const { enqueue, clock, job, ranAt } = system
      const id = await enqueue({ retryPolicy: policy({ pauseAfterErrCount: 2, pauseRetryDelayMs: 30_000 }) })
      await flowUntil(clock, has(system, id, 'paused'))
      expect([ranAt.length, (await job(id)).consecutiveErrors]).toEqual([2, 2])
      expect(await flowUntil(clock, has(system, id, 'completed'))).toBeLessThan(31_100)
      expect(await job(id)).toMatchObject({ attempt: 1 })
    }))

  it('goes by the policy of the handler where the job has none', () =>
    withTimedSystem(async (system) => {
      let ran = 0
      const worker = system.worker().handle(
        'own',
        () => {
          ran++
          throw no
        },
        { retryPolicy: { maxAttempts: 2, initialDelay: 50 } },
      )
      await worker.start()
      const [id = ''] = await system.enqueueMany(1, { taskType: 'own', retryPolicy: undefined as never })
      await flowUntil(system.clock, has(system, id, 'dead'))
      expect(ran).toBe(2)
    }))

  it('never comes of a payload or result that does not fit: the job is dead at once', () =>
    withTimedSystem(async (system) => {
      const task = {
        type: 'checked',
        payload: { type: 'object', required: ['to'] },
        result: { type: 'number' },
      }
      let ran = 0
      const worker = system.worker().handle(task, () => {
        ran++
        return 'no number'
      })
      await worker.start()
      const noPayload = await system.enqueue({ taskType: 'checked', payload: '{}' })
      const noResult = await system.enqueue({ taskType: 'checked', payload: '{"to":1}' })
      await flowUntil(system.clock, has(system, noResult, 'dead'))
      expect(ran).toBe(1)
      expect((await system.job(noPayload)).lastError).toContain('payload.to: is missing')
      expect((await system.job(noResult)).lastError).toContain('result: must be number')
    }))
})

describe('what a handler throws steers', () => {
  it('skip: completed, and the event says so', () =>
    withScript([new SkipError('done before')], async (system) => {
      const { enqueue, clock, events, runs } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'completed'))
      expect((await events(id)).at(-1)).toMatchObject({ type: 'job.completed', error: 'skip: done before' })
      expect((await runs(id)).map((run) => run.status)).toEqual(['succeeded'])
    }))

  it('repeat: again, at once or later, with the same attempt', () =>
    withScript([new RepeatError(), new RepeatError({ delay: '3s' }), no], async (system) => {
      const { enqueue, clock, runs, gaps } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'completed'))
      expect((await runs(id)).map((run) => [run.attempt, run.status])).toEqual([
        [1, 'succeeded'],
        [1, 'succeeded'],
        [1, 'failed'],
        [2, 'succeeded'],
      ])
      const [atOnce = 9, later = 0] = gaps()
      expect([atOnce, later >= 3_000 && later < 3_050]).toEqual([0, true])
    }))

  it('pause: until its time is over, within a second of it', () =>
    withScript([new PauseError('quota', { retryAfter: '2s' })], async (system) => {
      const { enqueue, clock, job, runs, gaps } = system
      const id = await enqueue()
      await flowUntil(clock, has(system, id, 'paused'))
      expect(await job(id)).toMatchObject({ attempt: 0, lastError: 'quota' })
      await flowUntil(clock, has(system, id, 'completed'))
      expect((await runs(id)).map((run) => [run.attempt, run.status])).toEqual([
        [1, 'failed'],
        [1, 'succeeded'],
      ])
      expect(gaps()[0]).toBeGreaterThanOrEqual(2_000)
      expect(gaps()[0]).toBeLessThan(3_000)
    }))
})

it('repeats at once on three nodes exactly as often as asked', () =>
  withTimedSystem(async (system) => {
    const { worker, enqueue, clock, runs } = system
    for (let round = 0; round < 20; round++) {
      const type = `round-${round}`
      let ran = 0
      const nodes = [1, 2, 3].map(() =>
        worker({ concurrency: 10 }).handle(type, () => {
          if (++ran <= 20) throw new RepeatError()
        }),
      )
      for (const node of nodes) await node.start()
      const id = await enqueue({ taskType: type })
      await flowUntil(clock, has(system, id, 'completed'))
      await flow(clock, 100)
      expect([ran, (await runs(id)).length]).toEqual([21, 21])
      await Promise.all(nodes.map((node) => node.stop()))
    }
  }))
