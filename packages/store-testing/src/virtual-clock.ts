import { type Clock, sleepBy, type Timer } from '@dureq/types'

/** What a virtual clock starts with. */
export interface VirtualClockOptions {
  /** Epoch ms; default the first millisecond of 2030 in UTC. */
  readonly start?: number
}

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves the time on by `ms` (0 or more), firing the timers that come due in the order of their instants, and in the
   * order they were set for one instant. `now()` is a timer's instant while it fires. After each one, what
   * it woke gets a turn of the event loop, so a sleeper that sleeps again within the span wakes again.
   */
  advanceBy(ms: number): Promise<void>
}

const DEFAULT_START = Date.UTC(2030, 0, 1)

/** Makes a clock for tests that own the time: nothing passes but what `advanceBy` says. */
export function createVirtualClock({ start = DEFAULT_START }: VirtualClockOptions = {}): VirtualClock {
  return new HandMovedClock(start)
}

interface PendingTimer {
  readonly at: number
  readonly callback: () => void
}

class HandMovedClock implements VirtualClock {
  readonly sleep: Clock['sleep'] = sleepBy((callback, ms) => this.setTimeout(callback, ms))
  #now: number
  #pending: PendingTimer[] = []

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { at: this.#now + Math.max(0, ms), callback }
    this.#pending.push(timer)
    return { cancel: () => this.#drop(timer) }
  }

  async advanceBy(ms: number): Promise<void> {
    const target = this.#now + Math.max(0, ms)
    for (let timer = this.#dueBy(target); timer !== undefined; timer = this.#dueBy(target)) {
      this.#drop(timer)
      this.#now = Math.max(this.#now, timer.at)
      timer.callback()
      await turn()
    }
    this.#now = Math.max(this.#now, target)
  }

  /** The first of the timers due by an instant; among equals the one set first. */
  #dueBy(target: number): PendingTimer | undefined {
    let first: PendingTimer | undefined
    for (const timer of this.#pending) {
      if (timer.at <= target && (first === undefined || timer.at < first.at)) first = timer
    }
    return first
  }

  #drop(timer: PendingTimer): void {
    this.#pending = this.#pending.filter((each) => each !== timer)
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
