import type { Clock } from '@dureq/types'

/** A signal that aborts after a time, or with another signal. */
export interface Expiry {
  readonly signal: AbortSignal
  /** Drops the timer. */
  cancel(): void
}

/** Aborts after `ms`, or as soon as `earlier` aborts. */
export function createExpiry(clock: Clock, ms: number, earlier?: AbortSignal): Expiry {
  const controller = new AbortController()
  const expire = (): void => controller.abort()
  const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(expire, ms)
  if (earlier?.aborted) expire()
  earlier?.addEventListener('abort', expire, { once: true })
  return {
    signal: controller.signal,
    cancel: () => {
      timer?.cancel()
      earlier?.removeEventListener('abort', expire)
    },
  }
}
