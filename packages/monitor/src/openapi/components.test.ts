import { expect, it } from 'vitest'
import { named, object, readByCodec, text } from '../schemas/shared.ts'
import { createComponents } from './components.ts'

it('puts a reference in the place of each schema with a name, wherever it stands', () => {
  const { refer, schemas } = createComponents()
  const inner = named('Inner', object({ id: text }))
  const outer = named('Outer', object({ title: text, list: { type: 'array', items: inner } }, { one: inner }))
  expect(refer({ anyOf: [outer, { type: 'null' }] })).toEqual({
    anyOf: [{ $ref: '#/components/schemas/Outer' }, { type: 'null' }],
  })
  const reference = { $ref: '#/components/schemas/Inner' }
  expect(schemas).toMatchObject({
    Inner: { type: 'object', properties: { id: text } },
    Outer: { properties: { title: text, list: { type: 'array', items: reference }, one: reference } },
  })
  expect(schemas['Inner']).not.toHaveProperty('title')
})

it('resolves what a schema brings along, also when that has itself within', () => {
  const { refer, schemas } = createComponents()
  const own = { $ref: '#/$defs/Tree' }
  const tree = named('Tree', object({}, { below: own }))
  expect(refer({ type: 'array', items: own, $defs: { Tree: tree } })).toEqual({
    type: 'array',
    items: { $ref: '#/components/schemas/Tree' },
  })
  expect(schemas['Tree']).toMatchObject({ properties: { below: { $ref: '#/components/schemas/Tree' } } })
})

it('shows what a codec reads as what it has to be', () => {
  expect(createComponents().refer({ type: 'object', ...readByCodec(object({ id: text })) })).toEqual(
    object({ id: text }),
  )
})

it('refuses two schemas of one name', () => {
  const { refer } = createComponents()
  refer(named('A', text))
  refer(named('A', text))
  expect(() => refer(named('A', { type: 'integer' }))).toThrow('two schemas have the name A')
})
