import type { Clock, Logger, Random, Timer } from '@dureq/types'
import { defaultPauses, failurePauseMs, type PauseBounds } from './failure-pause.ts'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'

/** What a loop does and needs. */
export interface LoopOptions {
  /**
   * One round. Resolves to how long to rest before the next one, in ms: 0 for one turn of the event loop, `Infinity`
   * until woken.
   * `signal` aborts when the loop is stopped; rounds that wait must end then.
   */
  readonly round: (signal: AbortSignal) => Promise<number>
  readonly logger: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** Pauses after failed rounds. Default 50 ms, doubling up to 5 s. */
  readonly pauses?: PauseBounds
  /** Errors someone else already reports: the loop pauses after them without a word. Default: none. */
  readonly isReported?: (error: unknown) => boolean
}

/** Work that is done round after round until it is stopped. */
export interface Loop {
  /** Begins with the first round; called once. */
  start(): void
  /** Ends the present rest, or lets no rest follow the present round. Does not shorten a pause after a failure. */
  wake(): void
  /** Ends the present rest within `ms` from now. */
  wakeWithin(ms: number): void
  /** Aborts and awaits the present round. Idempotent, allowed before start. */
  stop(): Promise<void>
}

/**
 * A background loop: round, rest, round. A round that throws never ends it: the error is logged once per row of
 * failures and the next round follows after a pause that doubles up to a bound.
 */
export function createLoop(options: LoopOptions): Loop {
  return new RoundLoop(options)
}

class RoundLoop implements Loop {
  readonly #options: LoopOptions
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #failures = 0
  /** Whether this row of failures has been logged. */
  #complained = false
  #wakeAt = Number.POSITIVE_INFINITY
  #rest: Rest | undefined

  constructor(options: LoopOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  start(): void {
    if (!this.#stopping.signal.aborted) this.#running ??= this.#run()
  }

  wake(): void {
    this.wakeWithin(0)
  }

  wakeWithin(ms: number): void {
    this.#wakeAt = Math.min(this.#wakeAt, this.#clock.now() + ms)
    if (this.#failures === 0) this.#rest?.endBy(this.#wakeAt)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#rest?.end()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#wakeAt = Number.POSITIVE_INFINITY
      const rest = await this.#round(signal)
      if (!signal.aborted) await this.#sleep(rest)
    }
  }

  async #round(signal: AbortSignal): Promise<number> {
    try {
      const rest = await this.#options.round(signal)
      if (this.#failures > 0) this.#recovered()
      return rest
    } catch (error) {
      if (signal.aborted) return 0
      return this.#failed(error)
    }
  }

  #failed(error: unknown): number {
    const { logger, isReported, random = systemRandom, pauses = defaultPauses } = this.#options
    this.#failures++
    if (!this.#complained && !isReported?.(error)) {
      this.#complained = true
      logger.warn({ err: error }, 'a round failed; trying again until it succeeds')
    }
    return failurePauseMs(this.#failures, random, pauses)
  }

  #recovered(): void {
    const failures = this.#failures
    this.#failures = 0
    if (this.#complained) this.#options.logger.info({ failures }, 'rounds succeed again')
    this.#complained = false
  }

  async #sleep(ms: number): Promise<void> {
    const clock = this.#clock
    const now = clock.now()
    const until = this.#failures > 0 ? now + ms : Math.min(now + ms, this.#wakeAt)
    // Where every call is answered at once, a loop without rest would let nothing else run.
    if (until <= now) return await turn()
    const rest = new Rest(clock, until)
    this.#rest = rest
    await rest.over
    this.#rest = undefined
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** One pause of a loop that can be ended, or ended earlier than it would. */
class Rest {
  readonly over: Promise<void>
  readonly #clock: Clock
  #until: number
  #end!: () => void
  #timer: Timer | undefined

  constructor(clock: Clock, until: number) {
    this.#clock = clock
    this.#until = until
    this.over = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#arm()
  }

  endBy(until: number): void {
    if (until >= this.#until) return
    this.#until = until
    this.#arm()
  }

  end(): void {
    this.#timer?.cancel()
    this.#end()
  }

  #arm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const ms = this.#until - this.#clock.now()
    if (ms <= 0) this.#end()
    else if (ms < Number.POSITIVE_INFINITY) this.#timer = this.#clock.setTimeout(this.#end, ms)
  }
}
