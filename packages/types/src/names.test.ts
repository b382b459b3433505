import { describe, expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { checkHandlerName, checkHeaders, checkName, checkTags, checkTaskType } from './names.ts'

describe('checkTaskType', () => {
  test.each(['email.send', 'a', 'ünïcode 漢字 🎉', 'a*b', 'x'.repeat(200)])('accepts %s', (name) => {
    expect(problemsOf((faults) => checkTaskType(name, 'type', faults))).toEqual([])
  })

  test.each([
    ['', 'must not be empty'],
    [5, 'must be a text'],
    [undefined, 'must be a text'],
    ['x'.repeat(201), 'must not be longer than 200 characters'],
    ['a\nb', 'must not contain control characters'],
    ['a\u0000', 'must not contain control characters'],
    ['a\ud800', 'must not contain control characters'],
    ['order.*', 'must not end in *: only handlers have patterns'],
  ])('refuses %j', (name, problem) => {
    expect(problemsOf((faults) => checkTaskType(name, 'type', faults))).toEqual([`type ${problem}`])
  })

  test('names the limit that was passed', () => {
    const faults = new Faults()
    checkTaskType('x'.repeat(201), 'type', faults)
    expect(faults.found[0]?.limit).toBe(200)
  })
})

test('a handler may have a pattern for a name', () => {
  expect(problemsOf((faults) => checkHandlerName('order.*', 'type', faults))).toEqual([])
  expect(problemsOf((faults) => checkHandlerName('', 'type', faults))).toEqual(['type must not be empty'])
})

test('each kind of name has its own limit', () => {
  const long = 'x'.repeat(512)
  expect(problemsOf((faults) => checkName('uniqueKey', long, 'uniqueKey', faults))).toEqual([])
  expect(problemsOf((faults) => checkName('group', long, 'group', faults))).toHaveLength(1)
})

test('every fault of a list of tags is found', () => {
  const tags = ['a', '', 'a', 7]
  expect(problemsOf((faults) => checkTags(tags, 'tags', faults))).toEqual([
    'tags[1] must not be empty',
    'tags[2] must not be there twice',
    'tags[3] must be a text',
  ])
  const many = Array.from({ length: 51 }, (_, i) => `tag ${i}`)
  expect(problemsOf((faults) => checkTags(many, 'tags', faults))).toEqual(['tags must not be more than 50'])
})

test('every fault of headers is found', () => {
  const headers = { 'x-ok': '', '': 'a', 'x-number': 5, 'x-half': '\udc00' }
  expect(problemsOf((faults) => checkHeaders(headers, 'headers', faults))).toEqual([
    'headers[""] must not be empty',
    'headers["x-number"] must be a text',
    'headers["x-half"] must be valid Unicode',
  ])
})

function problemsOf(check: (faults: Faults) => void): string[] {
  const faults = new Faults()
  check(faults)
  return faults.found.map(({ field, problem }) => `${field} ${problem}`)
}
