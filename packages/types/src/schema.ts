import { ValidationError } from './errors/validation-error.ts'
import { fieldPath } from './field-path.ts'
import { checkJsonSchema, type JsonSchema } from './json-schema.ts'
import type { StandardIssue, StandardResult, StandardSchemaV1 } from './standard-schema.ts'

/** What describes a payload or result: any Standard Schema, or a JSON Schema. */
export type Schema = StandardSchemaV1 | JsonSchema

/**
 * Checks a value against a schema and returns what the schema makes of it: the output of a Standard Schema, the
 * value itself for a JSON Schema or without a schema. A promise only if the schema answers with one.
 *
 * @param field how the error names the value.
 * @throws ValidationError (or rejects with it) naming every place in the value that does not fit.
 */
export function applySchema(schema: Schema | undefined, value: unknown, field: string): unknown {
  if (schema === undefined) return value
  if (!isStandardSchema(schema)) {
    checkJsonSchema(schema, value, field)
    return value
  }
  const result = schema['~standard'].validate(value)
  return isPromise(result) ? result.then((late) => outputOf(late, field)) : outputOf(result, field)
}

function isStandardSchema(schema: Schema): schema is StandardSchemaV1 {
  return '~standard' in schema
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise
}

function outputOf(result: StandardResult<unknown>, field: string): unknown {
  if (result.issues === undefined) return result.value
  throw new ValidationError(
    result.issues.map((issue) => ({ field: placeOf(issue, field), problem: issue.message })),
  )
}

function placeOf(issue: StandardIssue, field: string): string {
  const keys = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step))
  return fieldPath(field, keys)
}
