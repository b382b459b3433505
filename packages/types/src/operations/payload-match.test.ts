import { expect, test } from 'vitest'
import type { JsonValue } from '../json.ts'
import { payloadHolds } from './payload-match.ts'

const payload = JSON.stringify({
  customer: { id: 7, orders: [{ id: 'a' }, { id: 'b', lines: [1, 2] }] },
  empty: {},
  '0': 'zero',
  none: null,
  flag: false,
})

test.each<[path: readonly (string | number)[], value: JsonValue, holds: boolean]>([
  [['customer', 'id'], 7, true],
  [['customer', 'id'], '7', false],
  [['customer', 'id'], 8, false],
  [['customer', 'orders', 1, 'id'], 'b', true],
  [['customer', 'orders', '1', 'id'], 'b', false],
  [['customer', 'orders', 2, 'id'], 'b', false],
  [['customer', 'orders', -1], null, false],
  [['customer', 'orders', 'length'], 2, false],
  [['customer', 'orders', 1], { lines: [1, 2], id: 'b' }, true],
  [['customer', 'orders', 1], { lines: [2, 1], id: 'b' }, false],
  [['customer', 'orders', 1], { lines: [1, 2] }, false],
  [['customer', 'orders', 1, 'lines'], { '0': 1, '1': 2 }, false],
  [['0'], 'zero', true],
  [[0], 'zero', false],
  [['empty'], {}, true],
  [['empty'], [], false],
  [['none'], null, true],
  [['none', 'more'], null, false],
  [['missing'], null, false],
  [['flag'], false, true],
  [['flag'], 0, false],
  [['constructor'], null, false],
  [['__proto__'], {}, false],
])('%j holds %j: %s', (path, value, holds) => {
  expect(payloadHolds(payload, { path, value })).toBe(holds)
})

test('an empty path means the payload as a whole', () => {
  expect(payloadHolds('[1,{"a":2}]', { path: [], value: [1, { a: 2 }] })).toBe(true)
  expect(payloadHolds('1', { path: [], value: 1 })).toBe(true)
  expect(payloadHolds('"1"', { path: [], value: 1 })).toBe(false)
})

test('members of any name are members', () => {
  expect(payloadHolds('{"__proto__":1}', { path: ['__proto__'], value: 1 })).toBe(true)
})
