import { createHash } from 'node:crypto'
import {
  CyclicDependencyError,
  resolveRetryPolicy,
  ValidationError,
  type WorkflowDefinition,
} from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { checkWorkflow, childDefinition, resolveWorkflow } from './resolve.ts'

const circle = [
  { name: 'a', taskType: 't', dependsOn: ['b'] },
  { name: 'b', taskType: 't', dependsOn: ['a'] },
]

describe('the stored form', () => {
  const definition: WorkflowDefinition = {
    tasks: [
      { taskType: 'order.validate', name: 'validate', dependsOn: [], priority: 0, allowFailure: false },
      { dependsOn: ['validate'], type: 'wait', timeout: '2d', signal: 'approval', name: 'approved' },
      {
        name: 'amount',
        type: 'condition',
        taskType: 'order.amount',
        conditionRoutes: { 1: 'validate', 0: 'ship' },
        maxIterations: 0,
        dependsOn: ['approved'],
      },
      {
        name: 'ship',
        type: '',
        dependsOn: ['amount'],
        childWorkflowDef: {
          name: 'shipping',
          executionTimeout: '1h',
          tasks: [{ name: 'pack', taskType: 'pack', payload: { at: '2026-01-01' } }],
        },
        allowFailure: true,
        priority: -3,
      },
    ],
    executionTimeout: '1m30s',
    retryPolicy: { maxAttempts: 5, initialDelay: '1s' },
    hooks: { onExit: { timeout: '5s', taskType: 'order.clean' } },
    name: 'order',
  }

  test('has lengths of time in ms, a whole retry policy, and no field that says nothing', () => {
    expect(resolveWorkflow(definition).definition).toEqual({
      name: 'order',
      executionTimeout: 90_000,
      retryPolicy: {
        maxAttempts: 5,
        initialDelay: 1_000,
        maxDelay: 300_000,
        multiplier: 2,
        jitter: 0.1,
        nonRetryableErrors: [],
        pauseAfterErrCount: 0,
        pauseRetryDelay: 0,
      },
      hooks: { onExit: { taskType: 'order.clean', timeout: 5_000 } },
      tasks: [
        { name: 'validate', taskType: 'order.validate' },
        { name: 'approved', type: 'wait', dependsOn: ['validate'], signal: 'approval', timeout: 172_800_000 },
        {
          name: 'amount',
          type: 'condition',
          taskType: 'order.amount',
          dependsOn: ['approved'],
          conditionRoutes: { 0: 'ship', 1: 'validate' },
        },
        {
          name: 'ship',
          childWorkflowDef: {
            name: 'shipping',
            executionTimeout: 3_600_000,
            tasks: [{ name: 'pack', taskType: 'pack', payload: { at: '2026-01-01' } }],
          },
          dependsOn: ['amount'],
          priority: -3,
          allowFailure: true,
        },
      ],
    })
  })

  test('is the same text whatever the order of the fields, and names its hash', () => {
    const { text, hash } = resolveWorkflow(definition)
    expect(resolveWorkflow(reversed(definition)).text).toBe(text)
    expect(hash).toBe(createHash('sha256').update(text).digest('hex'))
    expect(JSON.parse(text)).toEqual(resolveWorkflow(definition).definition)
  })

  test('resolves to itself', () => {
    const resolved = resolveWorkflow(definition)
    expect(resolveWorkflow(resolved.definition)).toEqual(resolved)
    expect(resolveWorkflow(JSON.parse(resolved.text))).toEqual(resolved)
  })

  test('keeps a retry policy that resolves as the one given', () => {
    const stored = resolveWorkflow(definition).definition.retryPolicy
    expect(resolveRetryPolicy(stored)).toEqual(resolveRetryPolicy(definition.retryPolicy))
  })

  test('leaves out fields that no definition has, and keeps payloads as they are', () => {
    const tasks = [{ name: 'a', taskType: 't', payload: { z: 1, a: [null, new Date(0)] } }]
    const { text } = resolveWorkflow({ name: 'x', tasks, note: 'mine', build: () => 1 })
    expect(text).toBe(
      '{"name":"x","tasks":[{"name":"a","taskType":"t","payload":{"z":1,"a":[null,"1970-01-01T00:00:00.000Z"]}}]}',
    )
  })

  test('of a child is what its own definition resolves to', () => {
    const { definition: stored } = resolveWorkflow(definition)
    const ship = stored.tasks[3]
    const child = ship !== undefined && 'childWorkflowDef' in ship ? ship.childWorkflowDef : undefined
    expect(child && childDefinition(child)).toEqual(resolveWorkflow(child))
  })
})

/** The same value with the members of its objects the other way round; lists keep their order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).reverse()
  return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)]))
}

describe('errors', () => {
  const thrownBy = (definition: unknown): unknown => {
    try {
      return resolveWorkflow(definition)
    } catch (error) {
      return error
    }
  }

  test('a circle alone is a CyclicDependencyError', () => {
    const error = thrownBy({ name: 'round', tasks: circle })
    expect(error).toBeInstanceOf(CyclicDependencyError)
    expect(error).toMatchObject({ workflowName: 'round', tasks: ['a', 'b'] })
  })

  test('circles and nothing else, too: the first is told', () => {
    const more = [
      { name: 'c', taskType: 't', dependsOn: ['d'] },
      { name: 'd', taskType: 't', dependsOn: ['c', 'a'] },
    ]
    const definition = { name: 'round', tasks: [...circle, ...more] }
    expect(checkWorkflow(definition)).toHaveLength(2)
    expect(thrownBy(definition)).toMatchObject({ code: 'cyclic-dependency', tasks: ['a', 'b'] })
  })

  test('a circle among other faults is one of the faults of a ValidationError', () => {
    const error = thrownBy({ name: '', tasks: circle })
    expect(error).toBeInstanceOf(ValidationError)
    expect(ValidationError.is(error) && error.fields.map(({ field }) => field)).toEqual([
      'name',
      'tasks[0].dependsOn',
    ])
  })

  test.each([undefined, null, 5, 'order', [], new Date(0), () => 1])('%s is no definition', (value) => {
    expect(checkWorkflow(value)).toEqual([{ field: 'definition', problem: 'must be an object' }])
    expect(thrownBy(value)).toBeInstanceOf(ValidationError)
  })

  test('a value whose getters throw is told, not thrown', () => {
    const hostile = {
      name: 'x',
      get tasks(): never {
        throw new Error('mine')
      },
    }
    expect(checkWorkflow(hostile)).toEqual([{ field: 'definition', problem: 'cannot be read: mine' }])
  })

  test('a definition that is its own child is told as nested too deeply', () => {
    const self = { name: 'self', tasks: [] as object[] }
    self.tasks.push({ name: 'again', childWorkflowDef: self })
    expect(checkWorkflow(self)).toEqual([
      expect.objectContaining({ problem: expect.stringMatching(/must not be nested deeper than 16$/) }),
    ])
  })
})
