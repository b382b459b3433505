import type { JsonSchema } from '@dureq/types'

/** A text. */
export const text: JsonSchema = { type: 'string' }

/** A whole number. */
export const integer: JsonSchema = { type: 'integer' }

/** A list of texts. */
export const texts: JsonSchema = { type: 'array', items: text }

/** An object whose members are all texts. */
export const textMap: JsonSchema = { type: 'object', additionalProperties: text }

/**
 * Marks what a user has handed in, or a member of it at a path: the redaction rules hold for it, wherever it stands in an
 * answer. A member that is any JSON must be marked.
 */
export function asUserData(schema: JsonSchema, ...path: readonly string[]): JsonSchema {
  return { ...schema, [USER_DATA]: path }
}

/** The keyword of that mark. */
export const USER_DATA = 'x-user-data'

/** Any JSON a user has handed in. */
export const userData: JsonSchema = asUserData({})

/** Texts by name a user has handed in. */
export const userTexts: JsonSchema = asUserData(textMap)

/** A moment, RFC 3339. */
export const instant: JsonSchema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$',
}

/** A length of time as Go writes it. */
export const goDuration: JsonSchema = {
  type: 'string',
  pattern: '^-?(\\d+(\\.\\d+)?(h|m|s|ms|\\u00b5s|ns))+$',
}

/** Gives a schema the name under which documents refer to it; there is one of each name. */
export function named(name: string, schema: JsonSchema): JsonSchema {
  return { title: name, ...schema }
}

/**
 * A value that is read by its codec, which tells every fault in it at once: it passes whatever it is, and documents show
 * what it has to be.
 */
export function readByCodec(shape: JsonSchema): JsonSchema {
  return { [SHAPE]: shape }
}

/** The keyword that holds what such a value has to be. */
export const SHAPE = 'x-shape'

/** Members by name. */
type Members = Readonly<Record<string, JsonSchema>>

/** An object that has the members of `required`, may have those of `optional`, and no others. */
export function object(required: Members, optional: Members = {}): JsonSchema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  }
}

/** The concurrency keys of a job. */
export const concurrencyKeys: JsonSchema = {
  type: 'array',
  items: named('ConcurrencyKey', object({ key: text }, { max_concurrency: integer })),
}
