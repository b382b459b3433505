import { createDeferred } from '@dureq/runtime'
import { type Clock, ServerStoppedError } from '@dureq/types'
import type { Feed } from './feed.ts'
import type { Frame } from './frame.ts'
import { decodeListenQuery, type ListenQuery, type ListenQueryWire } from './listen-query.ts'
import { type Mouth, serveListener } from './serve-listener.ts'

/** A listener that has his place, but hears nothing yet. */
export interface Admission {
  readonly pieces: AsyncIterable<readonly Frame[]>
  readonly write: ListenQuery['write']
  /** The listener is gone. */
  readonly leave: () => void
}

/** Most listeners of one server. */
export const MOST_LISTENERS = 1_000
/** How long connections may take to say goodbye when the server stops. */
const GOODBYE_MS = 1_000

/** Lets listeners in, sees to it that they are served, and sends all of them away when the server stops. */
export class Reception {
  readonly #feed: Feed
  readonly #clock: Clock
  readonly #open = new Map<Mouth, Admission>()
  readonly #empty = createDeferred<void>()
  #closing = false

  constructor(feed: Feed, clock: Clock) {
    this.#feed = feed
    this.#clock = clock
  }

  /** Whether nobody else is let in at present. */
  get isFull(): boolean {
    return this.#feed.listeners >= MOST_LISTENERS
  }

  /**
   * Gives a listener his place before anything is answered to him: everything that is wrong is a plain answer then.
   *
   * @param onGone is to call what it is given when the connection is gone.
   * @throws ValidationError for a query that makes no sense; StoreUnavailableError, ServerStoppedError.
   */
  async admit(wire: ListenQueryWire, onGone: (leave: () => void) => void): Promise<Admission> {
    if (this.#closing) throw new ServerStoppedError()
    const { types, after, write } = decodeListenQuery(wire)
    const gone = new AbortController()
    const leave = (): void => gone.abort()
    onGone(leave)
    try {
      const pieces = await this.#feed.listen({ types, after, signal: gone.signal })
      return { pieces, write, leave }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Serves a listener until he is gone. */
  async serve(admission: Admission, mouth: Mouth): Promise<void> {
    this.#open.set(mouth, admission)
    if (this.#closing) mouth.end()
    await serveListener(admission.pieces, mouth, this.#clock)
    admission.leave()
    this.#open.delete(mouth)
    if (this.#closing && this.#open.size === 0) this.#empty.resolve()
  }

  /** Says goodbye to all, waits a second at most until they are gone, and ends the feed. */
  async close(): Promise<void> {
    this.#closing = true
    if (this.#open.size > 0) {
      const timer = this.#clock.setTimeout(() => this.#dropAll(), GOODBYE_MS)
      for (const mouth of this.#open.keys()) mouth.end()
      await this.#empty.promise
      timer.cancel()
    }
    await this.#feed.close()
  }

  #dropAll(): void {
    for (const [mouth, { leave }] of this.#open) {
      mouth.drop()
      leave()
    }
  }
}
