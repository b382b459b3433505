import { Ajv } from 'ajv'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Fault, ValidationError } from './errors/validation-error.ts'
import { fieldPath } from './field-path.ts'

/**
 * A JSON Schema, as an object: of draft 2020-12, or of draft 7 if its `$schema` says so. Its `format` is an
 * annotation and not checked; keywords it does not know are ignored, as the specification asks.
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  /** Marks what is a Standard Schema and therefore no JSON Schema. */
  readonly '~standard'?: never
}

/**
 * Checks a value against a JSON Schema. A schema is compiled when it is first used and kept as long as the schema
 * object lives.
 *
 * @param field how the error names the value.
 * @throws ValidationError naming every place in the value that does not fit, or `field` when the schema itself is
 *   wrong.
 */
export function checkJsonSchema(schema: JsonSchema, value: unknown, field: string): void {
  const validate = validatorOf(schema, field)
  if (!validate(value))
    throw new ValidationError((validate.errors ?? []).map((error) => faultOf(error, field)))
}

const validators: WeakMap<JsonSchema, ValidateFunction> = new WeakMap()

function validatorOf(schema: JsonSchema, field: string): ValidateFunction {
  let validate = validators.get(schema)
  if (validate === undefined) {
    validate = compile(schema, field)
    validators.set(schema, validate)
  }
  return validate
}

/** Each schema has a compiler of its own, so that two with the same `$id` do not meet. */
function compile(schema: JsonSchema, field: string): ValidateFunction {
  const options = { allErrors: true, strict: false, validateFormats: false, logger: false } as const
  const { $schema } = schema
  const draft7 = typeof $schema === 'string' && $schema.includes('draft-07')
  try {
    return (draft7 ? new Ajv(options) : new Ajv2020(options)).compile(schema)
  } catch (cause) {
    throw new ValidationError([{ field, problem: `has a schema that is wrong: ${String(cause)}` }], { cause })
  }
}

/** A fault stands where the value is wrong; for one that lacks or has a member too many, that is the member. */
function faultOf(error: ErrorObject, field: string): Fault {
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer)
  const { missingProperty, additionalProperty } = error.params as Record<string, unknown>
  if (typeof missingProperty === 'string') {
    return { field: fieldPath(field, [...keys, missingProperty]), problem: 'is missing' }
  }
  if (typeof additionalProperty === 'string') {
    return { field: fieldPath(field, [...keys, additionalProperty]), problem: 'is not expected' }
  }
  return { field: fieldPath(field, keys), problem: error.message ?? `does not fit ${error.keyword}` }
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}
