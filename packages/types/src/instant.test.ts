import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import { type Instant, parseInstant } from './instant.ts'

test.each<[Instant, string]>([
  [1_773_187_200_123, '2026-03-11T00:00:00.123Z'],
  [new Date(1_773_187_200_123), '2026-03-11T00:00:00.123Z'],
  ['2026-03-11T09:00:00+09:00', '2026-03-11T00:00:00.000Z'],
  ['2026-03-11T00:00:00.123456789Z', '2026-03-11T00:00:00.123Z'],
  ['2026-03-10t19:30:00.5-04:30', '2026-03-11T00:00:00.500Z'],
  ['2024-02-29T00:00:00z', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
])('reads %s as %s', (value, iso) => {
  expect(new Date(parseInstant(value, 'runAt')).toISOString()).toBe(iso)
})

test.each([
  '2026-03-11T09:00:00',
  '2026-03-11',
  '2026-03-11 09:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T23:59:60Z',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00.Z',
  'tomorrow',
  '',
  '1773187200123',
])('refuses the text "%s"', (text) => {
  expect(() => parseInstant(text, 'runAt')).toThrow(ValidationError)
  expect(() => parseInstant(text, 'runAt')).toThrow('runAt: must be a timestamp with an offset')
})

test.each([Number.NaN, Infinity, 0.5, 9e15, new Date(Number.NaN), undefined, {}])('refuses %s', (value) => {
  expect(() => parseInstant(value as Instant, 'runAt')).toThrow(ValidationError)
})

test('reads every date as it writes itself', () => {
  const dates = fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') })
  fc.assert(
    fc.property(dates, (date) => {
      fc.pre(!Number.isNaN(date.getTime()))
      expect(parseInstant(date.toISOString(), 'runAt')).toBe(date.getTime())
    }),
  )
})
