import { defineTask, ValidationError, type WorkflowDefinition } from '@dureq/types'
import { describe, expect, test } from 'vitest'
import { defineWorkflow } from './define-workflow.ts'
import { resolveWorkflow } from './resolve.ts'

const validate = defineTask({ type: 'order.validate', timeout: '30s' })
const charge = defineTask({ type: 'order.charge' })
const pack = defineTask({ type: 'order.pack' })

const shipping = defineWorkflow('shipping').task('pack', pack)

const order = defineWorkflow('order', { executionTimeout: '1h', onTaskFailure: 'finish' })
  .task('validate', validate, { payload: { strict: true } })
  .task('charge', charge, { dependsOn: ['validate'], resultFrom: 'validate', allowFailure: true })
  .wait('approved', { dependsOn: ['charge'], signal: 'approval', timeout: '2d' })
  .condition('amount', 'order.amount', {
    dependsOn: ['approved'],
    routes: { 0: 'review', 1: 'split' },
    maxIterations: 3,
  })
  .task('review', 'order.review', { dependsOn: ['amount'], priority: 2, resultReuse: 'never' })
  .subflow('split', 'order.split', { dependsOn: ['amount'] })
  .child('ship', shipping, { dependsOn: ['split', 'review'] })

const plain: WorkflowDefinition = {
  name: 'order',
  executionTimeout: '1h',
  onTaskFailure: 'finish',
  tasks: [
    { name: 'validate', taskType: 'order.validate', payload: { strict: true } },
    {
      name: 'charge',
      taskType: 'order.charge',
      dependsOn: ['validate'],
      resultFrom: 'validate',
      allowFailure: true,
    },
    { name: 'approved', type: 'wait', dependsOn: ['charge'], signal: 'approval', timeout: '2d' },
    {
      name: 'amount',
      type: 'condition',
      taskType: 'order.amount',
      dependsOn: ['approved'],
      conditionRoutes: { 0: 'review', 1: 'split' },
      maxIterations: 3,
    },
    { name: 'review', taskType: 'order.review', dependsOn: ['amount'], priority: 2, resultReuse: 'never' },
    { name: 'split', type: 'subflow', taskType: 'order.split', dependsOn: ['amount'] },
    {
      name: 'ship',
      childWorkflowDef: { name: 'shipping', tasks: [{ name: 'pack', taskType: 'order.pack' }] },
      dependsOn: ['split', 'review'],
    },
  ],
}

describe('a builder', () => {
  test('is the plain definition: compared, spread, serialised, resolved', () => {
    expect(order).toEqual(plain)
    expect({ ...order }).toStrictEqual({ ...plain, tasks: order.tasks })
    expect(JSON.parse(JSON.stringify(order))).toStrictEqual(plain)
    expect(resolveWorkflow(order)).toEqual(resolveWorkflow(plain))
  })

  test('builds the stored form', () => {
    expect(order.build()).toEqual(resolveWorkflow(plain).definition)
  })

  test('is never changed: every call gives a new one', () => {
    const begun = defineWorkflow('x').task('a', validate)
    const one = begun.task('b', charge)
    const other = begun.task('c', charge)
    expect(begun.tasks.map(({ name }) => name)).toEqual(['a'])
    expect(one.tasks.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(other.tasks.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(Object.isFrozen(begun)).toBe(true)
  })

  test('has routes of a wait in the field of the definition', () => {
    const waiting = defineWorkflow('x')
      .wait('w', { signal: 's', timeout: 5, routes: { 0: 'came', 1: 'w' } })
      .task('came', validate, { dependsOn: ['w'] })
    expect(waiting.build().tasks[0]).toEqual({
      name: 'w',
      type: 'wait',
      signal: 's',
      timeout: 5,
      conditionRoutes: { 0: 'came', 1: 'w' },
    })
  })

  test('is checked whole when it is built, with all faults at once', () => {
    const wrong = defineWorkflow('')
      .task('a', validate)
      .condition('if', 'choose', { dependsOn: ['a'], routes: { 0: 'nowhere' } })
    let faults: readonly string[] = []
    try {
      wrong.build()
    } catch (error) {
      if (ValidationError.is(error)) faults = error.fields.map(({ field }) => field)
    }
    expect(faults).toEqual(['name', 'tasks[1].conditionRoutes["0"]'])
  })
})
