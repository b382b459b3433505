import { expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import { Faults } from './faults.ts'

test('throws one error with everything that was added, or nothing', () => {
  const faults = new Faults()
  faults.throwIfAny()
  faults.add('a', 'is missing')
  faults.add('b', 'is too long', 5)
  expect(() => faults.throwIfAny()).toThrow(ValidationError)
  expect(faults.found).toEqual([
    { field: 'a', problem: 'is missing' },
    { field: 'b', problem: 'is too long', limit: 5 },
  ])
})

test('attempt() notes the faults of a check that throws, and passes other errors on', () => {
  const faults = new Faults()
  expect(faults.attempt(() => 7)).toBe(7)
  const refuse = (): never => {
    throw new ValidationError([{ field: 'a', problem: 'is wrong' }])
  }
  expect(faults.attempt(refuse)).toBeUndefined()
  expect(faults.found).toHaveLength(1)
  const fail = (): never => {
    throw new TypeError('a bug')
  }
  expect(() => faults.attempt(fail)).toThrow(TypeError)
})
