import { SizeLimitError, ValidationError } from './errors/validation-error.ts'
import { writeCheckedJson } from './json-checked.ts'

/** A value JSON can express. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue }

/** The text of a JSON value. What a user hands in becomes text once and travels as text from then on. */
export type JsonText = string

/**
 * Turns what a user handed in into JSON text, and refuses what JSON would silently lose or change: functions,
 * symbols, BigInt, NaN and Infinity, Map and Set, undefined (except as a member, which counts as absent),
 * invalid dates and circles. Objects with `toJSON`, such as Date, are written as it says.
 *
 * @param field how errors name the value: `payload`, `output`, ...
 * @param limitBytes largest size of the text in UTF-8 bytes; without it there is no limit.
 * @throws ValidationError naming the path inside the value that cannot be written.
 * @throws SizeLimitError naming field, size and limit.
 */
export function toJsonText(value: unknown, field: string, limitBytes: number = Infinity): JsonText {
  const text = isOrdinary(value, 0) ? JSON.stringify(value) : writeCheckedJson(value, field)
  // A UTF-16 unit is at most 3 bytes of UTF-8: most texts need no counting.
  if (text.length * 3 > limitBytes) checkSize(text, field, limitBytes)
  return text
}

/**
 * The value of a JSON text.
 *
 * @throws ValidationError naming `field` when the text is not JSON.
 */
export function parseJsonText(text: JsonText, field: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new ValidationError([{ field, problem: 'is not valid JSON' }], { cause })
  }
}

/** Deeper values take the careful way, which also finds circles. */
const ORDINARY_DEPTH = 64

/**
 * Whether JSON.stringify certainly writes a value without losing anything. It may say no to a good value (that
 * one is written the careful way, several times slower), never yes to a bad one.
 */
function isOrdinary(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (depth < ORDINARY_DEPTH && isOrdinaryObject(value, depth + 1))
    case 'undefined':
    case 'bigint':
    case 'function':
    case 'symbol':
      return false
  }
}

function isOrdinaryObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) return isOrdinaryArray(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const members = value as Record<string, unknown>
  if (typeof members.toJSON === 'function') return false
  for (const name in members) {
    const member = members[name]
    if (member !== undefined && !isOrdinary(member, depth)) return false
  }
  return true
}

function isOrdinaryArray(array: readonly unknown[], depth: number): boolean {
  // Not `every`: it passes over holes, which JSON would write as null.
  for (let i = 0; i < array.length; i++) if (!isOrdinary(array[i], depth)) return false
  return !('toJSON' in array)
}

function checkSize(text: string, field: string, limitBytes: number): void {
  const size = Buffer.byteLength(text)
  if (size > limitBytes) throw new SizeLimitError(field, size, limitBytes)
}
