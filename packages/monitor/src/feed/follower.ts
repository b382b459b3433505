import { createDeferred, createLoop, type Deferred, type Loop } from '@dureq/runtime'
import type { Clock, EventDelivery, EventPosition, EventsRole, Logger, Timer } from '@dureq/types'
import { ChangedWorkflows } from './changed-workflows.ts'
import { eventFrame, gapFrame } from './frame.ts'
import { FrameRing } from './frame-ring.ts'

/** What a follower needs. */
export interface FollowerOptions {
  readonly events: Pick<EventsRole, 'subscribe'>
  readonly clock: Clock
  readonly logger: Logger
  /** Frames kept. */
  readonly ringFrames: number
}

/** Time between two turns: listeners are given what came in it together. */
const TURN_MS = 20
/** Pause after a subscription that ended by itself, as that of a closed store does. */
const ENDED_PAUSE_MS = 1_000

/**
 * The one subscription behind all listeners: it follows the log from a position on, puts frames into a ring and rings a
 * bell in turns. While the store is away it tries again, from where it stood.
 */
export class Follower {
  readonly ring: FrameRing
  readonly #options: FollowerOptions
  readonly #changed = new ChangedWorkflows()
  readonly #loop: Loop
  #position: EventPosition
  #turn: Deferred<void> = createDeferred()
  #timer: Timer | undefined
  #ended = false

  constructor(options: FollowerOptions, position: EventPosition) {
    this.#options = options
    this.#position = position
    this.ring = new FrameRing(options.ringFrames, position)
    const { logger, clock } = options
    this.#loop = createLoop({ round: (signal) => this.#follow(signal), logger, clock })
    this.#loop.start()
  }

  /** Resolves with the next turn: when frames may have come, or a listener has left. */
  nextTurn(): Promise<void> {
    return this.#turn.promise
  }

  /** There is more to read than was read: another turn follows soon. */
  askForTurn(): void {
    if (!this.#ended) this.#timer ??= this.#options.clock.setTimeout(() => this.beginTurn(), TURN_MS)
  }

  /** Begins the turn at once. */
  beginTurn(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (const frame of this.#changed.take(this.#position)) this.ring.append(frame)
    const turn = this.#turn
    this.#turn = createDeferred()
    turn.resolve()
  }

  /** Ends the subscription. Idempotent. */
  async end(): Promise<void> {
    this.#ended = true
    this.beginTurn()
    await this.#loop.stop()
  }

  async #follow(signal: AbortSignal): Promise<number> {
    const { events } = this.#options
    for await (const delivery of events.subscribe({}, { after: this.#position, signal })) this.#take(delivery)
    return ENDED_PAUSE_MS
  }

  #take(delivery: EventDelivery): void {
    const { clock } = this.#options
    this.#position = delivery.position
    if (delivery.kind === 'gap') this.ring.append(gapFrame({ timestamp: clock.now() }, delivery.position))
    else {
      this.ring.append(eventFrame(delivery.event, delivery.position))
      this.#changed.note(delivery.event)
    }
    this.askForTurn()
  }
}
