import { setMaxListeners } from 'node:events'
import type { Clock } from '@dureq/types'
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
    this.clock = {
      now: () => world.now + this.#offset,
      setTimeout: (callback, ms) => ({ cancel: this.after(ms, callback) }),
      sleep: (ms, signal) => this.#sleep(ms, signal),
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

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      const onAbort = (): void => {
        cancel()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}
