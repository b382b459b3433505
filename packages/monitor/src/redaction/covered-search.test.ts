import { expect, test } from 'vitest'
import { isCovered } from './covered-search.ts'
import { createRedactor, type Redactor } from './redactor.ts'

const redactor = createRedactor([{ path: '$.card' }, { path: '$..pin' }]) as Redactor

test.each([
  [['card'], { number: 1 }, true],
  [['card', 'number'], 1, true],
  [['rows', 2, 'pin'], 1, true],
  // The value that is looked for tells what is hidden in it.
  [['rows', 0], { pin: 1 }, true],
  [['rows', 0], { name: 'a' }, false],
  [['customer', 'id'], 7, false],
  [['rows', 1_000], 1, true],
])('a search for %j in %j: %s', (path, value, covered) => {
  expect(isCovered(redactor, path, value)).toBe(covered)
})
