import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sliceAt } from './json-slice.ts'

type Step = string | number

/** Every place in a value, the value itself first. */
function* placesIn(value: unknown, at: readonly Step[] = []): Generator<readonly [readonly Step[], unknown]> {
  yield [at, value]
  if (Array.isArray(value)) for (const [i, each] of value.entries()) yield* placesIn(each, [...at, i])
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* placesIn(each, [...at, name])
  }
}

test.each([undefined, 2])('finds the text of every value, with %s spaces', (spaces) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const parsed: unknown = JSON.parse(JSON.stringify(value))
      const text = JSON.stringify(value, undefined, spaces)
      for (const [location, part] of placesIn(parsed))
        expect(JSON.parse(sliceAt(text, location))).toEqual(part)
    }),
    { numRuns: 500 },
  )
})

test('leaves numbers as they are written', () => {
  const text = '{ "a" : [ 1, { "id" : 12345678901234567890 , "x" : 1.50 } ] }'
  expect(sliceAt(text, ['a', 1, 'id'])).toBe('12345678901234567890')
  expect(sliceAt(text, ['a', 1])).toBe('{ "id" : 12345678901234567890 , "x" : 1.50 }')
  expect(sliceAt(text, [])).toBe(text)
})

test('is not misled by brackets and quotes in texts, nor by escapes in names', () => {
  expect(sliceAt(String.raw`{"a]\"}":"}{","\u0062":[1]}`, ['b'])).toBe('[1]')
  expect(sliceAt(String.raw`["\\","[",7]`, [2])).toBe('7')
})

test('takes the last of two members of one name, as the parser does', () => {
  expect(sliceAt('{"a":1,"a":2,"b":3}', ['a'])).toBe('2')
})

test('walks over a long text with many escapes', () => {
  const text = JSON.stringify({ long: '"\\\n'.repeat(300_000), next: 5 })
  expect(sliceAt(text, ['next'])).toBe('5')
})
