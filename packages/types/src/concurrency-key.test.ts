import { expect, it, test } from 'vitest'
import { keyBase, readConcurrencyKeys } from './concurrency-key.ts'
import { Faults } from './faults.ts'

function faultsOf(value: unknown): readonly string[] {
  const faults = new Faults()
  readConcurrencyKeys(value, 'keys', faults)
  return faults.found.map(({ field, problem }) => `${field}: ${problem}`)
}

it('keeps what has a meaning', () => {
  const keys = [
    { key: 'a', maxConcurrency: 2 },
    { key: 'b', maxConcurrency: undefined },
  ]
  expect(readConcurrencyKeys(keys, 'keys', new Faults())).toEqual([
    { key: 'a', maxConcurrency: 2 },
    { key: 'b' },
  ])
  expect(readConcurrencyKeys([], 'keys', new Faults())).toBeUndefined()
})

test.each([
  [7, 'keys: must be a list'],
  [[7], 'keys[0]: must be an object'],
  [[{ key: '' }], 'keys[0].key: must not be empty'],
  [[{ key: 'a', max: 1 }], 'keys[0].max: is unknown; there are key, maxConcurrency'],
  [[{ key: 'a', maxConcurrency: 0 }], 'keys[0].maxConcurrency: must be a whole number from 1 to 1000000000'],
  [[{ key: 'a' }, { key: 'a' }], 'keys[1].key: appears twice'],
  [Array.from({ length: 9 }, (_, i) => ({ key: `k${i}` })), 'keys: must not be more than 8'],
])('refuses %j', (value, fault) => {
  expect(faultsOf(value)).toEqual([fault])
})

test.each([
  ['acme', 'acme'],
  ['{acme}', 'acme'],
  ['{acme}:api', 'acme'],
  ['x{a}{b}', 'a'],
  ['{}a', '{}a'],
  ['a{', 'a{'],
  ['{}{b}', '{}{b}'],
])('the base of %s is %s', (key, base) => {
  expect(keyBase(key)).toBe(base)
})
