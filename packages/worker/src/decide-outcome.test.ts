import {
  ContinueAsNewError,
  NonRetryableError,
  PanicError,
  PauseError,
  RateLimitedError,
  RepeatError,
  RetryableError,
  type RetryPolicy,
  resolveRetryPolicy,
  SkipError,
} from '@dureq/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AttemptFacts,
  decideFailure,
  decideThrown,
  decideTimedOut,
  type Verdict,
} from './decide-outcome.ts'

/** First of three attempts under a policy of 100 ms, doubling, without jitter. */
function facts(overrides: Partial<AttemptFacts> = {}, policy: RetryPolicy = {}): AttemptFacts {
  return {
    attempt: 1,
    maxAttempts: 3,
    consecutiveErrors: 0,
    policy: resolveRetryPolicy({ initialDelay: 100, maxDelay: 1_000, jitter: 0, ...policy }),
    ...overrides,
  }
}

const half = (): number => 0.5

/** What comes after a failure. */
const after = (verdict: Verdict): unknown => (verdict.kind === 'failed' ? verdict.then : verdict.kind)

const die = { do: 'die' }

describe('decideThrown', () => {
  it.each<[string, unknown, Verdict]>([
    ['a skip', new SkipError(), { kind: 'succeeded', skipped: '' }],
    ['a skip with a reason', new SkipError('done before'), { kind: 'succeeded', skipped: 'done before' }],
    ['a repeat', new RepeatError(), { kind: 'repeated', delayMs: 0 }],
    ['a repeat with a delay', new RepeatError({ delay: '2s' }), { kind: 'repeated', delayMs: 2_000 }],
    ['a pause', new PauseError(), { kind: 'paused' }],
    [
      'a pause with a reason and a time',
      new PauseError('quota', { retryAfter: '1m' }),
      { kind: 'paused', reason: 'quota', resumeAfterMs: 60_000 },
    ],
    [
      'a skip another error wraps',
      new Error('outer', { cause: new SkipError('in') }),
      { kind: 'succeeded', skipped: 'in' },
    ],
  ])('obeys %s', (_, thrown, verdict) => {
    expect(decideThrown(thrown, facts(), half)).toEqual(verdict)
  })

  it('obeys them also when no attempt is left', () => {
    const last = facts({ attempt: 3, consecutiveErrors: 9 }, { pauseAfterErrCount: 1 })
    expect(decideThrown(new RepeatError(), last, half)).toEqual({ kind: 'repeated', delayMs: 0 })
  })

  it('takes continue-as-new outside a workflow for a mistake', () => {
    const verdict = decideThrown(new ContinueAsNewError(null), facts(), half)
    expect(verdict).toMatchObject({ kind: 'failed', status: 'failed', then: die })
  })

  it('continues a task of a workflow as new, with any JSON as input', () => {
    const task = facts({ continuation: { inputLimit: 20 } })
    for (const [input, text] of [
      [{ page: 2 }, '{"page":2}'],
      [null, 'null'],
      [[], '[]'],
    ] as const) {
      const verdict = decideThrown(new ContinueAsNewError(input), task, half)
      expect(verdict).toEqual({ kind: 'succeeded', continueAsNew: text })
    }
  })

  it.each<[string, unknown, string]>([
    ['is no JSON', () => {}, 'continue-as-new: dureq: invalid input'],
    ['is too large', 'x'.repeat(30), 'continue-as-new: dureq: invalid input: is 32 bytes'],
  ])('fails for good when the input to continue with %s', (_, input, text) => {
    const task = facts({ continuation: { inputLimit: 20 } })
    const verdict = decideThrown(new ContinueAsNewError(input as never), task, half)
    expect(verdict).toMatchObject({ kind: 'failed', error: expect.stringContaining(text), then: die })
  })

  it('takes everything else for a failure', () => {
    const error = new Error('no')
    expect(decideThrown(error, facts(), half)).toEqual(decideFailure(error, facts(), half))
    expect(decideThrown(error, facts(), half)).toMatchObject({ error: 'no', stack: error.stack })
  })
})

