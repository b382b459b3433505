import type { Faults } from '../faults.ts'
import { toJsonText } from '../json.ts'
import { defaultSizeLimits, type SizeLimits } from '../limits.ts'
import { checkName } from '../names.ts'
import { checkKnown, isPlainObject } from '../option-checks.ts'
import type { StoredItem } from './parts.ts'

/**
 * Checks one item, whatever was passed in, and puts it into the form in which it is stored; faults are named as
 * `items[3].payload`. Whether another item has the same id the store says, which knows them all. What it returns is good only if no
 * fault was added.
 *
 * @param index its place among the items.
 * @param limits default: `defaultSizeLimits`. Only that of payloads counts here.
 */
export function checkItem(
  item: unknown,
  index: number,
  faults: Faults,
  limits: SizeLimits = defaultSizeLimits,
): StoredItem | undefined {
  const field = `items[${index}]`
  if (!isPlainObject(item)) {
    faults.add(field, 'must be an object')
    return undefined
  }
  checkKnown(item, ['id', 'payload'], `${field}.`, faults)
  checkName('batchItem', item.id, `${field}.id`, faults)
  const payload = faults.attempt(() => toJsonText(item.payload, `${field}.payload`, limits.payload))
  return payload === undefined ? undefined : { id: item.id as string, payload }
}
