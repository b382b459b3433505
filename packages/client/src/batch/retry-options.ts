import { checkKnown, Faults, isPlainObject } from '@dureq/types'
import type { RetryBatchOptions } from './batch-orders.ts'

/**
 * How a batch is to be retried.
 *
 * @throws ValidationError naming every fault.
 */
export function readRetryOptions(options: RetryBatchOptions): Pick<RetryBatchOptions, 'failedOnly'> {
  const faults = new Faults()
  if (isPlainObject(options)) {
    checkKnown(options, ['failedOnly', 'by'], '', faults)
    if (options.failedOnly !== undefined && typeof options.failedOnly !== 'boolean')
      faults.add('failedOnly', 'must be true or false')
  } else faults.add('options', 'must be an object')
  faults.throwIfAny()
  const { failedOnly } = options
  return failedOnly === undefined ? {} : { failedOnly }
}
