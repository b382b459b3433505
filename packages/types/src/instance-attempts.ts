import { backoffMs } from './backoff.ts'
import type { Random } from './clock.ts'
import type { ResolvedRetryPolicy } from './retry-policy.ts'

/** How often a workflow or batch was tried. */
export interface InstanceAttempts {
  /** 1 at first; every retry raises it. */
  readonly attempt: number
  /** Attempts allowed in this life, those of lives before included. */
  readonly maxAttempts: number
}

/** Whether a workflow or batch that failed with this error is tried again by itself. */
export function hasAttemptsLeft(
  policy: ResolvedRetryPolicy | undefined,
  { attempt, maxAttempts }: InstanceAttempts,
  error: string,
): policy is ResolvedRetryPolicy {
  if (policy === undefined || attempt >= maxAttempts) return false
  return !policy.nonRetryableErrors.some((text) => error.includes(text))
}

/** How long it waits before that, in ms. Attempts before the last retry by hand do not make waits longer. */
export function instanceBackoffMs(
  policy: ResolvedRetryPolicy,
  { attempt, maxAttempts }: InstanceAttempts,
  random: Random,
): number {
  return backoffMs(policy, attempt - (maxAttempts - policy.maxAttempts), random)
}
