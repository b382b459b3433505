import {
  checkHeaders,
  checkRetryPolicy,
  checkTags,
  defaultRetryPolicy,
  type Duration,
  type Faults,
  maxDurationMs,
  maxTags,
  parseDuration,
  parseInstant,
  type ResolvedRetryPolicy,
  type RetryPolicy,
  SizeLimitError,
} from '@dureq/types'

/** Whether a value is an object with named members, and nothing else. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Adds a fault for every member that is not on the list. */
export function checkKnown(value: object, names: readonly string[], prefix: string, faults: Faults): void {
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) faults.add(prefix + name, `is unknown; there are ${names.join(', ')}`)
  }
}

/** The milliseconds of a duration that, where given, is at least `min` long. */
export function readDuration(
  value: Duration | undefined,
  { field, min = 0 }: { readonly field: string; readonly min?: number },
  faults: Faults,
): number | undefined {
  if (value === undefined) return undefined
  const ms = faults.attempt(() => parseDuration(value, field))
  if (ms !== undefined && ms < min) faults.add(field, `must be at least ${min} ms`, min)
  return ms
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

/** The policy with its defaults filled in. */
export function readRetryPolicy(value: RetryPolicy, field: string, faults: Faults): ResolvedRetryPolicy | undefined {
  if (!isPlainObject(value)) {
    faults.add(field, 'must be an object')
    return undefined
  }
  checkKnown(value, Object.keys(defaultRetryPolicy()), `${field}.`, faults)
  return checkRetryPolicy(value, field, faults)
}

/** Adds a fault for everything that is wrong with a list of tags. */
export function checkTagList(value: unknown, field: string, faults: Faults): void {
  if (!Array.isArray(value)) faults.add(field, 'must be a list of texts')
  else if (value.length > maxTags) faults.add(field, `must not be more than ${maxTags}`, maxTags)
  else checkTags(value, field, faults)
}

/**
 * Adds a fault for everything that is wrong with headers.
 *
 * @throws SizeLimitError when they are too large, names and values counted together.
 */
export function checkHeaderSet(value: unknown, field: string, limitBytes: number, faults: Faults): void {
  if (!isPlainObject(value)) return faults.add(field, 'must be an object of texts')
  checkHeaders(value, field, faults)
  let size = 0
  for (const [name, text] of Object.entries(value)) size += Buffer.byteLength(name) + byteLengthOf(text)
  if (size > limitBytes) throw new SizeLimitError(field, size, limitBytes)
}

function byteLengthOf(text: unknown): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : 0
}
