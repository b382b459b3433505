import type { Clock, EventPosition, EventsRole, Logger, Timer } from '@dureq/types'
import { catchUp } from './catch-up.ts'
import { Follower, type FollowerOptions } from './follower.ts'
import { type Frame, type FrameType, gapFrame } from './frame.ts'
import { Turnstile } from './turnstile.ts'

/** What the feed needs. */
export interface FeedOptions {
  readonly events: Pick<EventsRole, 'latest' | 'read' | 'subscribe'>
  readonly clock: Clock
  readonly logger: Logger
  /** Newest frames kept for listeners that are behind. Default 10,000. */
  readonly ringFrames?: number | undefined
}

/** What one listener wants to hear. */
interface ListenOptions {
  readonly types: ReadonlySet<FrameType> | undefined
  readonly after: EventPosition | undefined
  /** Ends the listening; has to abort when the listener is gone. */
  readonly signal: AbortSignal
}

/** What happens in the cluster, for all who listen to this server. */
export interface Feed {
  /** How many listen. */
  readonly listeners: number
  /**
   * Resolves when the listener has his place: to frames in pieces, until the signal aborts. He is told of what he missed.
   *
   * @throws ValidationError for a position that is none of the log, StoreUnavailableError when the store is away.
   */
  listen(options: ListenOptions): Promise<AsyncIterable<readonly Frame[]>>
  /** Ends the subscription. */
  close(): Promise<void>
}

/** Makes the feed. It subscribes to the log when somebody listens. */
export function createFeed(options: FeedOptions): Feed {
  return new SharedFeed(options)
}

const defaults = { ringFrames: 10_000 }
/** How long the subscription outlives the last listener, who may only be reloading his page. */
const LINGER_MS = 5_000
/** Frames that all listeners together are given in a turn, so that many of them cannot keep the process busy. */
const FRAMES_A_TURN = 2_000
/** What each of them is given at least. */
const LEAST_FRAMES = 10
/** Listeners that read the log themselves at a time, and for how long each may. */
const MOST_CATCHING_UP = 8
const CATCH_UP_MS = 60_000

class SharedFeed implements Feed {
  readonly #options: FeedOptions & FollowerOptions
  readonly #catchingUp = new Turnstile(MOST_CATCHING_UP)
  #listeners = 0
  #follower: Promise<Follower> | undefined
  #linger: Timer | undefined

  constructor(options: FeedOptions) {
    this.#options = { ...options, ringFrames: options.ringFrames ?? defaults.ringFrames }
  }

  get listeners(): number {
    return this.#listeners
  }

  async listen(options: ListenOptions): Promise<AsyncIterable<readonly Frame[]>> {
    const { after, signal } = options
    this.#enter(signal)
    const follower = await this.#following()
    const place = after === undefined ? follower.ring.end : follower.ring.placeAfter(after)
    if (place === undefined && after !== undefined) await this.#options.events.read(after, {}, 1)
    return this.#frames(follower, place, options)
  }

  async close(): Promise<void> {
    this.#linger?.cancel()
    await this.#stopFollowing()
  }

  #enter(signal: AbortSignal): void {
    signal.throwIfAborted()
    this.#linger?.cancel()
    this.#listeners++
    signal.addEventListener('abort', () => this.#leave(), { once: true })
  }

  #leave(): void {
    this.#listeners--
    this.#follower?.then(
      (follower) => follower.beginTurn(),
      () => undefined,
    )
    if (this.#listeners > 0 || this.#follower === undefined) return
    this.#linger = this.#options.clock.setTimeout(() => void this.#stopFollowing(), LINGER_MS)
  }

  /** The follower there is, or a new one that begins where the log ends now. */
  #following(): Promise<Follower> {
    this.#follower ??= this.#begin()
    return this.#follower
  }

  async #begin(): Promise<Follower> {
    try {
      return new Follower(this.#options, await this.#options.events.latest())
    } catch (error) {
      this.#follower = undefined
      throw error
    }
  }

  async #stopFollowing(): Promise<void> {
    const ending = this.#follower
    this.#follower = undefined
    const follower = await ending?.catch(() => undefined)
    await follower?.end()
  }

  async *#frames(
    follower: Follower,
    from: number | undefined,
    options: ListenOptions,
  ): AsyncGenerator<readonly Frame[], void> {
    const { types, signal } = options
    const fits = ({ type }: Frame): boolean => types === undefined || type === 'events.gap' || types.has(type)
    let place = from ?? (yield* this.#caughtUp(follower, options, fits))
    while (!signal.aborted) {
      const { frames, missed, next } = follower.ring.read(place, this.#share())
      if (missed > 0) yield [this.#gap(follower, types === undefined ? missed : undefined)]
      place = next
      const wanted = frames.filter(fits)
      if (wanted.length > 0) yield wanted
      if (place < follower.ring.end) follower.askForTurn()
      if (!signal.aborted) await follower.nextTurn()
    }
  }

  /** What came after a position that the ring does not have; says at which place of the ring it goes on. */
  async *#caughtUp(
    { ring }: Follower,
    { after = ring.base, signal }: ListenOptions,
    fits: (frame: Frame) => boolean,
  ): AsyncGenerator<readonly Frame[], number> {
    const { events, clock } = this.#options
    await this.#catchingUp.enter()
    const over = new AbortController()
    const timer = clock.setTimeout(() => over.abort(), CATCH_UP_MS)
    const onAbort = (): void => over.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) over.abort()
    try {
      const reading = catchUp(after, { events, clock, ring, signal: over.signal })
      for (let step = await reading.next(); ; step = await reading.next()) {
        if (step.done === true) {
          if (step.value !== undefined) return step.value
          yield [gapFrame({ timestamp: clock.now() }, ring.position)]
          return ring.end
        }
        const wanted = step.value.filter(fits)
        if (wanted.length > 0) yield wanted
      }
    } finally {
      timer.cancel()
      signal.removeEventListener('abort', onAbort)
      over.abort()
      this.#catchingUp.leave()
    }
  }

  #gap({ ring }: Follower, missed: number | undefined): Frame {
    return gapFrame({ timestamp: this.#options.clock.now(), missed }, ring.base)
  }

  /** How many frames a listener is given in one turn. */
  #share(): number {
    return Math.max(LEAST_FRAMES, Math.floor(FRAMES_A_TURN / Math.max(1, this.#listeners)))
  }
}
