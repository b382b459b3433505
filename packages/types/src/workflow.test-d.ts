import { expectTypeOf, test } from 'vitest'
import type { WorkflowDefinition, WorkflowTask, WorkflowTaskType } from './workflow.ts'

test('a definition reads as it is written', () => {
  const definition: WorkflowDefinition = {
    name: 'order',
    executionTimeout: '1h',
    hooks: { onExit: { taskType: 'order.clean' } },
    tasks: [
      { name: 'validate', taskType: 'order.validate' },
      { name: 'approved', type: 'wait', signal: 'approval', timeout: '2d', dependsOn: ['validate'] },
      {
        name: 'amount',
        type: 'condition',
        taskType: 'order.amount',
        conditionRoutes: { 0: 'review', 1: 'ship' },
        dependsOn: ['approved'],
      },
      {
        name: 'review',
        taskType: 'order.review',
        resultFrom: 'validate',
        concurrencyKeys: [{ key: 'review' }],
      },
      { name: 'ship', childWorkflowDef: { name: 'shipping', tasks: [] }, allowFailure: true },
      { name: 'split', type: 'subflow', taskType: 'order.split' },
    ],
  }
  expectTypeOf(definition.tasks).toEqualTypeOf<readonly WorkflowTask[]>()
})

test('the kinds of tasks are those of the list', () => {
  expectTypeOf<NonNullable<WorkflowTask['type']>>().toEqualTypeOf<WorkflowTaskType>()
})

test('each kind of task has what it needs and nothing else', () => {
  expectTypeOf<{ name: 'a' }>().not.toExtend<WorkflowTask>()
  expectTypeOf<{ name: 'a'; type: 'condition'; taskType: 't' }>().not.toExtend<WorkflowTask>()
  expectTypeOf<{
    name: 'a'
    taskType: 't'
    childWorkflowDef: WorkflowDefinition
  }>().not.toExtend<WorkflowTask>()
  expectTypeOf<{ name: 'a'; type: 'wait'; taskType: 't' }>().not.toExtend<WorkflowTask>()
})
