import {
  type ConditionResult,
  defineTask,
  type JsonValue,
  type SubflowResult,
  type Task,
  type UpstreamPayload,
  type WorkflowDefinition,
} from '@dureq/types'
import { expectTypeOf, test } from 'vitest'
import { defineWorkflow } from './define-workflow.ts'
import type { InputArguments, TypedWorkflow, WorkflowInput, WorkflowOutput } from './typed-workflow.ts'

interface Order {
  readonly id: string
}

const validate = defineTask<Order, { total: number }>({ type: 'order.validate' })
const charge = defineTask<UpstreamPayload<{ total: number }, null>, { receipt: string }>({
  type: 'order.charge',
})
const chargeIn = defineTask<UpstreamPayload<{ total: number }, { currency: 'eur' | 'yen' }>>({
  type: 'order.charge',
})
const email = defineTask<{ to: string }, { sent: boolean }>({ type: 'email.send' })
const note = defineTask<{ text: string } | null>({ type: 'note.add' })
const amount = defineTask<UpstreamPayload<{ total: number }, null>, ConditionResult>({ type: 'order.amount' })
const split = defineTask<Order, SubflowResult>({ type: 'order.split' })
const anything = defineTask({ type: 'anything' })

const begun = defineWorkflow('order').task('validate', validate)

test('the input is what the roots without a payload take, the output what the last tasks return', () => {
  expectTypeOf<WorkflowInput<typeof begun>>().toEqualTypeOf<Order>()
  expectTypeOf<WorkflowOutput<typeof begun>>().toEqualTypeOf<{ total: number }>()

  const order = begun
    .task('charge', charge, { dependsOn: ['validate'], resultFrom: 'validate' })
    .task('email', email, { dependsOn: ['validate'], payload: { to: 'a@example.com' } })
  expectTypeOf<WorkflowInput<typeof order>>().toEqualTypeOf<Order>()
  expectTypeOf<WorkflowOutput<typeof order>>().toEqualTypeOf<{ receipt: string } | { sent: boolean }>()
  expectTypeOf(order.build()).toExtend<TypedWorkflow<Order, { receipt: string } | { sent: boolean }>>()
})

test('several roots need what each of them takes', () => {
  const both = begun.task('email', email)
  expectTypeOf<WorkflowInput<typeof both>>().toEqualTypeOf<Order & { to: string }>()
  const own = begun.task('email', email, { payload: { to: 'a' } })
  expectTypeOf<WorkflowInput<typeof own>>().toEqualTypeOf<Order>()
  const named = defineWorkflow<{ at: string }>('named').task('anything', anything)
  expectTypeOf<WorkflowInput<typeof named>>().toEqualTypeOf<{ at: string }>()
})

test('a builder is a definition, and every definition is a typed workflow', () => {
  expectTypeOf(begun).toExtend<WorkflowDefinition>()
  expectTypeOf<WorkflowDefinition>().toExtend<TypedWorkflow>()
  expectTypeOf<WorkflowInput<WorkflowDefinition>>().toEqualTypeOf<JsonValue>()
  expectTypeOf<WorkflowOutput<WorkflowDefinition>>().toEqualTypeOf<JsonValue>()
})

test('a client infers both', () => {
  const start = <Input, Output>(
    _workflow: TypedWorkflow<Input, Output>,
    ..._input: InputArguments<Input>
  ): Output => undefined as Output
  expectTypeOf(start(begun, { id: '1' })).toEqualTypeOf<{ total: number }>()
  start(defineWorkflow('free').task('anything', anything))
  start({ name: 'plain', tasks: [] }, 5)
  // @ts-expect-error the input is needed
  start(begun)
  // @ts-expect-error the input is an order
  start(begun, { id: 1 })
})

test('names are those of tasks defined before, each once', () => {
  // @ts-expect-error no such task
  begun.task('charge', charge, { dependsOn: ['validated'], resultFrom: 'validated' })
  // @ts-expect-error resultFrom is one of dependsOn
  begun.task('note', note).task('charge', charge, { dependsOn: ['note'], resultFrom: 'validate' })
  // @ts-expect-error there is a task of this name
  begun.task('validate', validate)
  const isOne = { type: 'upstream_output', task: 'validate', path: 'total', expected: '1' } as const
  begun.task('note', note, { dependsOn: ['validate'], preconditions: [isOne] })
  // @ts-expect-error a precondition looks at one of dependsOn
  begun.task('note', note, { preconditions: [isOne] })
  // @ts-expect-error an unknown setting
  begun.task('note', note, { dependOn: ['validate'] })
})

