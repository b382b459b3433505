import { expect, test } from 'vitest'
import { Faults } from './faults.ts'
import { checkPriority, defaultPriority, priorities } from './priority.ts'

test('named priorities, of which the default is one', () => {
  expect(priorities).toEqual({ low: 1, normal: 5, high: 8, critical: 10 })
  expect(defaultPriority).toBe(5)
})

test.each([1, 5, 10])('%s is a priority', (value) => {
  const faults = new Faults()
  checkPriority(value, 'priority', faults)
  expect(faults.found).toEqual([])
})

test.each([0, 11, 1.5, Number.NaN, '5', undefined])('%s is no priority', (value) => {
  const faults = new Faults()
  checkPriority(value, 'priority', faults)
  expect(faults.found).toEqual([{ field: 'priority', problem: 'must be a whole number from 1 to 10' }])
})
