import type { ResolvedRetryPolicy, RetryPolicy } from '@dureq/types'
import { decodeNanoseconds, encodeNanoseconds } from './length.ts'

/** A retry policy on the wire; lengths of time are whole nanoseconds. */
export interface RetryPolicyWire {
  readonly max_attempts?: number | undefined
  readonly initial_delay?: number | undefined
  readonly max_delay?: number | undefined
  readonly multiplier?: number | undefined
  readonly jitter?: number | undefined
  readonly non_retryable_errors?: readonly string[] | undefined
  readonly pause_after_err_count?: number | undefined
  readonly pause_retry_delay?: number | undefined
}

/** Writes a policy. */
export function encodeRetryPolicy(policy: ResolvedRetryPolicy): RetryPolicyWire {
  const { nonRetryableErrors, pauseAfterErrCount, pauseRetryDelayMs } = policy
  return {
    max_attempts: policy.maxAttempts,
    initial_delay: encodeNanoseconds(policy.initialDelayMs),
    max_delay: encodeNanoseconds(policy.maxDelayMs),
    multiplier: policy.multiplier,
    jitter: policy.jitter,
    non_retryable_errors: nonRetryableErrors.length === 0 ? undefined : nonRetryableErrors,
    pause_after_err_count: pauseAfterErrCount || undefined,
    pause_retry_delay: encodeNanoseconds(pauseRetryDelayMs) || undefined,
  }
}

/** Reads a policy whose types have been checked; its values have not. */
export function decodeRetryPolicy(wire: RetryPolicyWire): RetryPolicy {
  const length = (ns: number | undefined): number | undefined =>
    ns === undefined ? ns : decodeNanoseconds(ns)
  return {
    maxAttempts: wire.max_attempts,
    initialDelay: length(wire.initial_delay),
    maxDelay: length(wire.max_delay),
    multiplier: wire.multiplier,
    jitter: wire.jitter,
    nonRetryableErrors: wire.non_retryable_errors,
    pauseAfterErrCount: wire.pause_after_err_count,
    pauseRetryDelay: length(wire.pause_retry_delay),
  } as RetryPolicy // what is undefined counts as absent
}
