import { type Clock, sleepBy } from '@dureq/types'

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

  sleep: sleepBy((callback, ms) => systemClock.setTimeout(callback, ms)),
}
