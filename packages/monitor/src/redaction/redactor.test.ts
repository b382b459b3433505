import type { JsonValue } from '@dureq/types'
import { describe, expect, it, test } from 'vitest'
import { createRedactor } from './redactor.ts'

const hide = (path: string, value: JsonValue): JsonValue | undefined =>
  createRedactor([{ path }])?.value(value)

describe('a rule hides', () => {
  test.each<[string, string, JsonValue, JsonValue]>([
    ['a member', '$.card.number', { card: { number: 1, name: 'a' } }, { card: { number: '***', name: 'a' } }],
    [
      'members of a name anywhere',
      '$..pin',
      [{ pin: 1 }, { a: { pin: { b: 2 } } }],
      [{ pin: '***' }, { a: { pin: '***' } }],
    ],
    [
      'every item',
      '$.rows[*].iban',
      { rows: [{ iban: 1 }, { iban: 2 }] },
      { rows: [{ iban: '***' }, { iban: '***' }] },
    ],
    ['places in lists', '$[0,-1]', [1, 2, 3], ['***', 2, '***']],
    ['a name that needs quotes', "$['a.b']", { 'a.b': 1 }, { 'a.b': '***' }],
    ['the whole', '$', { a: 1 }, '***'],
    ['the whole of a text', '$', 'secret', '***'],
  ])('%s', (_, path, value, shown) => {
    const before = structuredClone(value)
    expect(hide(path, value)).toEqual(shown)
    expect(value).toEqual(before)
  })

  it('with the text it gives', () => {
    expect(createRedactor([{ path: '$.a', with: '(hidden)' }])?.value({ a: 1 })).toEqual({ a: '(hidden)' })
  })

  it('together with others, also inside of what another hides', () => {
    const redactor = createRedactor([{ path: '$.a' }, { path: '$..b' }, { path: '$.a.c.d' }])
    expect(redactor?.value({ a: { b: 1, c: { d: 2 } }, b: 3, e: 4 })).toEqual({ a: '***', b: '***', e: 4 })
  })
})

it('gives back the very value where no rule fits', () => {
  const value = { a: [1, { b: 2 }] }
  expect(createRedactor([{ path: '$..c' }])?.value(value)).toBe(value)
  expect(createRedactor([{ path: '$.a.b' }])?.value('a')).toBe('a')
})

it('sees a member that is shown by itself at its path', () => {
  const redactor = createRedactor([{ path: '$.message' }])
  expect(redactor?.member('half', ['message'])).toBe('***')
  expect(redactor?.member('half', ['other'])).toBe('half')
  expect(redactor?.member({ message: 1 }, [])).toEqual({ message: '***' })
})

it('is none without rules', () => {
  expect(createRedactor()).toBeUndefined()
  expect(createRedactor([])).toBeUndefined()
})

test.each<[unknown, string]>([
  ['$.a', 'redact'],
  [['$.a'], 'redact[0]'],
  [[{ path: '' }], 'redact[0].path'],
  [[{ path: 'a b' }], 'redact[0].path'],
  [[{ path: '$.a' }, { path: '$[?@.a == 1]' }], 'redact[1].path'],
  [[{ path: '$..a..b' }], 'redact[0].path'],
  [[{ path: '$..*' }], 'redact[0].path'],
  [[{ path: "$..['a','b']" }], 'redact[0].path'],
  [[{ path: '$[*][*].a[*].b[*]' }], 'redact[0].path'],
  [[{ path: `$[${'0,'.repeat(40)}0]` }], 'redact[0].path'],
  [[{ path: `$.${'a'.repeat(1_000)}` }], 'redact[0].path'],
  [[{ path: '$.a', with: 1 }], 'redact[0].with'],
  [[{ path: '$.a', replace: 'x' }], 'redact[0].replace'],
  [Array.from({ length: 21 }, () => ({ path: '$.a' })), 'redact'],
])('refuses %j', (rules, field) => {
  expect(() => createRedactor(rules as never)).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ field })] }) as Error,
  )
})

it('takes what only looks like a filter in quotes', () => {
  expect(hide("$['what?']", { 'what?': 1 })).toEqual({ 'what?': '***' })
})

it('hides the whole of what is nested too deep to be looked through', () => {
  const deep = Array.from({ length: 200 }).reduce<JsonValue>((inner) => [inner], { a: 1 })
  expect(hide('$..secret', deep)).toBe('***')
  expect(hide('$.a', deep)).toBe(deep)
})
