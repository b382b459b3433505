import { expect, test } from 'vitest'
import { Faults } from '../faults.ts'
import { defaultSizeLimits } from '../limits.ts'
import { checkItem } from './check-item.ts'

test('an item is stored with its payload as text', () => {
  const faults = new Faults()
  expect(checkItem({ id: 'a', payload: { n: 1 } }, 0, faults)).toEqual({ id: 'a', payload: '{"n":1}' })
  expect(faults.found).toEqual([])
})

test.each([
  [7, ['items[3]']],
  [{ id: '', payload: 1 }, ['items[3].id']],
  [{ id: 5 }, ['items[3].id', 'items[3].payload']],
  [{ id: 'a', payload: 1n }, ['items[3].payload']],
  [{ id: 'a', payload: 'x'.repeat(10) }, ['items[3].payload']],
  [{ id: 'a', payload: 1, data: 2 }, ['items[3].data']],
])('%o has faults at %o', (item, fields) => {
  const faults = new Faults()
  checkItem(item, 3, faults, { ...defaultSizeLimits, payload: 10 })
  expect(faults.found.map(({ field }) => field)).toEqual(fields)
})
