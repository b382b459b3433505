import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMatcher, isPattern, matchHandler, takesTaskType } from './pattern.ts'

test.each([
  ['email.*', 'email.', true],
  ['email.*', 'email.a.b', true],
  ['email.*', 'email', false],
  ['email.*', 'Email.a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['a*b', 'a*b', true],
  ['a*b', 'axb', false],
  ['a**', 'a*', true],
  ['a**', 'ab', false],
  ['email', 'email', true],
])('%s and %s: %s', (name, taskType, takes) => {
  expect(takesTaskType(name, taskType)).toBe(takes)
})

test('only a star at the end makes a pattern', () => {
  expect(['*', 'a.*', 'a*b', 'a'].filter(isPattern)).toEqual(['*', 'a.*'])
})

const names = ['*', 'order.*', 'order.paid', 'order.ref*', 'email']

test.each([
  ['order.paid', 'order.paid'],
  ['order.paid.late', 'order.*'],
  ['order.refund', 'order.ref*'],
  ['order', '*'],
  ['email', 'email'],
])('%s is taken by %s', (taskType, name) => {
  expect(matchHandler(names, taskType)).toBe(name)
})

test('nothing takes what fits no name', () => {
  expect(matchHandler(['order.*', 'email'], 'order')).toBeUndefined()
})

test('a prepared matcher answers as matchHandler does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 4 })
  fc.assert(
    fc.property(fc.uniqueArray(letters), letters, (all, taskType) => {
      expect(createMatcher(all)(taskType)).toBe(matchHandler(all, taskType))
    }),
  )
})
