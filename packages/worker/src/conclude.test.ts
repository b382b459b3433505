import {
  ContinueAsNewError,
  ExecutionTimedOutError,
  JobCancelledError,
  RepeatError,
  ServerStoppedError,
} from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { createExecution } from '../test/fixtures/lease.ts'
import { type ConcludeOptions, conclude, type Ending } from './conclude.ts'
import type { Abort } from './execution.ts'

const options: ConcludeOptions = { random: () => 0, inputLimit: 20 }

const done: Ending = { output: '1' }
const threw: Ending = { thrown: new Error('no') }
const repeats: Ending = { thrown: new RepeatError() }

const cancel: Abort = { cause: 'cancel', error: new JobCancelledError('j'), reason: 'enough' }
const timeout: Abort = { cause: 'timeout', error: new ExecutionTimedOutError(50) }
const stop: Abort = { cause: 'stop', error: new ServerStoppedError() }

describe('conclude', () => {
  it.each<[string, Abort | undefined, Ending, unknown]>([
    ['a result', undefined, done, { kind: 'succeeded', output: '1' }],
    ['no result', undefined, {}, { kind: 'succeeded' }],
    ['an error', undefined, threw, { kind: 'failed', status: 'failed', error: 'no' }],
    ['a control flow error', undefined, repeats, { kind: 'repeated', delayMs: 0 }],
    ['cancelled, whatever it returned', cancel, done, { kind: 'cancelled', reason: 'enough' }],
    ['cancelled, whatever it threw', cancel, threw, { kind: 'cancelled', reason: 'enough' }],
    ['cancelled, without an answer', cancel, {}, { kind: 'cancelled', reason: 'enough' }],
    ['cancelled without a reason', { ...cancel, reason: undefined as never }, {}, { kind: 'cancelled' }],
    ['timed out, whatever it returned', timeout, done, { kind: 'failed', status: 'timed_out' }],
    ['timed out, whatever it threw', timeout, repeats, { kind: 'failed', status: 'timed_out' }],
    ['finished on a stopping node', stop, done, { kind: 'succeeded', output: '1' }],
    ['repeated on a stopping node', stop, repeats, { kind: 'repeated', delayMs: 0 }],
  ])('%s', (_, abort, ending, verdict) => {
    const execution = createExecution()
    execution.abort = abort
    expect(conclude(execution, ending, options)).toMatchObject(verdict as object)
  })

  it('hands back what failed on a stopping node', () => {
    const execution = createExecution()
    execution.abort = stop
    expect(conclude(execution, threw, options)).toBeUndefined()
  })

  it('ends also with an error that cannot be read, or has no text for a message', () => {
    const hostile = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('ha')
      },
    })
    const odd = Object.assign(new Error(), { message: { code: 7 } })
    for (const thrown of [hostile, odd as unknown as Error]) {
      expect(conclude(createExecution(), { thrown }, options)).toMatchObject({
        kind: 'failed',
        error: expect.any(String),
      })
    }
  })

  it('goes by the policy of the job, else by that of the handler', () => {
    const policy = {
      maxAttempts: 3,
      initialDelayMs: 7,
      maxDelayMs: 7,
      multiplier: 1,
      jitter: 0,
      nonRetryableErrors: [],
      pauseAfterErrCount: 0,
      pauseRetryDelayMs: 0,
    }
    const delayOf = (retryPolicy?: typeof policy): unknown => {
      const execution = createExecution(retryPolicy === undefined ? {} : { retryPolicy })
      const verdict = conclude(execution, threw, { ...options, random: () => 0.5 })
      return verdict?.kind === 'failed' && verdict.then.do === 'retry' && verdict.then.delayMs
    }
    expect(delayOf(policy)).toBe(7)
    expect(delayOf()).toBe(5_000)
  })

  it('continues a workflow as new from a task of it, not from a hook, and not from any other job', () => {
    const ending: Ending = { thrown: new Error('outer', { cause: new ContinueAsNewError({ round: 2 }) }) }
    const verdictFor = (task?: string): unknown => {
      const workflow = task === undefined ? {} : { workflow: { id: 'w', name: 'loop', task } }
      return conclude(createExecution(workflow), ending, options)
    }
    expect(verdictFor('poll')).toEqual({ kind: 'succeeded', continueAsNew: '{"round":2}' })
    for (const task of [undefined, '__hook:on_exit'])
      expect(verdictFor(task)).toMatchObject({ kind: 'failed', then: { do: 'die' } })
  })
})
