import { isPlainObject, type JsonSchema } from '@dureq/types'
import { SHAPE } from '../schemas/shared.ts'

/** The schemas a document refers to by name. */
export interface Components {
  /** The same schema for the document: each named one in it is collected, and a reference in its place. */
  refer(schema: JsonSchema): JsonSchema
  /** What has been collected so far, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/** No components yet. */
export function createComponents(): Components {
  const schemas: Record<string, JsonSchema> = {}

  function refer(schema: JsonSchema): JsonSchema {
    const { title, $defs, [SHAPE]: shape, ...rest } = schema
    for (const named of Object.values($defs ?? {})) refer(named as JsonSchema)
    if (shape !== undefined) return refer(shape as JsonSchema)
    const plain = { ...(walk(rest) as JsonSchema) }
    if (typeof title !== 'string') return plain
    collect(title, plain)
    return { $ref: `#/components/schemas/${title}` }
  }

  /** What is within a schema: schemas, lists and tables of them, and plain values. */
  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(within)
    if (!isPlainObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, within(each, key)]))
  }

  function within(value: unknown, key: unknown): unknown {
    if (key === '$ref') return String(value).replace('#/$defs/', '#/components/schemas/')
    if (!isPlainObject(value)) return walk(value)
    return key === 'properties' ? walkTable(value) : refer(value as JsonSchema)
  }

  /** A table may have a member of any name, also of a keyword's. */
  function walkTable(table: object): JsonSchema {
    return Object.fromEntries(Object.entries(table).map(([name, each]) => [name, refer(each as JsonSchema)]))
  }

  function collect(name: string, schema: JsonSchema): void {
    const known = schemas[name]
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new TypeError(`two schemas have the name ${name}`)
    schemas[name] = schema
  }

  return { refer, schemas }
}
