import { type Faults, isPlainObject } from '@dureq/types'
import type { CheckedOptions } from './checked-options.ts'
import type { EnqueueManyOptions } from './enqueue-options.ts'
import { goOnFrom } from './option-checks.ts'
import { roomOptionNames } from './room-options.ts'

/**
 * Passes options that are good for many jobs.
 *
 * @throws ValidationError naming every fault, also keys that would make all but the first a duplicate.
 */
export function checkMany(
  checked: CheckedOptions,
  payloads: readonly unknown[],
  options: EnqueueManyOptions,
): CheckedOptions {
  const faults = goOnFrom(checked.faults)
  if (!Array.isArray(payloads)) faults.add('payloads', 'must be a list')
  for (const name of ['uniqueKey', 'requestId']) {
    if (Object.hasOwn(options ?? {}, name))
      faults.add(name, 'must not be shared by many jobs: use enqueueAll')
  }
  checkNoWaiting(options, faults)
  faults.throwIfAny()
  return checked
}

/** Adds a fault for every option that lets a call wait: one for many jobs says which found no room instead. */
export function checkNoWaiting(options: unknown, faults: Faults): void {
  if (!isPlainObject(options)) return
  for (const name of roomOptionNames) {
    if (Object.hasOwn(options, name))
      faults.add(name, 'is only for enqueue: the result says what found no room')
  }
}
