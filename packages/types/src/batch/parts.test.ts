import { expect, test } from 'vitest'
import {
  attemptOfUnmet,
  type ItemsPart,
  itemIn,
  itemParts,
  placeOfUnmet,
  unmetOrder,
  unmetPartName,
} from './parts.ts'

const items = Array.from({ length: 150 }, (_, index) => ({ id: `i${index}`, payload: `${index}` }))

test('items are stored a hundred to a part, and found by their place in it', () => {
  const parts = itemParts(200, items)
  expect(parts.map(({ name }) => name)).toEqual(['i:2', 'i:3'])
  const last = JSON.parse(parts[1]?.text ?? '') as ItemsPart
  expect(itemIn(last, 49)).toEqual({ id: 'i149', payload: '149' })
  expect(itemIn(last, 50)).toBeUndefined()
})

test('a piece begins with a part, or is empty', () => {
  expect(() => itemParts(150, items)).toThrow('dureq: no part begins at place 150')
  expect(itemParts(150, [])).toEqual([])
})

test('what an earlier attempt has left stands before what this one has', () => {
  expect(unmetOrder(1, 999_999)).toBeLessThan(unmetOrder(2, 0))
  expect(attemptOfUnmet(unmetOrder(7, 3))).toBe(7)
  expect(placeOfUnmet(unmetPartName(42))).toBe(42)
})
