import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findUnsafeNumbers } from './unsafe-numbers.ts'

const fieldsOf = (json: string): string[] => findUnsafeNumbers(json, 'body').map(({ field }) => field)

it('names integers beyond 2^53 and numbers beyond any double by their path', () => {
  expect(fieldsOf('{"payload":{"a":[1,{"b":9007199254740993}]},"x":-9007199254740994}')).toEqual([
    'body.payload.a[1].b',
    'body.x',
  ])
  expect(fieldsOf('[1e400,[],{},[[-12345678901234567890.000]]]')).toEqual(['body[0]', 'body[3][0][0]'])
  expect(fieldsOf('90071992547409930')).toEqual(['body'])
})

it('lets through what JavaScript keeps, and what only looks like a number', () => {
  for (const json of [
    '[9007199254740992,-9007199254740992,1e17,0.1234567890123456789,1e-400,1e308]',
    '{"9007199254740993":"9007199254740993","a\\"9007199254740993":["1e999"]}',
    '{"a":{},"b":[],"c":9007199254740991}',
  ]) {
    expect(fieldsOf(json)).toEqual([])
  }
})

it('finds its way through names with quotes, braces and escapes', () => {
  expect(fieldsOf('{"{\\"}":[],"\\u0061":{"]":[0,90071992547409930]}}')).toEqual(['body.a["]"][1]'])
})

it('tells no more than a hundred', () => {
  expect(fieldsOf(`[${'90071992547409930,'.repeat(500)}0]`)).toHaveLength(100)
})

it('finds a planted number anywhere in any JSON, and nothing where there is none', () => {
  const planted = '@@'
  fc.assert(
    fc.property(fc.jsonValue().filter(isSafe), fc.string(), (value, name) => {
      const json = JSON.stringify({ before: value, [`k${name}`]: [value, planted], after: value })
      expect(fieldsOf(json)).toEqual([])
      expect(fieldsOf(json.replace('"@@"', '90071992547409930'))).toHaveLength(1)
    }),
  )
})

/** Whether a value holds no number that stands in its JSON as an integer beyond 2^53: doubles often are such. */
function isSafe(value: unknown): boolean {
  if (typeof value === 'number')
    return !Number.isInteger(value) || Math.abs(value) <= 2 ** 53 || /e/.test(`${value}`)
  return typeof value !== 'object' || value === null || Object.values(value).every(isSafe)
}
