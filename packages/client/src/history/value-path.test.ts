import { ValidationError } from '@dureq/types'
import { expect, it, test } from 'vitest'
import { readValuePath } from './value-path.ts'

test.each<[string, (string | number)[]]>([
  ['customer.id', ['customer', 'id']],
  ['$.customer.id', ['customer', 'id']],
  ['$.a[0].b', ['a', 0, 'b']],
  ['[3]', [3]],
  ['$[3][4]', [3, 4]],
  ['a["b.c"].d', ['a', 'b.c', 'd']],
  ['["say \\"hi\\""]', ['say "hi"']],
  ['0', ['0']],
  ['$x', ['$x']],
  ['größe.名前', ['größe', '名前']],
  ['', []],
  ['$', []],
])('%s', (text, steps) => {
  expect(readValuePath(text)).toEqual(steps)
})

it('takes a list as it is', () => {
  expect(readValuePath(['a', 0, ''])).toEqual(['a', 0, ''])
})

test.each([
  'a..b',
  'a.',
  '[x]',
  '[-1]',
  'a[0',
  'a[0]b',
  'a"b',
  '["\\q"]',
  ['a', -1],
  ['a', 1.5],
  ['a', null],
  7,
  null,
  Array.from({ length: 33 }, () => 'a'),
])('refuses %j', (path) => {
  const error = expect.objectContaining({ fields: [expect.objectContaining({ field: 'path' })] })
  expect(() => readValuePath(path as string)).toThrow(ValidationError)
  expect(() => readValuePath(path as string)).toThrow(error as unknown as Error)
})
