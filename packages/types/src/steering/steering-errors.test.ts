import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { ValidationError } from '../errors/validation-error.ts'
import { ContinueAsNewError, PauseError, RepeatError, SkipError } from './control-flow-errors.ts'
import { NonRetryableError, RateLimitedError, RetryableError } from './outcome-errors.ts'
import { getPanicError, isPanicError, PanicError, toError } from './panic-error.ts'

const failure = new Error('connection refused')

test.each([
  [new NonRetryableError(failure), 'connection refused'],
  [new NonRetryableError('bad input'), 'bad input'],
  [new NonRetryableError({ status: 404 }), '{"status":404}'],
  [new RetryableError(failure), 'connection refused'],
  [new RateLimitedError(failure, { retryAfter: '1s' }), 'connection refused'],
  [new SkipError(), 'skip'],
  [new SkipError('nothing to do'), 'skip: nothing to do'],
  [new RepeatError(), 'repeat'],
  [new RepeatError({ cause: failure }), 'repeat: connection refused'],
  [new PauseError(), 'pause'],
  [new PauseError('quota used up'), 'pause: quota used up'],
  [new ContinueAsNewError(1), 'continue-as-new'],
  [new PanicError('boom', ''), 'panic: boom'],
  [new PanicError(undefined, ''), 'panic: undefined'],
])('%s', (error, message) => {
  expect(error.message).toBe(message)
})

test('the error a steering error was made of is its cause; a text has none', () => {
  expect(new NonRetryableError(failure).cause).toBe(failure)
  expect(new RepeatError({ cause: failure }).cause).toBe(failure)
  expect(new NonRetryableError('bad input')).not.toHaveProperty('cause')
})

test('durations are read at once', () => {
  expect(new RateLimitedError('x', { retryAfter: '1m' }).retryAfterMs).toBe(60_000)
  expect(new RepeatError({ delay: '10s' }).delayMs).toBe(10_000)
  expect(new RepeatError().delayMs).toBe(0)
  expect(new PauseError('x', { retryAfter: 5 }).retryAfterMs).toBe(5)
  expect(new PauseError('x').retryAfterMs).toBeUndefined()
  expect(() => new RepeatError({ delay: 'soon' })).toThrow(ValidationError)
})

test.each(['a text', 5, undefined, null, { code: 7 }])('throwing %s is a panic', (thrown) => {
  const error = toError(thrown)
  expect(error).toMatchObject({ code: 'panic', value: thrown, stacktrace: expect.stringContaining('at ') })
})

test('throwing an error is none, also one of another realm', () => {
  expect(toError(failure)).toBe(failure)
  const foreign: unknown = runInNewContext('new RangeError("far away")')
  expect(foreign).not.toBeInstanceOf(Error)
  expect(toError(foreign)).toBe(foreign)
})

test('a panic is found in a chain of causes', () => {
  const panic = new PanicError('boom', 'at here')
  expect(getPanicError(new Error('outer', { cause: panic }))).toBe(panic)
  expect(isPanicError(new RetryableError(panic))).toBe(true)
  expect(isPanicError(failure)).toBe(false)
  expect(getPanicError(undefined)).toBeUndefined()
})

test('a value that cannot be written as JSON still has a text', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(new PanicError(circle, '').message).toBe('panic: [object Object]')
})
