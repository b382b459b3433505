import { describe, expect, test } from 'vitest'
import { ContinueAsNewError, PauseError, RepeatError, SkipError } from './control-flow-errors.ts'
import {
  classifyControlFlow,
  classifyError,
  errorClass,
  getErrorClassString,
  getRetryAfter,
} from './error-classification.ts'
import { NonRetryableError, RateLimitedError, RetryableError } from './outcome-errors.ts'

const wrapped = (cause: unknown): Error => new Error('outer', { cause: new Error('inner', { cause }) })

describe('classifyError', () => {
  test.each([
    [new Error('plain'), errorClass.retryable],
    [undefined, errorClass.retryable],
    ['a text', errorClass.retryable],
    [new RetryableError('x'), errorClass.retryable],
    [new NonRetryableError('x'), errorClass.nonRetryable],
    [new RateLimitedError('x', { retryAfter: 5 }), errorClass.rateLimited],
    [new SkipError(), errorClass.retryable],
  ])('%s', (error, expected) => {
    expect(classifyError(error)).toBe(expected)
    expect(classifyError(wrapped(error))).toBe(expected)
  })

  test('rate-limited wins over non-retryable, which wins over retryable', () => {
    const limited = new RateLimitedError('x', { retryAfter: 5 })
    expect(classifyError(new NonRetryableError(limited))).toBe(errorClass.rateLimited)
    expect(classifyError(new RetryableError(new NonRetryableError('x')))).toBe(errorClass.nonRetryable)
  })

  test('a circle of causes has an end', () => {
    const error = new Error('a')
    error.cause = error
    expect(classifyError(error)).toBe(errorClass.retryable)
  })
})

describe('classifyControlFlow', () => {
  test.each([
    [new SkipError(), errorClass.skip],
    [new RepeatError(), errorClass.repeat],
    [new PauseError(), errorClass.pause],
    [new ContinueAsNewError({ n: 2 }), errorClass.continueAsNew],
    [new NonRetryableError('x'), errorClass.nonRetryable],
    [new Error('plain'), errorClass.retryable],
  ])('%s', (error, expected) => {
    expect(classifyControlFlow(error)).toBe(expected)
    expect(classifyControlFlow(wrapped(error))).toBe(expected)
  })

  test('an error that repeats because it was rate-limited repeats', () => {
    const limited = new RateLimitedError('x', { retryAfter: 5 })
    expect(classifyControlFlow(new RepeatError({ cause: limited }))).toBe(errorClass.repeat)
  })
})

test('the numbers are those of the vocabulary, and each has a name', () => {
  expect(Object.values(errorClass)).toEqual([0, 1, 2, 10, 11, 12, 13])
  expect([...Object.values(errorClass), 99].map(getErrorClassString)).toEqual([
    'retryable',
    'non-retryable',
    'rate-limited',
    'skip',
    'repeat',
    'pause',
    'continue-as-new',
    'unknown',
  ])
})

test('getRetryAfter reads a rate-limited error anywhere in the chain', () => {
  expect(getRetryAfter(wrapped(new RateLimitedError('x', { retryAfter: '2s' })))).toBe(2_000)
  expect(getRetryAfter(new Error('plain'))).toBe(0)
})
