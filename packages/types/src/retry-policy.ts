import { type Duration, parseDuration } from './duration.ts'
import { Faults } from './faults.ts'
import { checkInteger, checkNumber } from './numbers.ts'
import { checkKnown, isPlainObject } from './option-checks.ts'
import { present } from './present.ts'

/** How failed attempts are retried, as users write it. Every field is optional; `defaultRetryPolicy` has the defaults. */
export interface RetryPolicy {
  /** Attempts allowed in all, the first included. Default: 3. */
  readonly maxAttempts?: number
  /** Wait after the first failed attempt. Default: 5 s. */
  readonly initialDelay?: Duration
  /** No wait is longer. Default: 5 min, or `initialDelay` if that is longer. */
  readonly maxDelay?: Duration
  /** Each wait is this many times the one before, at least 1. Default: 2. */
  readonly multiplier?: number
  /** Waits vary by up to this fraction of their length, 0 to 1. Default: 0.1. */
  readonly jitter?: number
  /** A failure whose text contains one of these is not retried. Case counts. Default: none. */
  readonly nonRetryableErrors?: readonly string[]
  /** Pauses the job after this many failures in a row, rather than let it die. Default: 0, never. */
  readonly pauseAfterErrCount?: number
  /** Resumes a job paused by `pauseAfterErrCount` after this time. Default: 0, by hand only. */
  readonly pauseRetryDelay?: Duration
}

/** A retry policy that has been checked and completed. Lengths of time are whole milliseconds. */
export interface ResolvedRetryPolicy {
  readonly maxAttempts: number
  readonly initialDelayMs: number
  readonly maxDelayMs: number
  readonly multiplier: number
  readonly jitter: number
  readonly nonRetryableErrors: readonly string[]
  /** 0: never. */
  readonly pauseAfterErrCount: number
  /** 0: by hand only. */
  readonly pauseRetryDelayMs: number
}

/** The policy of a job for which neither its enqueue nor its handler states one. */
export function defaultRetryPolicy(): Required<RetryPolicy> {
  return {
    maxAttempts: 3,
    initialDelay: 5_000,
    maxDelay: 300_000,
    multiplier: 2,
    jitter: 0.1,
    nonRetryableErrors: [],
    pauseAfterErrCount: 0,
    pauseRetryDelay: 0,
  }
}

/**
 * Checks a policy and fills in its defaults.
 *
 * @param field how the error names the policy.
 * @throws ValidationError naming every fault, such as `retryPolicy.jitter`.
 */
export function resolveRetryPolicy(
  policy: RetryPolicy = {},
  field: string = 'retryPolicy',
): ResolvedRetryPolicy {
  const faults = new Faults()
  const resolved = checkRetryPolicy(policy, field, faults)
  faults.throwIfAny()
  return resolved
}

/** `resolveRetryPolicy` for callers that collect faults; the policy it returns is good only if none was added. */
export function checkRetryPolicy(policy: RetryPolicy, field: string, faults: Faults): ResolvedRetryPolicy {
  const given = { ...defaultRetryPolicy(), ...present(policy) }
  checkNumbers(given, field, faults)
  checkErrorTexts(given.nonRetryableErrors, `${field}.nonRetryableErrors`, faults)

  const ms = (name: 'initialDelay' | 'maxDelay' | 'pauseRetryDelay'): number | undefined =>
    faults.attempt(() => parseDuration(given[name], `${field}.${name}`))
  const initialDelayMs = ms('initialDelay') ?? 0
  const maxDelayMs = ms('maxDelay') ?? Infinity
  if (policy.maxDelay !== undefined && initialDelayMs > maxDelayMs) {
    faults.add(`${field}.initialDelay`, 'must not be longer than maxDelay', maxDelayMs)
  }
  return {
    maxAttempts: given.maxAttempts,
    initialDelayMs,
    maxDelayMs: Math.max(initialDelayMs, maxDelayMs),
    multiplier: given.multiplier,
    jitter: given.jitter,
    nonRetryableErrors: given.nonRetryableErrors,
    pauseAfterErrCount: given.pauseAfterErrCount,
    pauseRetryDelayMs: ms('pauseRetryDelay') ?? 0,
  }
}

/** The policy of a definition as it is stored: with all its fields, lengths of time in ms. Undefined when there is none, or no object. */
export function readRetryPolicy(value: unknown, field: string, faults: Faults): RetryPolicy | undefined {
  if (value === undefined) return undefined
  if (!isPlainObject(value)) {
    faults.add(field, 'must be an object')
    return undefined
  }
  checkKnown(value, Object.keys(defaultRetryPolicy()), `${field}.`, faults)
  const { initialDelayMs, maxDelayMs, pauseRetryDelayMs, ...policy } = checkRetryPolicy(value, field, faults)
  return { ...policy, initialDelay: initialDelayMs, maxDelay: maxDelayMs, pauseRetryDelay: pauseRetryDelayMs }
}

function checkNumbers(policy: Required<RetryPolicy>, field: string, faults: Faults): void {
  checkInteger(policy.maxAttempts, { min: 1, max: 1_000_000 }, `${field}.maxAttempts`, faults)
  checkNumber(policy.multiplier, { min: 1, max: 1_000 }, `${field}.multiplier`, faults)
  checkNumber(policy.jitter, { min: 0, max: 1 }, `${field}.jitter`, faults)
  checkInteger(policy.pauseAfterErrCount, { min: 0, max: 1_000_000 }, `${field}.pauseAfterErrCount`, faults)
}

const maxErrorTexts = 100

function checkErrorTexts(texts: readonly unknown[], field: string, faults: Faults): void {
  if (!Array.isArray(texts)) return faults.add(field, 'must be a list of texts')
  if (texts.length > maxErrorTexts) faults.add(field, `must not be more than ${maxErrorTexts}`, maxErrorTexts)
  texts.forEach((text, i) => {
    // An empty text is part of every error, so it would switch retries off.
    if (typeof text !== 'string' || text === '')
      faults.add(`${field}[${i}]`, 'must be a text that is not empty')
  })
}
