import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import { formatGoDuration, parseGoDuration } from './go-duration.ts'

test.each([
  [0, '0s'],
  [0.000001, '1ns'],
  [0.0011, '1.1\u00b5s'],
  [0.02, '20\u00b5s'],
  [1.5, '1.5ms'],
  [500, '500ms'],
  [1_000, '1s'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [90_000, '1m30s'],
  [3_600_000, '1h0m0s'],
  [3_600_000.000001, '1h0m0.000000001s'],
  [172_800_001, '48h0m0.001s'],
  [-1_500, '-1.5s'],
  [-90_000, '-1m30s'],
  [0.9999999, '1ms'],
])('writes %d ms as Go does: %s', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text)
})

test.each([
  ['0', 0],
  ['-0', 0],
  ['+1s', 1_000],
  ['1h30m', 5_400_000],
  ['1h0m0.5s', 3_600_500],
  ['1.5h', 5_400_000],
  ['1.s', 1_000],
  ['.5s', 500],
  ['10us', 0.01],
  ['10\u00b5s', 0.01],
  ['10\u03bcs', 0.01],
  ['7ns', 0.000007],
  ['-1m30s', -90_000],
  ['1s1h', 3_601_000],
])('reads %s as %d ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms)
})

test.each(['', '-', '5', '1d', '.s', '1 s', '1x', '--1s', '+-1s', '1s-1s', '300000000h', 's'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseGoDuration(text, 'interval')).toThrow(ValidationError)
    expect(() => parseGoDuration(text, 'interval')).toThrow('interval')
  },
)

test('reads back whatever it writes, to the nanosecond', () => {
  const nanoseconds = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })
  fc.assert(
    fc.property(nanoseconds, (ns) => {
      expect(Math.round(parseGoDuration(formatGoDuration(ns / 1e6)) * 1e6)).toBe(ns === 0 ? 0 : ns)
    }),
  )
})

test('reads back whole milliseconds of any size exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (ms) => {
      expect(parseGoDuration(formatGoDuration(ms))).toBe(ms)
    }),
  )
})
