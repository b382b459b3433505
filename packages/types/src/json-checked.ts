import { ValidationError } from './errors/validation-error.ts'

/**
 * The careful way to JSON text: exact about everything JSON.stringify would lose or change, and able to name the
 * path of what is wrong. Several times slower than JSON.stringify alone, so only values that may be faulty come
 * here.
 *
 * @throws ValidationError as `toJsonText` does.
 */
export function writeCheckedJson(value: unknown, field: string): string {
  try {
    return JSON.stringify(value, createReplacer(field))
  } catch (error) {
    if (ValidationError.is(error)) throw error
    const reason = error instanceof RangeError ? 'it is nested too deeply' : String(error)
    throw new ValidationError([{ field, problem: `cannot be written as JSON: ${reason}` }], { cause: error })
  }
}

/** An object that is being written, and where it stands. */
interface Open {
  readonly object: unknown
  readonly path: string
}

/**
 * A replacer that changes nothing and throws at the first fault. JSON.stringify calls it for every value, with
 * the object that holds it as `this`; the objects from the root down to that one are kept in `open`.
 */
function createReplacer(field: string): (this: unknown, key: string, value: unknown) => unknown {
  const open: Open[] = []
  return function replace(key, value) {
    while (open.length > 0 && open[open.length - 1]?.object !== this) open.pop()
    const holder = open[open.length - 1]
    const path = holder === undefined ? field : pathInside(holder, key)
    const mayBeAbsent = holder !== undefined && !Array.isArray(this)
    const problem = problemOf(value, mayBeAbsent) ?? problemOfDate(this, key) ?? circleOf(open, value)
    if (problem !== undefined) throw new ValidationError([{ field: path, problem }])
    if (typeof value === 'object' && value !== null) open.push({ object: value, path })
    return value
  }
}

function pathInside(holder: Open, key: string): string {
  return Array.isArray(holder.object) ? `${holder.path}[${key}]` : `${holder.path}.${key}`
}

/** What is wrong with one value. Undefined is fine where it just means that a member is absent. */
function problemOf(value: unknown, mayBeAbsent: boolean): string | undefined {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `is a ${typeof value}, which JSON cannot express`
    case 'bigint':
      return 'is a BigInt, which JSON cannot express: send it as a string'
    case 'number':
      return Number.isFinite(value) ? undefined : `is ${value}, which JSON cannot express`
    case 'undefined':
      return mayBeAbsent ? undefined : 'is undefined, which JSON cannot express here'
    case 'object':
      return problemOfObject(value)
    case 'boolean':
    case 'string':
      return undefined
  }
}

function problemOfObject(value: object | null): string | undefined {
  if (value instanceof Map) return 'is a Map, which JSON would write as {}: send an object or its entries'
  if (value instanceof Set) return 'is a Set, which JSON would write as {}: send an array'
  return undefined
}

/** An invalid date writes itself as null, so it must be seen before it did. */
function problemOfDate(holder: unknown, key: string): string | undefined {
  const original = (holder as Record<string, unknown>)[key]
  return original instanceof Date && Number.isNaN(original.getTime()) ? 'is an invalid date' : undefined
}

function circleOf(open: readonly Open[], value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const above = open.find(({ object }) => object === value)
  return above && `is a circle: it refers back to ${above.path}`
}