describe('decideFailure: the first condition that holds decides (semantics 4.2)', () => {
  const always = { pauseAfterErrCount: 1, nonRetryableErrors: ['never again'] }

  it.each<[string, unknown, AttemptFacts, unknown]>([
    ['1 non-retryable, before a pause', new NonRetryableError('no'), facts({}, always), die],
    ['1 a text of the policy', new Error('it said never again!'), facts({}, always), die],
    [
      '1 not when the case differs',
      new Error('Never Again'),
      facts({}, { nonRetryableErrors: ['never again'] }),
      { do: 'retry', delayMs: 100 },
    ],
    [
      '2 enough errors in a row',
      new Error('no'),
      facts({ consecutiveErrors: 2 }, { pauseAfterErrCount: 3 }),
      { do: 'pause' },
    ],
    [
      '2 with a time to resume, before attempts used up',
      new Error('no'),
      facts({ attempt: 3, consecutiveErrors: 2 }, { pauseAfterErrCount: 3, pauseRetryDelay: '30s' }),
      { do: 'pause', resumeAfterMs: 30_000 },
    ],
    [
      '2 not with too few',
      new Error('no'),
      facts({ consecutiveErrors: 1 }, { pauseAfterErrCount: 3 }),
      { do: 'retry', delayMs: 100 },
    ],
    ['3 the last attempt', new Error('no'), facts({ attempt: 3 }), die],
    ['3 beyond it', new Error('no'), facts({ attempt: 4 }), die],
    [
      '3 also when rate-limited',
      new RateLimitedError('slow', { retryAfter: '9s' }),
      facts({ attempt: 3 }),
      die,
    ],
    [
      '4 rate-limited',
      new RateLimitedError('slow', { retryAfter: '9s' }),
      facts(),
      { do: 'retry', delayMs: 9_000 },
    ],
    [
      '4 without a time: the initial delay',
      new RateLimitedError('slow', { retryAfter: 0 }),
      facts({ attempt: 2 }),
      { do: 'retry', delayMs: 100 },
    ],
    ['5 any other error', new Error('no'), facts({ attempt: 2 }), { do: 'retry', delayMs: 200 }],
    ['5 one that asks for it', new RetryableError('no'), facts(), { do: 'retry', delayMs: 100 }],
    ['5 a panic', new PanicError('boom', ''), facts(), { do: 'retry', delayMs: 100 }],
  ])('%s', (_, error, given, expected) => {
    expect(after(decideFailure(error, given, half))).toEqual(expected)
  })

  it('is known by the message of the error', () => {
    const text = (error: unknown): unknown => {
      const verdict = decideFailure(error, facts(), half)
      return verdict.kind === 'failed' && [verdict.status, verdict.error]
    }
    expect(text(new Error('no'))).toEqual(['failed', 'no'])
    expect(text(new PanicError({ a: 1 }, ''))).toEqual(['failed', 'panic: {"a":1}'])
    expect(text(new TypeError(''))).toEqual(['failed', 'TypeError'])
  })

  it('cuts an endless text, and says so', () => {
    const verdict = decideFailure(new Error('x'.repeat(100_000)), facts(), half)
    const text = verdict.kind === 'failed' ? verdict.error : ''
    expect(text.length).toBeLessThan(17_000)
    expect(text).toMatch(/\(cut, 100000 characters\)$/)
  })

  it('never allows more attempts than there are, and never waits longer than the policy says', () => {
    const policy = fc
      .record({
        maxAttempts: fc.integer({ min: 1, max: 50 }),
        initialDelay: fc.nat(10_000),
        more: fc.nat(100_000),
        multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
        pauseAfterErrCount: fc.nat(5),
      })
      .map(({ more, ...rest }) => resolveRetryPolicy({ ...rest, maxDelay: rest.initialDelay + more }))
    const given = fc.record({
      attempt: fc.integer({ min: 1, max: 60 }),
      maxAttempts: fc.integer({ min: 1, max: 50 }),
      consecutiveErrors: fc.nat(10),
      policy,
    })
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(given, chance, (each, drawn) => {
        const verdict = decideFailure(new Error('no'), each, () => drawn)
        if (verdict.kind !== 'failed') throw new Error('a failure must fail')
        const { then } = verdict
        const threshold = each.policy.pauseAfterErrCount
        const pauses = threshold > 0 && each.consecutiveErrors + 1 >= threshold
        expect(then.do).toBe(pauses ? 'pause' : each.attempt >= each.maxAttempts ? 'die' : 'retry')
        if (then.do === 'retry') {
          expect(Number.isInteger(then.delayMs)).toBe(true)
          expect(then.delayMs).toBeGreaterThanOrEqual(0)
          expect(then.delayMs).toBeLessThanOrEqual(each.policy.maxDelayMs)
        }
      }),
    )
  })
})

describe('decideTimedOut', () => {
  it('is a failed attempt of its own status', () => {
    expect(decideTimedOut(new Error('too slow'), facts(), half)).toEqual({
      kind: 'failed',
      status: 'timed_out',
      error: 'too slow',
      then: { do: 'retry', delayMs: 100 },
    })
    expect(after(decideTimedOut(new Error('too slow'), facts({ attempt: 3 }), half))).toEqual(die)
  })
})