test('a task gets a payload it takes', () => {
  // @ts-expect-error `to` is a text
  begun.task('email', email, { payload: { to: 5 } })
  // @ts-expect-error it does not get the input, so it needs a payload
  begun.task('email', email, { dependsOn: ['validate'] })
  begun.task('note', note, { dependsOn: ['validate'] })
  begun.task('anything', anything, { dependsOn: ['validate'] })
  begun.task('anything', 'any.type', { dependsOn: ['validate'], payload: { a: [1] } })
  // @ts-expect-error a function is no JSON
  begun.task('anything', anything, { dependsOn: ['validate'], payload: { a: () => 1 } })
})

test('a task with resultFrom takes what that task returns', () => {
  const from = { dependsOn: ['validate'], resultFrom: 'validate' } as const
  begun.task('charge', chargeIn, { ...from, payload: { currency: 'yen' } })
  begun.task('anything', anything, from)
  // @ts-expect-error the payload is needed
  begun.task('charge', chargeIn, from)
  // @ts-expect-error no such currency
  begun.task('charge', chargeIn, { ...from, payload: { currency: 'x' } })
  // @ts-expect-error it takes no envelope
  begun.task('email', email, from)
  const mailed = begun.task('email', email)
  // @ts-expect-error the email returns something else
  mailed.task('charge', charge, { dependsOn: ['email'], resultFrom: 'email' })
})

test('a condition returns a route, a subflow tasks', () => {
  const chosen = begun.condition('amount', amount, {
    dependsOn: ['validate'],
    resultFrom: 'validate',
    routes: { 0: 'review', 1: 'validate' },
    maxIterations: 5,
  })
  const reviewed = chosen.task('review', note, { dependsOn: ['amount'] })
  expectTypeOf<WorkflowOutput<typeof reviewed>>().toEqualTypeOf<JsonValue>()
  begun.condition('c', anything, { dependsOn: ['validate'], routes: { 0: 'review' } })
  // @ts-expect-error no routes
  begun.condition('c', anything, { dependsOn: ['validate'] })
  // @ts-expect-error it returns no route
  begun.condition('c', email, { payload: { to: '' }, routes: { 0: 'review' } })

  const open = defineWorkflow('open').subflow('split', split)
  expectTypeOf<WorkflowOutput<typeof open>>().toEqualTypeOf<JsonValue>()
  // @ts-expect-error it returns no tasks
  begun.subflow('s', email, { payload: { to: '' } })
})

test('a child takes its input and returns its output', () => {
  const shipping = defineWorkflow('shipping').task('email', email)
  const order = begun.child('ship', shipping, { dependsOn: ['validate'], payload: { to: 'a' } })
  expectTypeOf<WorkflowOutput<typeof order>>().toEqualTypeOf<{ sent: boolean }>()
  const root = defineWorkflow('parent').child('ship', shipping)
  expectTypeOf<WorkflowInput<typeof root>>().toEqualTypeOf<{ to: string }>()
  begun.child('plain', { name: 'plain', tasks: [{ name: 'a', taskType: 'a' }] }, { dependsOn: ['validate'] })
  // @ts-expect-error the input of the child is needed
  begun.child('ship', shipping, { dependsOn: ['validate'] })
  // @ts-expect-error no input of the child
  begun.child('ship', shipping, { dependsOn: ['validate'], payload: { to: 1 } })
})

test('a wait waits for something', () => {
  const waiting = begun.wait('approved', { dependsOn: ['validate'], signal: 'approval', timeout: '2d' })
  expectTypeOf<WorkflowOutput<typeof waiting>>().toEqualTypeOf<JsonValue>()
  begun.wait('later', { timeout: 5_000 })
  begun.wait('either', { signal: 's', timeout: '1h', routes: { 0: 'came', 1: 'late' } })
  // @ts-expect-error for nothing
  begun.wait('nothing', { dependsOn: ['validate'] })
  // @ts-expect-error routes choose between signal and time
  begun.wait('either', { signal: 's', routes: { 0: 'came' } })
  // @ts-expect-error there are two routes
  begun.wait('either', { signal: 's', timeout: '1h', routes: { 2: 'came' } })
})

test('settings of the workflow', () => {
  defineWorkflow('order', { executionTimeout: '1h', hooks: { onExit: { taskType: 'order.clean' } } })
  // @ts-expect-error no setting
  defineWorkflow('order', { timeout: '1h' })
  expectTypeOf(anything).toEqualTypeOf<Task>()
})
