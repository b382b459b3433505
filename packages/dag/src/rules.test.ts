import { defaultSizeLimits, type Fault } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { checkWorkflow } from './resolve.ts'

const job = (name: string, more: object = {}): object => ({ name, taskType: 't', ...more })
const branch = (more: object = {}): object => job('if', { type: 'condition', dependsOn: ['a'], ...more })
const wait = (more: object): object => ({ name: 'w', type: 'wait', ...more })
const child = (more: object): object => ({
  name: 'c',
  childWorkflowDef: { name: 'k', tasks: [job('x')] },
  ...more,
})

const of = (...tasks: readonly unknown[]): object => ({ name: 'order', tasks })
const inWords = ({ field, problem }: Fault): string => `${field}: ${problem}`
const faultsOf = (definition: unknown): readonly string[] => checkWorkflow(definition).map(inWords)

/** A definition, and the one fault it has. */
type Row = readonly [object, string]

describe('names', () => {
  test.each<Row>([
    [{ tasks: [job('a')] }, 'name: must be a text'],
    [{ name: '', tasks: [job('a')] }, 'name: must not be empty'],
    [{ name: 'x'.repeat(201), tasks: [job('a')] }, 'name: must not be longer than 200 characters'],
    [of({ taskType: 't' }), 'tasks[0].name: must be a text'],
    [of(job('')), 'tasks[0].name: must not be empty'],
    [
      of(job('x'.repeat(201))),
      `tasks[0].name: task "${'x'.repeat(200)}": must not be longer than 200 characters`,
    ],
    [of(job('a\n')), String.raw`tasks[0].name: task "a\n": must not contain control characters`],
    [of(job('__hook:on_exit')), 'tasks[0].name: task "__hook:on_exit": must not begin with __hook:'],
    [of(job('a'), job('b'), job('a')), 'tasks[2].name: task "a": is also the name of tasks[0]'],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })
})

