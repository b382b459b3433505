import { CyclicDependencyError, ValidationError } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { textAt } from './precondition.ts'
import { resolveWorkflow } from './resolve.ts'

// The tests of the Go implementation whose outcomes hold here too, by their numbers in its list. 112 to 115 are about
// workflows that run: the reducer of @dureq/workflow has them.

const job = (name: string, more: object = {}): object => ({ name, taskType: `type.${name}`, ...more })
const after = (name: string, ...dependsOn: readonly string[]): object => job(name, { dependsOn })
const definition = (...tasks: readonly object[]): object => ({ name: 'test', tasks })
const leaf = { name: 'child', tasks: [{ name: 'step', taskType: 'child.step' }] }
const on = (task: string): object => ({ type: 'upstream_output', task, path: '$.status', expected: 'ok' })

describe('definitions that are valid', () => {
  test.each<[string, object]>([
    ['97 a chain', definition(job('a'), after('b', 'a'), after('c', 'b'))],
    ['103 a child without a task type', definition({ name: 'a', childWorkflowDef: leaf })],
    ['104 a child with a payload', definition({ name: 'a', childWorkflowDef: leaf, payload: { x: 1 } })],
    ['105 a diamond', definition(job('a'), after('b', 'a'), after('c', 'a'), after('d', 'b', 'c'))],
    ['106 resultFrom', definition(job('a'), job('b', { dependsOn: ['a'], resultFrom: 'a' }))],
    ['116 a precondition', definition(job('a'), job('b', { dependsOn: ['a'], preconditions: [on('a')] }))],
  ])('%s', (_case, value) => {
    expect(resolveWorkflow(value).definition).toEqual(value)
  })
})

const circle = [after('a', 'c'), after('b', 'a'), after('c', 'b')]

describe('definitions that are not', () => {
  test.each<[string, object, string, string]>([
    ['98 a name twice', definition(job('a'), job('a')), 'tasks[1].name', 'is also the name of tasks[0]'],
    ['100 an unknown dependency', definition(after('a', 'b')), 'tasks[0].dependsOn[0]', '"b" is no task'],
    ['101 no tasks', definition(), 'tasks', 'must have one task at least'],
    ['102 itself', definition(after('a', 'a')), 'tasks[0].dependsOn[0]', 'must not be the task itself'],
    [
      '107 resultFrom an unknown task',
      definition(job('a', { resultFrom: 'b' })),
      'tasks[0].resultFrom',
      'no task',
    ],
    [
      '108 resultFrom a task it does not depend on',
      definition(job('a'), job('b', { resultFrom: 'a' })),
      'tasks[1].resultFrom',
      'must be one of dependsOn',
    ],
    [
      '109 a subflow with routes',
      definition(job('a', { type: 'subflow', conditionRoutes: { 0: 'b' } }), after('b', 'a')),
      'tasks[0].conditionRoutes',
      'a subflow has none',
    ],
    [
      '110 iterations of no condition',
      definition(job('a', { maxIterations: 3 })),
      'tasks[0].maxIterations',
      'must not be given',
    ],
    [
      '117 a precondition on an unknown task',
      definition(job('a', { preconditions: [on('b')] })),
      'tasks[0].preconditions[0].task',
      '"b" is no task',
    ],
    [
      '118 a precondition on a task it does not depend on',
      definition(job('a'), job('b', { preconditions: [on('a')] })),
      'tasks[1].preconditions[0].task',
      'must be one of dependsOn',
    ],
  ])('%s', (_case, value, field, problem) => {
    const faults = faultsOf(value)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ field, problem: expect.stringContaining(problem) })
  })

  test('99 a circle of three', () => {
    expect(() => resolveWorkflow(definition(...circle))).toThrow(CyclicDependencyError)
    expect(() => resolveWorkflow(definition(...circle))).toThrow(
      'workflow has cyclic dependencies: test (a -> c -> b)',
    )
  })

  test('111 a child with a circle', () => {
    const child = { name: 'inner', tasks: circle }
    const error = thrownBy(() => resolveWorkflow(definition({ name: 'a', childWorkflowDef: child })))
    expect(error).toBeInstanceOf(CyclicDependencyError)
    expect(error).toMatchObject({ workflowName: 'inner', tasks: ['a', 'c', 'b'] })
  })
})

test.each([
  ['$.status', 'ok'],
  ['status', 'ok'],
  ['$.result.code', '42'],
  ['result.msg', 'hello'],
  ['$.flag', 'true'],
  ['$.unknown', ''],
  ['result.unknown.deeper', ''],
])('119 %s leads to %j', (path, text) => {
  expect(textAt(path, '{"status":"ok","result":{"code":42,"msg":"hello"},"flag":true}')).toBe(text)
})

function thrownBy(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}

function faultsOf(value: object): ValidationError['fields'] {
  const error = thrownBy(() => resolveWorkflow(value))
  return ValidationError.is(error) ? error.fields : []
}
