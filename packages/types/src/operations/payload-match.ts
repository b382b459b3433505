import type { JsonText, JsonValue } from '../json.ts'
import type { SearchQuery } from './history.ts'

/** Whether a payload holds the value that is looked for, at the end of the path: equal in type and value. */
export function payloadHolds(
  payload: JsonText,
  { path, value }: Pick<SearchQuery, 'path' | 'value'>,
): boolean {
  let found: JsonValue | undefined = JSON.parse(payload) as JsonValue
  for (const part of path) {
    found = partOf(found, part)
    if (found === undefined) return false
  }
  return isSameJson(found, value)
}

/** A member by its name, or an item by its place. */
function partOf(value: JsonValue, part: string | number): JsonValue | undefined {
  if (Array.isArray(value))
    return typeof part === 'number' ? (value as readonly JsonValue[])[part] : undefined
  if (typeof value !== 'object' || value === null || typeof part === 'number') return undefined
  return Object.hasOwn(value, part) ? (value as Readonly<Record<string, JsonValue>>)[part] : undefined
}

/** Whether two JSON values are equal: lists item by item, objects whatever the order of their members. */
export function isSameJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [ofA, ofB] = [Object.entries(a), b as Readonly<Record<string, JsonValue>>]
  if (ofA.length !== Object.keys(b).length) return false
  return ofA.every(([name, each]) => Object.hasOwn(ofB, name) && isSameJson(each, ofB[name] as JsonValue))
}
