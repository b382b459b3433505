import type { Clock } from '@dureq/types'

/** Node's timers hold 31 bits of milliseconds; longer waits are made of several. */
const LONGEST_TIMER_MS = 2_147_483_647

/**
 * The real clock of this process. Its timers may be as long as you like, and pending ones keep the process alive.
 */
export const systemClock: Clock = {
  now: () => Date.now(),

  setTimeout(callback, ms) {
    let timer: NodeJS.Timeout
    const arm = (left: number): void => {
      const part = Math.min(left, LONGEST_TIMER_MS)
      timer = setTimeout(() => (left > part ? arm(left - part) : callback()), part)
    }
    arm(ms)
    return { cancel: () => clearTimeout(timer) }
  },

  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const timer = systemClock.setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      const onAbort = (): void => {
        timer.cancel()
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      return undefined
    })
  },
}
