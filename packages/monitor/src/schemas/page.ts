import type { JsonSchema } from '@dureq/types'
import { object, text } from './shared.ts'

/** Query parameters that may be given, and no others: what has no effect is refused, not ignored. */
export function query(...names: readonly string[]): JsonSchema {
  return object({}, Object.fromEntries(names.map((name) => [name, text])))
}

/** One page of rows. */
export function page(row: JsonSchema): JsonSchema {
  return object(
    {
      data: { type: 'array', items: row },
      total: { type: 'integer', minimum: 0 },
      total_exact: { type: 'boolean' },
    },
    { cursor: text },
  )
}
