import { createDeferred, type Deferred } from '@dureq/runtime'

/** Lets a few at a time through, in the order in which they came. */
export class Turnstile {
  readonly #waiting: Deferred<void>[] = []
  #free: number

  constructor(most: number) {
    this.#free = most
  }

  /** Resolves when it is one's turn; whoever was let through has to leave. */
  async enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free--
      return
    }
    const turn = createDeferred<void>()
    this.#waiting.push(turn)
    await turn.promise
  }

  /** Lets the next one through. */
  leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next.resolve()
  }
}
