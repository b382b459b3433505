import { expectTypeOf, test } from 'vitest'
import type { JsonValue } from './json.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'
import { defineTask, type Task, validatePayload } from './task.ts'

declare const email: StandardSchemaV1<{ to: string; at?: string }, { to: string; at: Date }>
declare const sent: StandardSchemaV1<{ id: string }>

test('a Standard Schema tells the types', () => {
  const task = defineTask({ type: 'email.send', payload: email, result: sent, timeout: '30s' })
  expectTypeOf(task).toEqualTypeOf<
    Task<{ to: string; at?: string }, { to: string; at: Date }, { id: string }>
  >()
  expectTypeOf(validatePayload(task, {})).toEqualTypeOf<
    { to: string; at: Date } | Promise<{ to: string; at: Date }>
  >()
})

test('either schema may be left out, or be a JSON Schema', () => {
  expectTypeOf(defineTask({ type: 'a', payload: email })).toEqualTypeOf<
    Task<{ to: string; at?: string }, { to: string; at: Date }, JsonValue>
  >()
  expectTypeOf(defineTask({ type: 'a', result: sent })).toEqualTypeOf<
    Task<JsonValue, JsonValue, { id: string }>
  >()
  expectTypeOf(defineTask({ type: 'a', payload: { type: 'object' }, result: sent })).toEqualTypeOf<
    Task<JsonValue, JsonValue, { id: string }>
  >()
})

test('without a Standard Schema it is JSON, unless the types are named', () => {
  expectTypeOf(defineTask({ type: 'a' })).toEqualTypeOf<Task<JsonValue, JsonValue, JsonValue>>()
  expectTypeOf(defineTask({ type: 'a', payload: { type: 'object' } })).toEqualTypeOf<Task>()
  expectTypeOf(defineTask<{ to: string }>({ type: 'a' })).toEqualTypeOf<
    Task<{ to: string }, { to: string }, JsonValue>
  >()
  expectTypeOf(
    defineTask<{ to: string }, { id: string }>({ type: 'a', payload: { type: 'object' } }),
  ).toEqualTypeOf<Task<{ to: string }, { to: string }, { id: string }>>()
})

test('what is no definition is refused', () => {
  // @ts-expect-error a task needs a type
  defineTask({})
  // @ts-expect-error an unknown option
  defineTask({ type: 'a', retries: 3 })
  // @ts-expect-error named types and a schema that tells others
  defineTask<{ to: number }>({ type: 'a', payload: email })
  // @ts-expect-error a text is no schema
  defineTask({ type: 'a', payload: 'object' })
})

test('a task infers the payload it is enqueued with', () => {
  const enqueue = <Input, Payload, Result>(
    _task: Task<Input, Payload, Result>,
    _input: NoInfer<Input>,
  ): Result => undefined as Result
  const task = defineTask({ type: 'email.send', payload: email, result: sent })
  expectTypeOf(enqueue(task, { to: 'a' })).toEqualTypeOf<{ id: string }>()
  // @ts-expect-error `to` is a text
  enqueue(task, { to: 5 })
})
