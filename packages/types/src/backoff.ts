import type { Random } from './clock.ts'
import type { ResolvedRetryPolicy } from './retry-policy.ts'

/** What of a retry policy decides the wait. */
export type BackoffPolicy = Pick<
  ResolvedRetryPolicy,
  'initialDelayMs' | 'maxDelayMs' | 'multiplier' | 'jitter'
>

/**
 * How long to wait after a failed attempt: `initialDelay * multiplier^(attempt - 1)`, at most `maxDelay`, varied
 * by up to `jitter` of it in either direction.
 *
 * Never above `maxDelay`: at the cap the jitter only shortens, so that waits spread there too. The result is in
 * whole milliseconds.
 *
 * @param attempt the attempt that failed, 1 for the first.
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: Random): number {
  const { initialDelayMs, maxDelayMs, multiplier, jitter } = policy
  if (initialDelayMs === 0) return 0 // 0 times an overflowing power would be NaN
  const delay = Math.min(maxDelayMs, initialDelayMs * multiplier ** Math.max(0, attempt - 1))
  const least = delay * (1 - jitter)
  const most = Math.min(maxDelayMs, delay * (1 + jitter))
  return Math.round(least + random() * (most - least))
}
