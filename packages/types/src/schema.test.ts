import { describe, expect, test } from 'vitest'
import { ValidationError } from './errors/validation-error.ts'
import { applySchema, type Schema } from './schema.ts'
import type { StandardResult, StandardSchemaV1 } from './standard-schema.ts'

/** A Standard Schema as a library would make it. */
function standard<Input, Output>(
  validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>,
): StandardSchemaV1<Input, Output> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

const toDate = standard<{ at: string }, { at: Date }>((value) => ({
  value: { at: new Date((value as { at: string }).at) },
}))

const never = standard(() => ({
  issues: [
    { message: 'must be a text', path: ['to'] },
    { message: 'must be a number', path: ['items', { key: 0 }, 'n'] },
    { message: 'is wrong' },
  ],
}))

describe('a Standard Schema', () => {
  test('gives its output', () => {
    expect(applySchema(toDate, { at: '2026-03-11T00:00:00Z' }, 'payload')).toEqual({
      at: new Date('2026-03-11T00:00:00Z'),
    })
  })

  test('refuses with the path of every issue', () => {
    expect(faultsOf(never, {})).toEqual([
      { field: 'payload.to', problem: 'must be a text' },
      { field: 'payload.items[0].n', problem: 'must be a number' },
      { field: 'payload', problem: 'is wrong' },
    ])
  })

  test('may be asynchronous', async () => {
    const late = (schema: StandardSchemaV1): StandardSchemaV1 =>
      standard(async (value) => schema['~standard'].validate(value))
    await expect(applySchema(late(toDate), { at: 0 }, 'payload')).resolves.toEqual({ at: new Date(0) })
    await expect(applySchema(late(never), {}, 'payload')).rejects.toThrow(ValidationError)
  })

  test('may be a function', () => {
    const callable = Object.assign(() => undefined, toDate)
    expect(applySchema(callable, { at: 0 }, 'payload')).toEqual({ at: new Date(0) })
  })
})

describe('a JSON Schema', () => {
  const schema = {
    type: 'object',
    properties: {
      to: { type: 'string', format: 'email' },
      items: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'integer' } } } },
    },
    required: ['to'],
    additionalProperties: false,
  }

  test('gives the value itself, unchanged', () => {
    const value = { to: 'not checked: format is an annotation', items: [] }
    expect(applySchema(schema, value, 'payload')).toBe(value)
  })

  test('refuses with the path of every fault', () => {
    expect(faultsOf(schema, { items: [{ 'a/b': 1.5 }], extra: 1 })).toEqual([
      { field: 'payload.to', problem: 'is missing' },
      { field: 'payload.extra', problem: 'is not expected' },
      { field: 'payload.items[0]["a/b"]', problem: 'must be integer' },
    ])
  })

  test('may be of draft 7 or of draft 2020-12', () => {
    const items = [{ type: 'string' }]
    const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#', items }
    const draft2020 = { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: items }
    for (const tuple of [draft7, draft2020]) {
      expect(faultsOf(tuple, ['a'])).toEqual([])
      expect(faultsOf(tuple, [1])).toEqual([{ field: 'payload[0]', problem: 'must be string' }])
    }
  })

  test('that is wrong itself is refused when it is used', () => {
    expect(faultsOf({ type: 'text' }, 'a')).toEqual([
      { field: 'payload', problem: expect.stringContaining('has a schema that is wrong') },
    ])
  })

  test('may have the $id of another', () => {
    expect(faultsOf({ $id: 'same', type: 'string' }, 'a')).toEqual([])
    expect(faultsOf({ $id: 'same', type: 'number' }, 1)).toEqual([])
  })
})

test('without a schema every value fits', () => {
  expect(applySchema(undefined, 5, 'payload')).toBe(5)
})

function faultsOf(schema: Schema, value: unknown): unknown {
  try {
    applySchema(schema, value, 'payload')
    return []
  } catch (error) {
    return (error as ValidationError).fields
  }
}
