import type { CheckedOptions } from './checked-options.ts'
import type { EnqueueManyOptions } from './enqueue-options.ts'
import { goOnFrom } from './option-checks.ts'

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
  faults.throwIfAny()
  return checked
}
