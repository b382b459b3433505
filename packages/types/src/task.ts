import { Faults } from './faults.ts'
import type { JsonValue } from './json.ts'
import type { JsonSchema } from './json-schema.ts'
import { checkTaskType } from './names.ts'
import { applySchema, type Schema } from './schema.ts'
import type { StandardSchemaV1 } from './standard-schema.ts'
import { resolveTaskOptions, type TaskOptions } from './task-options.ts'

/**
 * A kind of work: its name, what goes in and what comes out. Client and worker share it.
 *
 * `Input` is what `enqueue` takes and what is stored. `Payload` is what the payload schema makes of it, and what
 * the handler gets. `Result` is what the handler returns, what is stored and what a waiting caller gets: the
 * result schema checks it and changes nothing.
 */
export interface Task<Input = JsonValue, Payload = Input, Result = JsonValue> extends TaskOptions {
  readonly type: string
  readonly payload?: Schema
  readonly result?: Schema
  /** Exists for the compiler only. */
  readonly '~types'?: { readonly input: Input; readonly payload: Payload; readonly result: Result }
}

/** What `defineTask` takes. */
export interface TaskDefinition<PayloadSchema, ResultSchema> extends TaskOptions {
  /** The task type: its name everywhere. At most 200 characters; no pattern. */
  readonly type: string
  /** Describes the payload. It runs at enqueue and before the handler. Default: any JSON. */
  readonly payload?: PayloadSchema
  /** Describes what the handler returns. Default: any JSON, or nothing. */
  readonly result?: ResultSchema
}

/** What goes into a schema; any JSON where there is none, or a JSON Schema. */
type InputOf<S> = S extends StandardSchemaV1<infer Input, unknown> ? Input : JsonValue

/** What comes out of a schema. */
type OutputOf<S> = S extends StandardSchemaV1<unknown, infer Output> ? Output : JsonValue

/**
 * Defines a task whose schemas are JSON Schemas or absent. Name the types, since a JSON Schema does not tell them:
 * `defineTask<{ to: string }, { id: string }>({ type: 'email.send' })`.
 *
 * @throws ValidationError naming every fault of the definition. Schemas are not looked at before they are used.
 */
export function defineTask<Payload = JsonValue, Result = JsonValue>(
  definition: TaskDefinition<JsonSchema, JsonSchema>,
): Task<Payload, Payload, Result>
/**
 * Defines a task with a Standard Schema for its payload, its result, or both; the types are those of the schemas.
 *
 * @throws ValidationError naming every fault of the definition.
 */
export function defineTask<
  P extends Schema | undefined = undefined,
  R extends Schema | undefined = undefined,
>(definition: TaskDefinition<P, R>): Task<InputOf<P>, OutputOf<P>, InputOf<R>>
export function defineTask(definition: TaskDefinition<Schema, Schema>): Task<unknown, unknown, unknown> {
  const faults = new Faults()
  checkTaskType(definition.type, 'type', faults)
  resolveTaskOptions(definition, faults)
  faults.throwIfAny()
  return { ...definition }
}

/**
 * What the payload schema of a task makes of a stored payload: what its handler gets. Run at enqueue too, where
 * only its errors matter. A promise only if the schema is asynchronous.
 *
 * @throws ValidationError (or rejects with it) naming every path that does not fit, as `payload.items[0].to`.
 */
export function validatePayload<Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  value: unknown,
): Payload | Promise<Payload> {
  return applySchema(task.payload, value, 'payload') as Payload | Promise<Payload>
}

/**
 * Passes when what a handler returned fits the result schema of its task. A promise only if the schema is
 * asynchronous.
 *
 * @throws ValidationError (or rejects with it) naming every path that does not fit, as `result.id`.
 */
export function validateResult<Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  value: unknown,
): void | Promise<void> {
  const checked = applySchema(task.result, value, 'result')
  if (checked instanceof Promise) return checked.then(() => undefined)
}
