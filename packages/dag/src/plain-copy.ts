/** A copy of a value that is plain: JSON with nothing hidden in it. */
export type PlainCopy = string | number | boolean | null | undefined | PlainList | PlainRecord

interface PlainList extends Array<PlainCopy> {}

interface PlainRecord {
  [name: string]: PlainCopy
}

/** Thrown and caught here alone. */
class NotPlain extends Error {}

/**
 * Copies a value all the way down; undefined for one of which something is more than JSON: an object of a class, a function.
 *
 * @param value not a circle.
 */
export function plainCopy(value: unknown): PlainCopy {
  try {
    return copyOf(value)
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

function copyOf(value: unknown): PlainCopy {
  if (typeof value !== 'object' || value === null) {
    if (isLeaf(value)) return value
    throw new NotPlain()
  }
  if (Array.isArray(value)) return value.map(copyOf)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new NotPlain()
  return membersOf(value)
}

/** Copies the members of an object, whatever its prototype is. */
function membersOf(value: object): PlainRecord {
  const copy: PlainRecord = {}
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new NotPlain()
    copy[name] = copyOf((value as Readonly<Record<string, unknown>>)[name])
  }
  return copy
}

function isLeaf(value: unknown): value is string | number | boolean | null | undefined {
  return value === null || !['object', 'function', 'symbol', 'bigint'].includes(typeof value)
}

/** Whether a value is still what a copy was taken from, the order of members included. */
export function isSamePlain(value: unknown, copy: PlainCopy): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, copy)
  if (typeof copy !== 'object' || copy === null) return false
  if (Array.isArray(value)) return Array.isArray(copy) && isSameList(value, copy)
  if (Array.isArray(copy)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && isSameRecord(value, copy)
}

function isSameList(list: readonly unknown[], copy: readonly PlainCopy[]): boolean {
  if (list.length !== copy.length) return false
  for (let i = 0; i < list.length; i++) if (!isSamePlain(list[i], copy[i])) return false
  return true
}

function isSameRecord(value: object, copy: PlainRecord): boolean {
  const names = Object.keys(value)
  let place = 0
  for (const name in copy) {
    if (names[place++] !== name) return false
    if (!isSamePlain((value as Readonly<Record<string, unknown>>)[name], copy[name])) return false
  }
  return place === names.length
}
