import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SizeLimitError, ValidationError } from './errors/validation-error.ts'
import { parseJsonText, toJsonText } from './json.ts'

describe('toJsonText', () => {
  test('writes every JSON value as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText(value, 'payload')).toBe(JSON.stringify(value))
      }),
    )
  })

  test('takes undefined members as absent, and writes dates and class instances', () => {
    class Point {
      x = 1
      y = undefined
    }
    const value = { at: new Date(0), point: new Point(), gone: undefined, none: Object.create(null) }
    expect(toJsonText(value, 'payload')).toBe('{"at":"1970-01-01T00:00:00.000Z","point":{"x":1},"none":{}}')
  })

  test('writes a member whose name is empty', () => {
    expect(toJsonText({ '': undefined, at: new Date(0) }, 'payload')).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    )
  })

  test('writes the same object twice when that is no circle', () => {
    const shared = { at: new Date(0) }
    expect(JSON.parse(toJsonText([shared, { shared }], 'payload'))).toHaveLength(2)
  })

  const circle: Record<string, unknown> = { deep: { list: [] } }
  ;(circle.deep as { list: unknown[] }).list.push(circle)

  test.each([
    ['undefined', undefined, 'payload', 'undefined'],
    ['a function', () => 1, 'payload', 'function'],
    ['a method', { a: { run: () => 1 } }, 'payload.a.run', 'function'],
    ['a symbol', { a: Symbol('x') }, 'payload.a', 'symbol'],
    ['a BigInt', { list: [1, 2n] }, 'payload.list[1]', 'BigInt'],
    ['NaN', { a: { b: [Number.NaN] } }, 'payload.a.b[0]', 'NaN'],
    ['Infinity', { n: -Infinity }, 'payload.n', '-Infinity'],
    ['undefined in a list', [1, undefined], 'payload[1]', 'undefined'],
    ['a hole', Object.assign([1], { length: 2 }), 'payload[1]', 'undefined'],
    ['a Map', { m: new Map([[1, 2]]) }, 'payload.m', 'Map'],
    ['a Set', { s: new Set() }, 'payload.s', 'Set'],
    ['an invalid date', { at: new Date(Number.NaN) }, 'payload.at', 'invalid date'],
    ['what toJSON returns', { a: { toJSON: () => 1n } }, 'payload.a', 'BigInt'],
    ['a circle', circle, 'payload.deep.list[0]', 'refers back to payload'],
  ])('refuses %s and names where it is', (_, value, field, problem) => {
    const error = caught(() => toJsonText(value, 'payload'))
    expect(error).toBeInstanceOf(ValidationError)
    expect((error as ValidationError).fields).toEqual([{ field, problem: expect.stringContaining(problem) }])
  })

  test('refuses what is nested too deeply, and passes on what toJSON throws', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(() => toJsonText(deep, 'output')).toThrow(ValidationError)

    const cause = new Error('no')
    const value = {
      toJSON() {
        throw cause
      },
    }
    expect(caught(() => toJsonText(value, 'output'))).toMatchObject({ code: 'validation', cause })
  })

  test('never loses anything: what it accepts reads back as it was', () => {
    const options = { withDate: true, withBigInt: true, withMap: true, withSet: true, withSparseArray: true }
    fc.assert(
      fc.property(fc.anything(options), (value) => {
        try {
          expect(JSON.parse(toJsonText(value, 'payload'))).toStrictEqual(asJson(value))
        } catch (error) {
          if (!ValidationError.is(error)) throw error
        }
      }),
    )
  })

  test('counts the size in bytes of UTF-8', () => {
    expect(toJsonText('aé漢', 'payload', 8)).toBe('"aé漢"')
    const error = caught(() => toJsonText('aé漢', 'payload', 7)) as SizeLimitError
    expect(error).toBeInstanceOf(SizeLimitError)
    expect(error).toMatchObject({ code: 'size-limit', sizeBytes: 8, limitBytes: 7 })
    expect(error.fields).toEqual([
      { field: 'payload', limit: 7, problem: expect.stringContaining('8 bytes') },
    ])
  })
})

describe('parseJsonText', () => {
  test('reads a value, or refuses a text that is none', () => {
    expect(parseJsonText('{"a":[1]}', 'payload')).toEqual({ a: [1] })
    expect(() => parseJsonText('{', 'payload')).toThrow('payload: is not valid JSON')
  })
})

/** What a value should be after a way through JSON: dates as texts, no undefined members, no negative zero. */
function asJson(value: unknown): unknown {
  if (typeof value === 'number') return value + 0
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(asJson)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, asJson(member)]))
}

function caught(fn: () => unknown): unknown {
  try {
    fn()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
