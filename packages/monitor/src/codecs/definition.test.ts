import { checkJsonSchema, type WorkflowDefinition } from '@dureq/types'
import { describe, expect, it } from 'vitest'
import { withDefinitions } from '../schemas/workflow.ts'
import { type DefinitionWire, encodeDefinition } from './definition.ts'
import { decodeDefinition } from './definition-request.ts'

const most: WorkflowDefinition = {
  name: 'order',
  executionTimeout: 3_600_000,
  retryPolicy: {
    maxAttempts: 3,
    initialDelay: 1_500,
    maxDelay: 60_000,
    multiplier: 2,
    jitter: 0,
    nonRetryableErrors: ['bad card'],
    pauseAfterErrCount: 1,
    pauseRetryDelay: 2,
  },
  defaultPriority: 8,
  hooks: {
    onInit: { taskType: 'a' },
    onSuccess: { taskType: 'b', payload: { keepThis: 1 } },
    onFailure: { taskType: 'c', timeout: 500 },
    onExit: { taskType: 'd' },
  },
  signalTimeout: 1,
  onTaskFailure: 'finish',
  tasks: [
    { name: 'validate', taskType: 'order.validate', payload: { userName: 'Ann' }, priority: -3 },
    {
      name: 'amount',
      type: 'condition',
      taskType: 'order.amount',
      dependsOn: ['validate'],
      resultFrom: 'validate',
      conditionRoutes: { 0: 'validate', 1: 'ship' },
      maxIterations: 5,
      allowFailure: true,
      resultReuse: 'never',
    },
    {
      name: 'ship',
      dependsOn: ['amount'],
      preconditions: [{ type: 'upstream_output', task: 'amount', path: '$.route', expected: '1' }],
      childWorkflowDef: {
        name: 'shipping',
        executionTimeout: 90_000,
        tasks: [
          { name: 'split', type: 'subflow', taskType: 'ship.split' },
          {
            name: 'ok',
            type: 'wait',
            signal: 'go',
            timeout: 172_800_000,
            conditionRoutes: { 0: 'x', 1: 'y' },
          },
        ],
      },
    },
  ],
}

const wire = {
  name: 'order',
  execution_timeout: '1h0m0s',
  retry_policy: {
    max_attempts: 3,
    initial_delay: 1_500_000_000,
    max_delay: 60_000_000_000,
    multiplier: 2,
    jitter: 0,
    non_retryable_errors: ['bad card'],
    pause_after_err_count: 1,
    pause_retry_delay: 2_000_000,
  },
  default_priority: 8,
  hooks: {
    on_init: { task_type: 'a' },
    on_success: { task_type: 'b', payload: { keepThis: 1 } },
    on_failure: { task_type: 'c', timeout: '500ms' },
    on_exit: { task_type: 'd' },
  },
  signal_timeout: '1ms',
  on_task_failure: 'finish',
  tasks: [
    { name: 'validate', task_type: 'order.validate', payload: { userName: 'Ann' }, priority: -3 },
    {
      name: 'amount',
      type: 'condition',
      task_type: 'order.amount',
      depends_on: ['validate'],
      result_from: 'validate',
      condition_routes: { '0': 'validate', '1': 'ship' },
      max_iterations: 5,
      allow_failure: true,
      result_reuse: 'never',
    },
    {
      name: 'ship',
      task_type: '',
      depends_on: ['amount'],
      preconditions: [{ type: 'upstream_output', task: 'amount', path: '$.route', expected: '1' }],
      child_workflow_def: {
        name: 'shipping',
        execution_timeout: '1m30s',
        tasks: [
          { name: 'split', type: 'subflow', task_type: 'ship.split' },
          {
            name: 'ok',
            task_type: '',
            type: 'wait',
            signal: 'go',
            timeout: '48h0m0s',
            condition_routes: { '0': 'x', '1': 'y' },
          },
        ],
      },
    },
  ],
}

const overTheWire = (definition: WorkflowDefinition): DefinitionWire =>
  JSON.parse(JSON.stringify(encodeDefinition(definition))) as DefinitionWire

describe('a definition on the wire', () => {
  it('has the names and encodings of the Go implementation, and leaves what users named alone', () => {
    expect(overTheWire(most)).toStrictEqual(wire)
  })

  it('leaves out what is empty', () => {
    const least: WorkflowDefinition = {
      name: 'w',
      tasks: [{ name: 'a', type: '', taskType: 't', priority: 0 }],
    }
    expect(overTheWire(least)).toStrictEqual({ name: 'w', tasks: [{ name: 'a', task_type: 't' }] })
  })

  it('fits its schema, which takes nothing else', () => {
    const schema = withDefinitions({ $ref: '#/$defs/WorkflowDefinition' })
    checkJsonSchema(schema, overTheWire(most), 'definition')
    expect(() =>
      checkJsonSchema(schema, { ...wire, tasks: [{ name: 'a', taskType: 't' }] }, 'definition'),
    ).toThrow()
  })

  it('is read back as it was', () => {
    expect(decodeDefinition(wire, 'definition')).toEqual({ definition: most, faults: [] })
  })
})

describe('decodeDefinition', () => {
  const faultsOf = (given: unknown, field: string = ''): readonly string[] =>
    decodeDefinition(given, field).faults.map((fault) => fault.field)

  it('refuses numbers where the wire has texts, and texts where it has numbers', () => {
    const given = {
      name: 'w',
      execution_timeout: 5,
      signal_timeout: 'soon',
      retry_policy: { initial_delay: '5s', max_delay: 1.5 },
      hooks: { on_exit: { task_type: 't', timeout: 7 } },
      tasks: [{ name: 'a', type: 'wait', timeout: 1 }],
    }
    const places = [
      'execution_timeout',
      'signal_timeout',
      'retry_policy.initial_delay',
      'retry_policy.max_delay',
      'hooks.on_exit.timeout',
      'tasks[0].timeout',
    ]
    expect(faultsOf(given).toSorted()).toEqual(places.toSorted())
    expect(faultsOf(given, 'definition').toSorted()).toEqual(
      places.map((place) => `definition.${place}`).toSorted(),
    )
  })

  it('refuses fields the wire does not have, ours among them, wherever they stand', () => {
    const child = { name: 'c', tasks: [{ name: 'b', dependsOn: [] }] }
    const given = {
      name: 'w',
      more: 1,
      hooks: { onExit: {} },
      retry_policy: { maxAttempts: 1 },
      tasks: [{ name: 'a', taskType: 't', child_workflow_def: child, concurrency_keys: [{ max: 1 }] }],
    }
    expect(faultsOf(given).toSorted()).toEqual(
      [
        'hooks.onExit',
        'more',
        'retry_policy.maxAttempts',
        'tasks[0].child_workflow_def.tasks[0].dependsOn',
        'tasks[0].concurrency_keys[0].max',
        'tasks[0].taskType',
      ].toSorted(),
    )
  })

  it('leaves to the client whatever is no definition at all', () => {
    for (const given of [
      null,
      7,
      'x',
      [],
      { tasks: 7 },
      { tasks: [null, 'x'] },
      { hooks: [] },
      { retry_policy: 1 },
    ])
      expect(decodeDefinition(given, '').faults).toEqual([])
    expect(decodeDefinition({ tasks: [null] }, '').definition).toEqual({ tasks: [null] })
  })
})
