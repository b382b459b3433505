import { isIPv6 } from 'node:net'
import type { Clock } from '@dureq/types'

/** Counts what an address was refused, so that nobody can go on guessing. */
export interface FailureLimit {
  /**
   * Counts one more refusal of an address.
   *
   * @returns how long it has to wait in milliseconds, once it has had its share; 0 as long as it has not.
   */
  count(address: string): number
}

/** The time the refusals of an address are counted for. */
const WINDOW_MS = 60_000

/** Addresses remembered at once; with one more the one that has failed longest ago is forgotten. */
const MOST_ADDRESSES = 10_000

interface Window {
  refusals: number
  readonly endsAt: number
}

/** Allows every address so many refusals a minute. */
export function createFailureLimit(clock: Pick<Clock, 'now'>, perMinute: number): FailureLimit {
  const windows = new Map<string, Window>()
  return {
    count(address) {
      const key = networkOf(address)
      const now = clock.now()
      const last = windows.get(key)
      const window = last !== undefined && last.endsAt > now ? last : { refusals: 0, endsAt: now + WINDOW_MS }
      window.refusals += 1
      windows.delete(key)
      windows.set(key, window)
      if (windows.size > MOST_ADDRESSES) windows.delete(windows.keys().next().value as string)
      return window.refusals > perMinute ? window.endsAt - now : 0
    },
  }
}

/** An IPv4 address itself; of an IPv6 address the first half, since whoever has one has 2^64 of them. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail = ''] = plain.split('::')
  const front = groupsOf(head)
  const back = groupsOf(tail)
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':').toLowerCase()
}

function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':')
}