describe('dependencies', () => {
  test.each<Row>([
    [of(job('a', { dependsOn: 'b' })), 'tasks[0].dependsOn: task "a": must be a list of names of tasks'],
    [of(job('a', { dependsOn: [5] })), 'tasks[0].dependsOn[0]: task "a": must be the name of a task'],
    [of(job('a', { dependsOn: ['b'] })), 'tasks[0].dependsOn[0]: task "a": "b" is no task'],
    [of(job('a', { dependsOn: ['a'] })), 'tasks[0].dependsOn[0]: task "a": must not be the task itself'],
    [
      of(job('a'), job('b', { dependsOn: ['a', 'a'] })),
      'tasks[1].dependsOn[1]: task "b": must not be there twice',
    ],
    [
      of(job('a'), job('b', { resultFrom: 'b' })),
      'tasks[1].resultFrom: task "b": must not be the task itself',
    ],
    [
      of(job('a'), job('b', { resultFrom: 'a' })),
      'tasks[1].resultFrom: task "b": must be one of dependsOn, but "a" is not',
    ],
    [
      of(job('a', { dependsOn: ['b'] }), job('b', { dependsOn: ['a'] })),
      'tasks[0].dependsOn: task "a": must not be part of a circle: "a" -> "b" -> "a"; only routes may lead back',
    ],
    [
      of(branch({ conditionRoutes: { 0: 'a' } }), job('a', { dependsOn: ['if'] })),
      'tasks[0].dependsOn: task "if": must not be part of a circle: "if" -> "a" -> "if"; only routes may lead back',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })
})

describe('what a task runs', () => {
  test.each<Row>([
    [of({ name: 'a' }), 'tasks[0].taskType: task "a": must be given'],
    [of({ name: 'a', taskType: '' }), 'tasks[0].taskType: task "a": must not be empty'],
    [
      of({ name: 'a', taskType: 'order.*' }),
      'tasks[0].taskType: task "a": must not end in *: only handlers have patterns',
    ],
    [
      of(job('a'), { ...branch({ conditionRoutes: { 0: 'a' } }), taskType: undefined }),
      'tasks[1].taskType: task "if": must be given',
    ],
    [of({ name: 's', type: 'subflow' }), 'tasks[0].taskType: task "s": must be given'],
    [
      of(child({ taskType: 't' })),
      'tasks[0].taskType: task "c": must not be given together with childWorkflowDef',
    ],
    [
      of(job('a', { type: 'subflow', childWorkflowDef: {} })),
      'tasks[0].childWorkflowDef: task "a": must not be given: a subflow has none',
    ],
    [
      of(job('a', { type: 'loop' })),
      `tasks[0].type: task "a": must be 'condition', 'subflow', 'wait' or absent`,
    ],
    [
      of(job('a', { type: null })),
      `tasks[0].type: task "a": must be 'condition', 'subflow', 'wait' or absent`,
    ],
    [
      of(job('a', { payload: () => 1 })),
      'tasks[0].payload: task "a": is a function, which JSON cannot express',
    ],
    [
      of(job('a', { payload: { x: [1n] } })),
      'tasks[0].payload.x[0]: task "a": is a BigInt, which JSON cannot express: send it as a string',
    ],
    [
      of(job('a', { concurrencyKeys: [{ key: 'k', maxConcurrency: 0 }] })),
      'tasks[0].concurrencyKeys[0].maxConcurrency: task "a": must be a whole number from 1 to 1000000000',
    ],
    [of(5), 'tasks[0]: must be an object'],
    [of(child({ childWorkflowDef: 5 })), 'tasks[0].childWorkflowDef: task "c": must be an object'],
    [
      of(child({ childWorkflowDef: { name: 'k', tasks: [job('x', { dependsOn: ['y'] })] } })),
      'tasks[0].childWorkflowDef.tasks[0].dependsOn[0]: task "c": task "x": "y" is no task',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })

  test('an unknown field is told with those there are', () => {
    expect(faultsOf(of(job('a', { dependOn: [] })))).toEqual([
      expect.stringMatching(/^tasks\[0\]\.dependOn: task "a": is unknown; there are name, type, dependsOn, /),
    ])
  })

  test('what the seed writes for "none" is none', () => {
    expect(faultsOf(of(child({ taskType: '', type: '', resultFrom: '', maxIterations: 0 })))).toEqual([])
    expect(faultsOf(of(wait({ timeout: 1, taskType: '', signal: '' })))).toEqual([])
  })
})

describe('routes', () => {
  const inBranch = (conditionRoutes: unknown, ...tasks: readonly object[]): object =>
    of(job('a'), branch({ conditionRoutes }), job('b', { dependsOn: ['if'] }), ...tasks)

  test.each<Row>([
    [inBranch(undefined), 'tasks[1].conditionRoutes: task "if": must be given'],
    [inBranch(['b']), 'tasks[1].conditionRoutes: task "if": must be an object of names of tasks'],
    [inBranch({}), 'tasks[1].conditionRoutes: task "if": must have one route at least'],
    [inBranch({ 0: 'x' }), 'tasks[1].conditionRoutes["0"]: task "if": "x" is no task'],
    [inBranch({ 0: 5 }), 'tasks[1].conditionRoutes["0"]: task "if": must be the name of a task'],
    [
      inBranch({ 0: 'b', 1: 'b' }),
      'tasks[1].conditionRoutes["1"]: task "if": leads to "b", as another route does',
    ],
    ...['-1', '1.5', '01', 'yes', '', '1e3', '9007199254740993'].map(
      (key): Row => [
        inBranch({ [key]: 'b' }),
        `tasks[1].conditionRoutes["${key}"]: task "if": must have a whole number of 0 or more as its key`,
      ],
    ),
    [
      inBranch({ 0: 'far' }, job('far', { dependsOn: ['b'] })),
      'tasks[1].conditionRoutes["0"]: task "if": "far" must depend directly on this task, or be this task or one it depends on',
    ],
    [
      inBranch({ 0: 'lone' }, job('lone')),
      'tasks[1].conditionRoutes["0"]: task "if": "lone" must depend directly on this task, or be this task or one it depends on',
    ],
    [
      of(job('a', { conditionRoutes: { 0: 'a' } })),
      'tasks[0].conditionRoutes: task "a": must not be given: a task that runs a job has none',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })

  test.each([{ 0: 'b' }, { 0: 'b', 5: 'a' }, { 0: 'if' }, { 3: 'root', 4: 'b' }])(
    'may lead on, and back to the condition and all it depends on: %j',
    (conditionRoutes) => {
      const tasks = [
        job('root'),
        job('a', { dependsOn: ['root'] }),
        branch({ conditionRoutes }),
        job('b', { dependsOn: ['if'] }),
      ]
      expect(faultsOf(of(...tasks))).toEqual([])
    },
  )
})

describe('iterations, priority and other settings of a task', () => {
  const condition = (more: object): object => of(job('a'), branch({ conditionRoutes: { 0: 'a' }, ...more }))

  test.each<Row>([
    [
      condition({ maxIterations: -1 }),
      'tasks[1].maxIterations: task "if": must be a whole number from 0 to 9007199254740991',
    ],
    [
      condition({ maxIterations: 1.5 }),
      'tasks[1].maxIterations: task "if": must be a whole number from 0 to 9007199254740991',
    ],
    [
      of(job('a', { maxIterations: 1 })),
      'tasks[0].maxIterations: task "a": must not be given: a task that runs a job has none',
    ],
    [
      of(job('a', { priority: 0.5 })),
      'tasks[0].priority: task "a": must be a whole number from -9007199254740991 to 9007199254740991',
    ],
    [of(job('a', { allowFailure: 1 })), 'tasks[0].allowFailure: task "a": must be true or false'],
    [
      of(job('a', { resultReuse: 'maybe' })),
      'tasks[0].resultReuse: task "a": must be one of always, never, on_success',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })
})

describe('waits', () => {
  const routed = (more: object): object =>
    of(wait(more), job('b', { dependsOn: ['w'] }), job('c', { dependsOn: ['w'] }))

  test.each<Row>([
    [of(wait({})), 'tasks[0]: task "w": must have a signal, a timeout or both'],
    [of(wait({ signal: 5 })), 'tasks[0].signal: task "w": must be a text'],
    [
      of(wait({ signal: 's'.repeat(201) })),
      'tasks[0].signal: task "w": must not be longer than 200 characters',
    ],
    [
      of(wait({ timeout: 'soon' })),
      `tasks[0].timeout: task "w": must be milliseconds or a text such as '1h30m', '1.5s' or '250ms'`,
    ],
    [of(wait({ timeout: 0 })), 'tasks[0].timeout: task "w": must be at least 1 ms'],
    [of(wait({ timeout: -5 })), 'tasks[0].timeout: task "w": must not be negative'],
    [of(wait({ signal: 's', payload: 1 })), 'tasks[0].payload: task "w": must not be given: a wait has none'],
    [
      routed({ signal: 's', conditionRoutes: { 0: 'b' } }),
      'tasks[0].conditionRoutes: task "w": must not be given without both a signal and a timeout',
    ],
    [
      routed({ timeout: 5, conditionRoutes: { 0: 'b' } }),
      'tasks[0].conditionRoutes: task "w": must not be given without both a signal and a timeout',
    ],
    [
      routed({ signal: 's', timeout: 5, conditionRoutes: { 0: 'b', 2: 'c' } }),
      'tasks[0].conditionRoutes["2"]: task "w": must be route 0 (the signal came) or 1 (the time is over)',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })

  test.each([{ 0: 'b' }, { 1: 'c' }, { 0: 'b', 1: 'c' }, { 0: 'b', 1: 'w' }])(
    'may have routes %j',
    (conditionRoutes) => {
      expect(faultsOf(routed({ signal: 's', timeout: '1d', conditionRoutes }))).toEqual([])
    },
  )
})

describe('preconditions', () => {
  const holds = { type: 'upstream_output', task: 'a', path: 'x', expected: '' }
  const guarded = (precondition: unknown): object =>
    of(job('a'), job('b', { dependsOn: ['a'], preconditions: [precondition] }))

  test.each<Row>([
    [guarded(5), 'tasks[1].preconditions[0]: task "b": must be an object'],
    [
      guarded({ ...holds, type: 'time' }),
      'tasks[1].preconditions[0].type: task "b": must be upstream_output',
    ],
    [guarded({ ...holds, task: 'x' }), 'tasks[1].preconditions[0].task: task "b": "x" is no task'],
    [
      guarded({ ...holds, task: 'b' }),
      'tasks[1].preconditions[0].task: task "b": must not be the task itself',
    ],
    [guarded({ ...holds, path: 5 }), 'tasks[1].preconditions[0].path: task "b": must be a text'],
    [guarded({ ...holds, expected: 42 }), 'tasks[1].preconditions[0].expected: task "b": must be a text'],
    [of(job('a', { preconditions: {} })), 'tasks[0].preconditions: task "a": must be a list'],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })

  test('name a path that is none', () => {
    expect(faultsOf(guarded({ ...holds, path: 'x[' }))).toEqual([
      expect.stringMatching(/^tasks\[1\]\.preconditions\[0\]\.path: task "b": is no JSONPath: /),
    ])
  })
})

describe('settings of the workflow', () => {
  const withSettings = (settings: object): object => ({ ...of(job('a')), ...settings })

  test.each<Row>([
    [withSettings({ tasks: {} }), 'tasks: must be a list of tasks'],
    [withSettings({ tasks: [] }), 'tasks: must have one task at least'],
    [withSettings({ executionTimeout: 0 }), 'executionTimeout: must be at least 1 ms'],
    [withSettings({ signalTimeout: -1 }), 'signalTimeout: must not be negative'],
    [withSettings({ retryPolicy: 5 }), 'retryPolicy: must be an object'],
    [
      withSettings({ retryPolicy: { maxAttempts: 0 } }),
      'retryPolicy.maxAttempts: must be a whole number from 1 to 1000000',
    ],
    [withSettings({ defaultPriority: 11 }), 'defaultPriority: must be a whole number from 1 to 10'],
    [withSettings({ onTaskFailure: 'ignore' }), "onTaskFailure: must be 'finish' or 'cancel'"],
    [withSettings({ hooks: [] }), 'hooks: must be an object'],
    [withSettings({ hooks: { onInit: 't' } }), 'hooks.onInit: must be an object'],
    [withSettings({ hooks: { onInit: {} } }), 'hooks.onInit.taskType: must be a text'],
    [
      withSettings({ hooks: { onExit: { taskType: 't', payload: 1n } } }),
      'hooks.onExit.payload: is a BigInt, which JSON cannot express: send it as a string',
    ],
    [
      withSettings({ hooks: { onExit: { taskType: 't', timeout: 0 } } }),
      'hooks.onExit.timeout: must be at least 1 ms',
    ],
    [
      withSettings({ hooks: { onStart: { taskType: 't' } } }),
      'hooks.onStart: is unknown; there are onInit, onSuccess, onFailure, onExit',
    ],
  ])('%#', (definition, fault) => {
    expect(faultsOf(definition)).toEqual([fault])
  })

  test('an unknown setting of the retry policy is told', () => {
    expect(faultsOf(withSettings({ retryPolicy: { attempts: 3 } }))).toEqual([
      expect.stringMatching(/^retryPolicy\.attempts: is unknown; there are maxAttempts, /),
    ])
  })
})

describe('sizes', () => {
  const many = (count: number): readonly object[] => Array.from({ length: count }, (_, i) => job(`t${i}`))

  test('10,000 tasks are accepted, one more is not', () => {
    expect(faultsOf(of(...many(10_000)))).toEqual([])
    expect(faultsOf(of(...many(10_001)))).toEqual(['tasks: must not be more than 10000'])
  })

  test('a payload has the limit of payloads', () => {
    const limits = { ...defaultSizeLimits, payload: 10 }
    const fits = of(job('a', { payload: '12345678' }))
    expect(checkWorkflow(fits, { limits })).toEqual([])
    const tooLarge = of(job('a', { payload: '123456789' }))
    expect(checkWorkflow(tooLarge, { limits })).toEqual([
      {
        field: 'tasks[0].payload',
        problem: 'task "a": is 11 bytes of JSON, more than the limit of 10',
        limit: 10,
      },
    ])
  })

  const tooLong = ['definition: must not be more than 16 MiB of JSON']

  test('16 MiB are the limit of the whole, in bytes', () => {
    const tasks = (payload: string): readonly object[] => many(17).map((task) => ({ ...task, payload }))
    expect(faultsOf(of(...tasks('x'.repeat(512 * 1024))))).toEqual([])
    expect(faultsOf(of(...tasks('é'.repeat(512 * 1024 - 10))))).toEqual(tooLong)
  })

  test('one object used a million times is told without writing it out', () => {
    let definition: object = of(job('a', { payload: 'x'.repeat(100_000) }))
    for (let i = 0; i < 10; i++) {
      const childWorkflowDef = definition
      definition = of(...Array.from({ length: 1_000 }, (_, k) => ({ name: `c${k}`, childWorkflowDef })))
    }
    expect(faultsOf(definition)).toEqual(tooLong)
  })

  test('children nest 16 deep', () => {
    const nested = (depth: number): object =>
      depth === 0 ? of(job('a')) : of({ name: 'c', childWorkflowDef: nested(depth - 1) })
    expect(faultsOf(nested(16))).toEqual([])
    expect(faultsOf(nested(17))).toEqual([expect.stringMatching(/: must not be nested deeper than 16$/)])
  })
})

test('all faults are told at once', () => {
  const definition = {
    name: '',
    defaultPriority: 0,
    tasks: [job('a', { dependsOn: ['z'] }), { name: 'a' }, job('b', { resultFrom: 'a', priority: 'high' })],
  }
  expect(checkWorkflow(definition).map(({ field }) => field)).toEqual([
    'name',
    'tasks[0].dependsOn[0]',
    'tasks[1].name',
    'tasks[1].taskType',
    'tasks[2].resultFrom',
    'tasks[2].priority',
    'defaultPriority',
  ])
})
