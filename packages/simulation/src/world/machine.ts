import { setMaxListeners } from 'node:events'
import { type Clock, sleepBy } from '@dureq/types'
import type { World } from './world.ts'

/**
 * A machine a process runs on: it may stand still for a while (a long garbage collection), be set to another time, or be
 * switched off, which nothing that runs on it notices.
 */
export class Machine {
  readonly name: string
  readonly clock: Clock
  readonly #world: World
  #stillUntil = 0
  #offset = 0
  #isOn = true
  readonly #off = new AbortController()

  constructor(world: World, name: string) {
    setMaxListeners(0, this.#off.signal) // everything that waits listens
    this.#world = world
    this.name = name
    const setTimeout: Clock['setTimeout'] = (callback, ms) => ({ cancel: this.after(ms, callback) })
    this.clock = {
      now: () => world.now + this.#offset,
      setTimeout,
      sleep: sleepBy(setTimeout),
    }
  }

  /** False once it was switched off. */
  get isOn(): boolean {
    return this.#isOn
  }

  /** Aborts when it is switched off. */
  get off(): AbortSignal {
    return this.#off.signal
  }

  /** Lets something happen on this machine after `ms`: later while it stands still, never when it is off. */
  after(ms: number, act: () => void): () => void {
    let cancel = this.#world.after(ms, () => meet())
    const meet = (): void => {
      if (!this.#isOn) return
      const left = this.#stillUntil - this.#world.now
      if (left > 0) cancel = this.#world.after(left, meet)
      else act()
    }
    return () => cancel()
  }

  /** Nothing happens on it for `ms`. */
  standStill(ms: number): void {
    this.#stillUntil = Math.max(this.#stillUntil, this.#world.now + ms)
  }

  /** Its clock goes on from another time. */
  setClock(byMs: number): void {
    this.#offset += byMs
  }

  /** Nothing happens on it any more. */
  switchOff(): void {
    this.#isOn = false
    this.#off.abort()
  }
}
