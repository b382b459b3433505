import type { JsonSchema } from '@dureq/types'

/** A text. */
export const text: JsonSchema = { type: 'string' }

/** A whole number. */
export const integer: JsonSchema = { type: 'integer' }

/** A list of texts. */
export const texts: JsonSchema = { type: 'array', items: text }

/** An object whose members are all texts. */
export const textMap: JsonSchema = { type: 'object', additionalProperties: text }

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
  items: object({ key: text }, { max_concurrency: integer }),
}
