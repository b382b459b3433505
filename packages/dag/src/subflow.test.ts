import { describe, expect, test } from 'vitest'
import { type AddedTasks, checkAddedTasks } from './subflow.ts'

// What is there: split (the generator), what waits for it, and what does not.
const dependencies: Readonly<Record<string, readonly string[]>> = {
  split: [],
  join: ['split'],
  last: ['split', 'join'],
  aside: [],
}

function add(tasks: readonly unknown[], more: { size?: number; depth?: number } = {}): AddedTasks {
  return checkAddedTasks(tasks, {
    generator: 'split',
    exists: (name) => Object.hasOwn(dependencies, name),
    dependsOn: (task, upstream) => dependencies[task]?.includes(upstream) ?? false,
    size: 4,
    ...more,
  })
}

const job = (name: string, more: object = {}): object => ({ name, taskType: 't', ...more })
const errorOf = (...tasks: readonly unknown[]): string => {
  const added = add(tasks)
  return 'error' in added ? added.error : ''
}

describe('tasks that are added', () => {
  test('depend on the subflow, whether they say so or not', () => {
    const tasks = [
      job('a'),
      job('b', { dependsOn: ['a', 'aside'] }),
      job('c', { dependsOn: ['b', 'split'] }),
      job('d', {
        resultFrom: 'split',
        preconditions: [{ type: 'upstream_output', task: 'split', path: 'n', expected: '1' }],
      }),
    ]
    expect(add(tasks)).toEqual({
      tasks: [
        { name: 'a', taskType: 't', dependsOn: ['split'] },
        { name: 'b', taskType: 't', dependsOn: ['split', 'a', 'aside'] },
        { name: 'c', taskType: 't', dependsOn: ['split', 'b'] },
        {
          name: 'd',
          taskType: 't',
          dependsOn: ['split'],
          resultFrom: 'split',
          preconditions: [{ type: 'upstream_output', task: 'split', path: 'n', expected: '1' }],
        },
      ],
    })
  })

  test('may be none', () => {
    expect(add([])).toEqual({ tasks: [] })
  })

  test('are stored as those of a definition: lengths of time in ms, children resolved', () => {
    const childWorkflowDef = { name: 'k', executionTimeout: '1s', tasks: [job('x')] }
    expect(
      add([
        { name: 'w', type: 'wait', timeout: '1s' },
        { name: 'c', childWorkflowDef },
      ]),
    ).toEqual({
      tasks: [
        { name: 'w', type: 'wait', dependsOn: ['split'], timeout: 1_000 },
        {
          name: 'c',
          childWorkflowDef: { ...childWorkflowDef, executionTimeout: 1_000 },
          dependsOn: ['split'],
        },
      ],
    })
  })

  test('may choose among themselves, and go back to themselves', () => {
    const choice = { type: 'condition', dependsOn: ['a'], conditionRoutes: { 0: 'b', 1: 'a', 2: 'if' } }
    expect(add([job('a'), job('if', choice), job('b', { dependsOn: ['if'] })])).toHaveProperty('tasks')
  })
})

describe('tasks that are refused', () => {
  test.each([
    [[job('join')], 'tasks[0].name: the workflow already has a task "join"'],
    [[job('a'), job('a')], 'tasks[1].name: task "a": is also the name of tasks[0]'],
    [
      [job('a', { dependsOn: ['join'] })],
      'tasks[0].dependsOn[0]: task "a": "join" waits for the subflow itself',
    ],
    [[job('a', { dependsOn: ['gone'] })], 'tasks[0].dependsOn[0]: task "a": "gone" is no task'],
    [
      [job('a', { dependsOn: ['split', 'split'] })],
      'tasks[0].dependsOn[1]: task "a": must not be there twice',
    ],
    [
      [job('a', { dependsOn: ['aside'], resultFrom: 'last' })],
      'tasks[0].resultFrom: task "a": "last" waits for the subflow itself',
    ],
    [
      [job('a', { dependsOn: ['b'] }), job('b', { dependsOn: ['a'] })],
      'tasks[0].dependsOn: task "a": must not be part of a circle: "a" -> "b" -> "a"; only routes may lead back',
    ],
    [
      [job('if', { type: 'condition', conditionRoutes: { 0: 'aside' } })],
      'tasks[0].conditionRoutes["0"]: task "if": "aside" is not one of the added tasks',
    ],
    [
      [job('if', { type: 'condition', conditionRoutes: { 0: 'split' } })],
      'tasks[0].conditionRoutes["0"]: task "if": "split" is not one of the added tasks',
    ],
    [[{ name: 'a' }], 'tasks[0].taskType: task "a": must be given'],
    [[5], 'tasks[0]: must be an object'],
    [[job('__hook:x')], 'tasks[0].name: task "__hook:x": must not begin with __hook:'],
  ])('%#', (tasks, problem) => {
    expect(errorOf(...tasks)).toBe(`subflow "split" returned invalid ${problem}`)
  })

  test('name everything that is wrong in one text', () => {
    expect(errorOf(job('join'), job('a', { dependsOn: ['x'] }), { name: 7 })).toBe(
      'subflow "split" returned invalid tasks[1].dependsOn[0]: task "a": "x" is no task; ' +
        'tasks[2].name: must be a text; tasks[2].taskType: must be given; ' +
        'tasks[0].name: the workflow already has a task "join"',
    )
  })

  test('the text says how many more there are than a hundred', () => {
    expect(errorOf(...Array.from({ length: 150 }, () => 5))).toMatch(/; and 50 more$/)
  })

  test('more than 10,000 together with those of the workflow', () => {
    expect(add([job('a')], { size: 9_999 })).toHaveProperty('tasks')
    expect(add([job('a')], { size: 10_000 })).toEqual({
      error:
        'subflow "split" returned invalid tasks: must not be more than 10000 together with those of the workflow',
    })
  })

  test('children deeper than 16 below the outermost workflow', () => {
    const child = { name: 'c', childWorkflowDef: { name: 'k', tasks: [job('x')] } }
    expect(add([child], { depth: 15 })).toHaveProperty('tasks')
    expect(add([child], { depth: 16 })).toHaveProperty(
      'error',
      expect.stringMatching(/nested deeper than 16$/),
    )
  })
})
