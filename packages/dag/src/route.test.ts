import type { WorkflowTask } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { chooseRoute, readAddedTasks, readRoute } from './route.ts'

const condition: WorkflowTask = {
  name: 'amount',
  type: 'condition',
  taskType: 't',
  conditionRoutes: { 0: 'review', 7: 'ship' },
}
const subflow: WorkflowTask = { name: 'split', type: 'subflow', taskType: 't' }

describe('readRoute', () => {
  test('finds the task of the route', () => {
    expect(readRoute(condition, '{"route":7,"why":"cheap"}')).toEqual({ route: 7, target: 'ship' })
  })

  test.each([
    '{"route":-1}',
    '{"route":1.5}',
    '{"route":"0"}',
    '{"route":null}',
    '{"route":1e300}',
    '{}',
    '0',
    'null',
    '[]',
    '"route"',
  ])('refuses %s', (output) => {
    expect(readRoute(condition, output)).toEqual({
      error: `condition "amount" must return { route }, a whole number of 0 or more, not ${output}`,
    })
  })

  test('refuses nothing, and shows the beginning of what is long', () => {
    expect(readRoute(condition, undefined)).toEqual({ error: expect.stringMatching(/, not nothing$/) })
    const long = JSON.stringify({ text: 'x'.repeat(1_000) })
    expect(readRoute(condition, long)).toEqual({ error: expect.stringMatching(/x\.\.\.$/) })
  })

  test('says which route there is not', () => {
    const error = 'condition "amount" chose route 1, which it does not have'
    expect(readRoute(condition, '{"route":1}')).toEqual({ error })
    expect(chooseRoute({ name: 'amount', type: 'wait', timeout: 1 }, 1)).toEqual({ error })
  })
})

test('chooseRoute finds the task of a route of a wait', () => {
  const wait: WorkflowTask = {
    name: 'w',
    type: 'wait',
    signal: 's',
    timeout: 1,
    conditionRoutes: { 1: 'late' },
  }
  expect(chooseRoute(wait, 1)).toEqual({ route: 1, target: 'late' })
})

describe('readAddedTasks', () => {
  test('gives the tasks as they are', () => {
    expect(readAddedTasks(subflow, '{"tasks":[{"name":"a"},5]}')).toEqual([{ name: 'a' }, 5])
    expect(readAddedTasks(subflow, '{"tasks":[]}')).toEqual([])
  })

  test.each(['{"tasks":{}}', '{}', '[]', 'null', '"tasks"'])('refuses %s', (output) => {
    expect(readAddedTasks(subflow, output)).toEqual({
      error: `subflow "split" must return { tasks }, a list, not ${output}`,
    })
  })

  test('refuses nothing', () => {
    expect(readAddedTasks(subflow, undefined)).toEqual({ error: expect.stringMatching(/not nothing$/) })
  })
})
