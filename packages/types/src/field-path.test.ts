import { expect, test } from 'vitest'
import { fieldPath } from './field-path.ts'

test('a path reads like an expression', () => {
  expect(fieldPath('payload', [])).toBe('payload')
  expect(fieldPath('payload', ['items', 0, 'to'])).toBe('payload.items[0].to')
  expect(fieldPath('payload', ['items', '12', 'x-id'])).toBe('payload.items[12].x-id')
  expect(fieldPath('payload', ['a b', '', Symbol('s')])).toBe('payload["a b"][""]["Symbol(s)"]')
})
