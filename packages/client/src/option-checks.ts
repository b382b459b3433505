import {
  checkHeaders,
  checkKnown,
  checkTags,
  defaultRetryPolicy,
  type Fault,
  Faults,
  isPlainObject,
  maxTags,
  type RetryPolicy,
  SizeLimitError,
} from '@dureq/types'

/** Collects on from faults that were found before. */
export function goOnFrom(found: readonly Fault[]): Faults {
  const faults = new Faults()
  for (const { field, problem, limit } of found) faults.add(field, problem, limit)
  return faults
}

/** The policy itself where it is an object; adds a fault where it is not, and for members it cannot have. */
export function checkRetryPolicyShape(
  value: RetryPolicy | undefined,
  faults: Faults,
): RetryPolicy | undefined {
  if (value === undefined) return undefined
  if (!isPlainObject(value)) {
    faults.add('retryPolicy', 'must be an object')
    return undefined
  }
  checkKnown(value, Object.keys(defaultRetryPolicy()), 'retryPolicy.', faults)
  return value
}

/** Adds a fault for everything that is wrong with a list of tags. */
export function checkTagList(value: unknown, field: string, faults: Faults): void {
  if (!Array.isArray(value)) faults.add(field, 'must be a list of texts')
  else if (value.length > maxTags) faults.add(field, `must not be more than ${maxTags}`, maxTags)
  else checkTags(value, field, faults)
}

/**
 * Adds a fault for everything that is wrong with headers, but for their size, which it returns: names and values
 * count together, in bytes of UTF-8.
 */
export function checkHeaderSet(
  value: unknown,
  limitBytes: number,
  faults: Faults,
): SizeLimitError | undefined {
  if (!isPlainObject(value)) {
    faults.add('headers', 'must be an object of texts')
    return undefined
  }
  checkHeaders(value, 'headers', faults)
  let size = 0
  for (const entry of Object.entries(value).flat())
    size += typeof entry === 'string' ? Buffer.byteLength(entry) : 0
  return size > limitBytes ? new SizeLimitError('headers', size, limitBytes) : undefined
}
