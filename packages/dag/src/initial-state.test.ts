import { expect, test } from 'vitest'
import { initialState } from './initial-state.ts'

const tasks = [
  { name: 'a', taskType: 't' },
  { name: 'b', taskType: 't', dependsOn: ['a'] },
]

test('a new instance waits for its init hook, with every task open and none of them begun', () => {
  expect(initialState({ name: 'w', tasks })).toEqual({
    phase: 'init',
    attempt: 1,
    maxAttempts: 1,
    depth: 0,
    open: 2,
    ready: 0,
    active: 0,
    added: 0,
    tasks: '',
  })
})

test('its head holds the states of its tasks unless these are many', () => {
  const many = Array.from({ length: 33 }, (_, i) => ({ name: `t${i}`, taskType: 't' }))
  expect(initialState({ name: 'w', tasks: many.slice(1) }).tasks).toBe('')
  expect(initialState({ name: 'w', tasks: many })).not.toHaveProperty('tasks')
})

test('it has the attempts of its retry policy and stands below its parent', () => {
  expect(initialState({ name: 'w', tasks, retryPolicy: { maxAttempts: 5 } }, 3)).toMatchObject({
    maxAttempts: 5,
    depth: 3,
  })
  expect(initialState({ name: 'w', tasks, retryPolicy: {} }).maxAttempts).toBe(3)
})
