import { type Clock, type Logger, StoreUnavailableError } from '@dureq/types'
import { createExpiry } from './expiry.ts'
import { createWakeUp } from './wake-up.ts'

/** Whether the store answers: what every call of a node tells, and what its health says. */
export interface StoreLink {
  readonly connected: boolean
  /** Since when `connected` is what it is, epoch ms on the node's clock. */
  readonly since: number
  /** The last failure of a call, whatever it was. */
  readonly lastError: Error | undefined
  /** Passes the answer of a call on and takes note of it. */
  watch<T>(answer: Promise<T>): Promise<T>
  /** Resolves after `ms`, as soon as the store answers again, or when `signal` aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

/** What a link needs. */
export interface StoreLinkOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Told when the store answers again. */
  readonly onBack: () => void
}

/** A link that counts as connected until a call fails. Says in the log when it is lost and when it is back. */
export function createStoreLink(options: StoreLinkOptions): StoreLink {
  return new WatchedLink(options)
}

class WatchedLink implements StoreLink {
  readonly #options: StoreLinkOptions
  readonly #backAgain = createWakeUp()
  connected = true
  since: number
  lastError: Error | undefined

  constructor(options: StoreLinkOptions) {
    this.#options = options
    this.since = options.clock.now()
  }

  watch<T>(answer: Promise<T>): Promise<T> {
    return answer.then(
      (value) => {
        if (!this.connected) this.#back()
        return value
      },
      (error: unknown) => this.#failed(error),
    )
  }

  #failed(error: unknown): never {
    this.lastError = error as Error
    if (StoreUnavailableError.is(error)) {
      if (this.connected) this.#lost(error)
    } else if (!this.connected) this.#back()
    throw error
  }

  async pause(ms: number, signal: AbortSignal): Promise<void> {
    const expiry = createExpiry(this.#options.clock, ms, signal)
    await this.#backAgain.wait(expiry.signal)
    expiry.cancel()
  }

  #lost(error: Error): void {
    this.connected = false
    this.since = this.#options.clock.now()
    this.#options.logger.warn(
      { err: error },
      'the store does not answer; running jobs go on, no new ones are taken',
    )
  }

  #back(): void {
    const { clock, logger, onBack } = this.#options
    const awayMs = clock.now() - this.since
    this.connected = true
    this.since = clock.now()
    logger.info({ awayMs }, 'the store answers again')
    onBack()
    this.#backAgain.fire()
  }
}
