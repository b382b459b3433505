import type { Precondition } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { pathProblem } from './json-path.ts'
import { textAt, unmetPrecondition } from './precondition.ts'

const on = (task: string, path: string, expected: string): Precondition => ({
  type: 'upstream_output',
  task,
  path,
  expected,
})

describe('unmetPrecondition', () => {
  const outputs: Readonly<Record<string, string>> = { pay: '{"status":"ok","code":42}', none: 'null' }
  const unmet = (...preconditions: readonly Precondition[]): string | undefined =>
    unmetPrecondition(preconditions, (task) => outputs[task])

  test('is silent when all hold', () => {
    expect(unmet()).toBeUndefined()
    expect(unmet(on('pay', '$.status', 'ok'), on('pay', 'code', '42'))).toBeUndefined()
  })

  test('names the first that does not hold, what is there and what was expected', () => {
    expect(unmet(on('pay', 'status', 'ok'), on('pay', '$.code', '43'), on('gone', 'a', 'b'))).toBe(
      'precondition not met: pay.$.code = "42", expected "43"',
    )
  })

  test('does not hold without a result, whatever is expected', () => {
    expect(unmet(on('gone', 'status', ''))).toBe('precondition not met: upstream task "gone" has no result')
  })

  test('takes null and what is missing for the empty text', () => {
    expect(unmet(on('none', '$', ''), on('pay', 'nothing', ''))).toBeUndefined()
    expect(unmet(on('pay', 'nothing', 'x'))).toBe('precondition not met: pay.nothing = "", expected "x"')
  })
})

describe('textAt', () => {
  const output = JSON.stringify({
    text: 'a "b"',
    items: [
      { id: 'x', n: 1 },
      { id: 'y', n: 2.5, tags: ['p'] },
    ],
    'order-id': { 'a b': true },
    off: false,
    nothing: null,
  })

  test.each([
    ['text', 'a "b"'],
    ['$.off', 'false'],
    ['nothing', ''],
    ['order-id.a b', 'true'],
    ['.order-id.a b.', 'true'],
    ['items', '[{"id":"x","n":1},{"id":"y","n":2.5,"tags":["p"]}]'],
    ['items.0', ''],
    ['items.length', ''],
    ['constructor', ''],
    ['text.length', ''],
  ])('names with dots between: %s', (path, text) => {
    expect(textAt(path, output)).toBe(text)
  })

  test.each([
    ['$.items[1].n', '2.5'],
    ['items[-1].id', 'y'],
    ["$['order-id']['a b']", 'true'],
    ['items[?@.n > 1].id', 'y'],
    ['$..id', 'x'],
    ['$.items[*].tags', '["p"]'],
    ['items[9].id', ''],
    ['$.items[?length(@.tags) == 1].id', 'y'],
  ])('any other JSONPath, of which the first value counts: %s', (path, text) => {
    expect(textAt(path, output)).toBe(text)
  })

  test('leaves whole numbers all their digits', () => {
    const large = '{"id": 12345678901234567890, "in": [ {"id": -9007199254740993} ], "e": 1e20, "f": 0.00001}'
    expect(textAt('id', large)).toBe('12345678901234567890')
    expect(textAt('in', large)).toBe('[{"id":-9007199254740993}]')
    expect(textAt('in[0].id', large)).toBe('-9007199254740993')
    expect(textAt('e', large)).toBe('1e+20')
    expect(textAt('f', large)).toBe('1e-05')
  })

  test('of the whole output', () => {
    expect(textAt('$', '"ok"')).toBe('ok')
    expect(textAt('', '[1, "a b"]')).toBe('[1,"a b"]')
  })

  test('finds nothing where the path goes deeper than is looked', () => {
    const deep = `${'['.repeat(500)}1${']'.repeat(500)}`
    expect(textAt('$..a', deep)).toBe('')
  })
})

describe('pathProblem', () => {
  test.each(['', '$', 'a', '$.a.b', 'a b', '$.a[0]', '[0]', '..a', '$..a', "$['a']", '$[?@.a == 1]', 'ä.ö'])(
    'accepts %j',
    (path) => {
      expect(pathProblem(path)).toBeUndefined()
    },
  )

  test.each(['a[', '$[', '$..', '$[?unknown(@)]', '"a"', 'a[0', '$.a[?]', 'a*b', '\ud800'])(
    'refuses %j',
    (path) => {
      expect(pathProblem(path)).toMatch(/^is no JSONPath: ./)
    },
  )

  test('refuses what is longer than 1,000 characters', () => {
    expect(pathProblem('a'.repeat(1_000))).toBeUndefined()
    expect(pathProblem('a'.repeat(1_001))).toBe('must not be longer than 1000 characters')
  })
})
