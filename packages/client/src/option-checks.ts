import {
  checkHeaders,
  checkTags,
  type Duration,
  defaultRetryPolicy,
  type Fault,
  Faults,
  maxDurationMs,
  maxTags,
  parseDuration,
  parseInstant,
  type RetryPolicy,
  SizeLimitError,
} from '@dureq/types'

/** Whether a value is an object with named members, and nothing else. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Collects on from faults that were found before. */
export function goOnFrom(found: readonly Fault[]): Faults {
  const faults = new Faults()
  for (const { field, problem, limit } of found) faults.add(field, problem, limit)
  return faults
}

/** Adds a fault for every member that is not on the list. */
export function checkKnown(value: object, names: readonly string[], prefix: string, faults: Faults): void {
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) faults.add(prefix + name, `is unknown; there are ${names.join(', ')}`)
  }
}

/** The milliseconds of a duration, where one is given. */
export function readDuration(value: Duration | undefined, field: string, faults: Faults): number | undefined {
  return value === undefined ? undefined : faults.attempt(() => parseDuration(value, field))
}

/** The epoch milliseconds of a moment from 1970 to ten years after `now`. */
export function readMoment(value: unknown, field: string, now: number, faults: Faults): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof Date)) {
    faults.add(field, 'must be epoch milliseconds, a Date or a timestamp')
    return undefined
  }
  const ms = faults.attempt(() => parseInstant(value, field))
  if (ms !== undefined && ms < 0) faults.add(field, 'must not be before 1970')
  if (ms !== undefined && ms - now > maxDurationMs) faults.add(field, 'must not be more than ten years ahead')
  return ms
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
