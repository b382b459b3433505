import type { Faults } from './faults.ts'
import { checkName } from './names.ts'
import { checkKnown, isPlainObject } from './option-checks.ts'
import { present } from './present.ts'
import { checkLimit } from './settings/flow-settings.ts'

/**
 * Limits how many jobs run at once among all those that carry the same key, whatever their type.
 *
 * With a store of several partitions all keys of one job must share a partition: keys with the same part in
 * braces do, as `{acme}` and `{acme}:api`.
 */
export interface ConcurrencyKey {
  readonly key: string
  /**
   * Most jobs that may run at once. The limit is stored with the key: the newest enqueue that states one sets
   * it, and lowering it only stops new starts; an operator's setting wins. Without one the stored limit holds, and 1 where
   * none is. A limit is forgotten with the last job that has the key and has not ended.
   */
  readonly maxConcurrency?: number
}

/** Most concurrency keys one job may have. */
export const maxConcurrencyKeys = 8

/** Adds a fault for every key that is no name, appears twice, is one too many, or has a limit below 1. */
export function checkConcurrencyKeys(keys: readonly ConcurrencyKey[], field: string, faults: Faults): void {
  if (!Array.isArray(keys)) return faults.add(field, 'must be a list')
  if (keys.length > maxConcurrencyKeys) {
    faults.add(field, `must not be more than ${maxConcurrencyKeys}`, maxConcurrencyKeys)
  }
  keys.forEach((each: unknown, i) => checkKey(each, `${field}[${i}]`, faults))
  const names = keys.map((each) => (isPlainObject(each) ? each['key'] : undefined))
  names.forEach((name, i) => {
    if (name !== undefined && names.indexOf(name) < i) faults.add(`${field}[${i}].key`, 'appears twice')
  })
}

function checkKey(each: unknown, field: string, faults: Faults): void {
  if (!isPlainObject(each)) return faults.add(field, 'must be an object')
  checkKnown(each, ['key', 'maxConcurrency'], `${field}.`, faults)
  checkName('concurrencyKey', each['key'], `${field}.key`, faults)
  checkLimit(each['maxConcurrency'] as number | undefined, `${field}.maxConcurrency`, faults)
}

/** A list of keys with nothing in it that has no meaning; undefined where it is absent or empty. Faults are added. */
export function readConcurrencyKeys(
  value: unknown,
  field: string,
  faults: Faults,
): readonly ConcurrencyKey[] | undefined {
  if (value === undefined) return undefined
  checkConcurrencyKeys(value as readonly ConcurrencyKey[], field, faults)
  if (!Array.isArray(value) || value.length === 0) return undefined
  return value
    .filter(isPlainObject)
    .map(({ key, maxConcurrency }) => present({ key, maxConcurrency }) as ConcurrencyKey)
}

/** What decides the partition of a key: the part in its first braces if there is one in them, else the whole key. */
export function keyBase(key: string): string {
  return /^[^{]*\{([^}]+)\}/.exec(key)?.[1] ?? key
}

/** Longest time nothing with a key starts by one order, in ms: a day. */
export const MAX_THROTTLE_MS: number = 24 * 60 * 60 * 1000
