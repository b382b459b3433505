import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, maxDurationMs, parseDuration } from './duration.ts'
import { ValidationError } from './errors/validation-error.ts'

test.each([
  [0, 0],
  [1_500, 1_500],
  ['0', 0],
  ['0s', 0],
  ['250ms', 250],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1d', 86_400_000],
  ['1d12h', 129_600_000],
  ['1.1s', 1_100],
  ['90s', 90_000],
  ['2.4ms', 2],
  [0.2, 1],
  ['10us', 1],
  ['10\u00b5s', 1],
])('reads %s as %i ms', (value, ms) => {
  expect(parseDuration(value)).toBe(ms)
})

test.each([
  [-1, 'must not be negative'],
  [Number.NaN, 'finite'],
  [Infinity, 'finite'],
  [maxDurationMs + 1, 'longer than ten years'],
  ['4000d', 'longer than ten years'],
  ['', "such as '1h30m'"],
  ['5', "such as '1h30m'"],
  ['-5s', "such as '1h30m'"],
  ['1 h', "such as '1h30m'"],
  ['1h ', "such as '1h30m'"],
  ['1w', "such as '1h30m'"],
  ['.s', "such as '1h30m'"],
  ['1H', "such as '1h30m'"],
  [null, "such as '1h30m'"],
])('refuses %s', (value, problem) => {
  const parse = (): number => parseDuration(value as string, 'timeout')
  expect(parse).toThrow(ValidationError)
  expect(parse).toThrow(problem)
  expect(parse).toThrow('timeout')
})

test('refuses a text of many digits quickly', () => {
  expect(() => parseDuration(`${'9'.repeat(1_000_000)}s`)).toThrow(ValidationError)
})

test.each([
  [0, '0s'],
  [5, '5ms'],
  [90_000, '1m30s'],
  [93_784_005, '1d2h3m4s5ms'],
])('writes %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('reads back whatever it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: maxDurationMs }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})
