import type { Clock, Logger, Random, Store, Timer } from '@dureq/types'
import type { Caller } from './caller.ts'
import { createLoop, type Loop } from './loop.ts'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'

/** The time in which this process leads. */
export interface Term {
  /** Grows with every new leader; fences what an old one still does. */
  readonly epoch: number
  /** Aborts at once when leadership is lost, or when the elector is stopped. */
  readonly signal: AbortSignal
}

/** What an elector needs. */
export interface ElectorOptions {
  readonly store: Pick<Store, 'leases'>
  readonly caller: Caller
  readonly logger: Logger
  readonly clock?: Clock
  readonly random?: Random
  /** What is led: the name of the lock. Default `leader`. */
  readonly name?: string
  /** Who campaigns: the id of this node. */
  readonly owner: string
  /**
   * How long leadership lasts without a word from the leader, which speaks every third of it; so often the others ask,
   * too. Default 2,000: another leads within 3 s of a crash.
   */
  readonly ttlMs?: number
  /** Does what a leader does; is to resolve soon after the signal of its term aborts. */
  readonly lead: (term: Term) => Promise<void>
}

/** Campaigns for as long as it runs; leads whenever it is elected. */
export interface Elector {
  readonly isLeader: boolean
  /** Begins to campaign; called once. */
  start(): void
  /** Ends the term, awaits `lead` and gives leadership up, so that another can have it at once. Idempotent. */
  stop(): Promise<void>
}

const DEFAULT_TTL_MS = 2_000

/**
 * Sees to it that of all electors of a name one leads at a time, as far as clocks allow: two may for a moment when a
 * process stands still, so nothing may depend on it for correctness; it only saves repeated work.
 *
 * A renewal that fails does not end a term while the lock still stands; one that is refused does at once.
 */
export function createElector(options: ElectorOptions): Elector {
  return new LeaseElector(options)
}

/** A term, and what keeps it. */
interface Reign {
  readonly epoch: number
  readonly over: AbortController
  /** Resolves when `lead` has ended. Never rejects. */
  readonly ended: Promise<void>
  expiry: Timer
}

class LeaseElector implements Elector {
  readonly #options: ElectorOptions
  readonly #clock: Clock
  readonly #name: string
  readonly #ttlMs: number
  readonly #loop: Loop
  #reign: Reign | undefined
  #stopped: Promise<void> | undefined

  constructor(options: ElectorOptions) {
    const { clock = systemClock, logger, random = systemRandom, name = 'leader' } = options
    this.#options = options
    this.#clock = clock
    this.#name = name
    this.#ttlMs = options.ttlMs ?? DEFAULT_TTL_MS
    const pauses = { initialMs: this.#ttlMs / 20, maxMs: this.#ttlMs / 3 }
    this.#loop = createLoop({ clock, logger, random, pauses, round: () => this.#round() })
  }

  get isLeader(): boolean {
    return this.#reign?.over.signal.aborted === false
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#reign?.over.abort()
    await this.#loop.stop()
    const reign = this.#reign
    if (reign === undefined) return
    await this.#bury(reign)
    await this.#release(reign.epoch)
  }

  async #round(): Promise<number> {
    if (this.#reign?.over.signal.aborted === true) await this.#bury(this.#reign)
    if (this.#reign === undefined) await this.#campaign()
    else await this.#renew(this.#reign)
    return this.#ttlMs / 3
  }

  async #campaign(): Promise<void> {
    const { store, caller, owner } = this.#options
    const sentAt = this.#clock.now()
    const outcome = await caller.call((key) => store.leases.acquire(key, this.#name, owner, this.#ttlMs))
    if (outcome.kind === 'acquired') this.#begin(outcome.epoch, sentAt)
  }

  #begin(epoch: number, sentAt: number): void {
    const { logger } = this.#options
    const over = new AbortController()
    if (this.#stopped !== undefined) over.abort()
    const ended = over.signal.aborted ? Promise.resolve() : this.#lead({ epoch, signal: over.signal })
    const reign: Reign = { epoch, over, ended, expiry: this.#expire(over, sentAt) }
    this.#reign = reign
    // A leader that has ended by itself has resigned.
    void ended.then(() => this.#demote(over))
    logger.info({ name: this.#name, epoch }, 'elected')
  }

  async #lead(term: Term): Promise<void> {
    const { lead, logger } = this.#options
    try {
      await lead(term)
    } catch (error) {
      logger.error({ err: error, name: this.#name }, 'leading failed')
    }
  }

  async #renew(reign: Reign): Promise<void> {
    const { store, caller, owner } = this.#options
    const sentAt = this.#clock.now()
    const isHeld = await caller.call((key) =>
      store.leases.renew(key, this.#name, owner, reign.epoch, this.#ttlMs),
    )
    if (!isHeld) return this.#demote(reign.over)
    reign.expiry.cancel()
    reign.expiry = this.#expire(reign.over, sentAt)
  }

  /** Ends the term when the lock, by what is known here, stands no longer; the store may let it stand a little longer. */
  #expire(over: AbortController, sentAt: number): Timer {
    const leftMs = Math.max(0, sentAt + this.#ttlMs - this.#clock.now())
    return this.#clock.setTimeout(() => this.#demote(over), leftMs)
  }

  #demote(over: AbortController): void {
    if (over.signal.aborted) return
    over.abort()
    this.#options.logger.info({ name: this.#name }, 'no longer the leader')
    this.#loop.wake()
  }

  async #bury(reign: Reign): Promise<void> {
    reign.expiry.cancel()
    await reign.ended
    this.#reign = undefined
  }

  async #release(epoch: number): Promise<void> {
    const { store, caller, owner, logger } = this.#options
    try {
      await caller.call((key) => store.leases.release(key, this.#name, owner, epoch))
    } catch (error) {
      logger.warn({ err: error, name: this.#name }, 'leadership could not be given up; it expires')
    }
  }
}
