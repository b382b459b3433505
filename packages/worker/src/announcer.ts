import { createLoop, type Loop } from '@dureq/runtime'
import type { HandlerSet, NodeInfo } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** What an announcer needs besides. */
export interface AnnouncerOptions extends WorkerTools {
  readonly handlers: HandlerSet
  readonly ttlMs: number
  /** What this node is and does at the moment. */
  readonly describe: () => NodeInfo
  readonly onDraining: (draining: boolean) => void
  /** Awaited before each announcement: what holds for this node may have changed. */
  readonly refresh: () => Promise<void>
  /** Told what was said. */
  readonly onAnnounced: (info: NodeInfo, handlers: HandlerSet) => void
}

/** Tells the cluster that this node lives and what it can run. */
export interface Announcer {
  /** Says it now: at the start, and when the store does not know this node. */
  announce(): Promise<void>
  /** Goes on saying it, every third of the time it is believed. */
  start(): void
  /** What holds for this node may have changed: looks and says it now, or as soon as the store answers. */
  again(): void
  /** The drain flag was told by a wake: answers of announcements already under way are older news. */
  overtaken(): void
  stop(): Promise<void>
}

/** An announcer that has not said anything yet. */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  return new NodeAnnouncer(options)
}

class NodeAnnouncer implements Announcer {
  readonly #options: AnnouncerOptions
  readonly #loop: Loop
  #announcedAt = Number.NEGATIVE_INFINITY
  #news = 0
  /** What was said last, or is being said, may not hold any more. */
  #isStale = false

  constructor(options: AnnouncerOptions) {
    this.#options = options
    const { clock, random, logger, isReported, ttlMs } = options
    const everyMs = ttlMs / 3
    const pauses = { initialMs: 50, maxMs: Math.min(1_000, everyMs) }
    const round = async (): Promise<number> => {
      if (this.#isStale || clock.now() >= this.#announcedAt + everyMs) await this.announce()
      return this.#announcedAt + everyMs - clock.now()
    }
    this.#loop = createLoop({ clock, random, logger, pauses, isReported, round })
  }

  start(): void {
    this.#loop.start()
  }

  async announce(): Promise<void> {
    this.#isStale = false
    try {
      await this.#say()
    } catch (error) {
      this.#isStale = true
      throw error
    }
  }

  async #say(): Promise<void> {
    const { store, caller, clock, ttlMs, describe, onDraining, onAnnounced, refresh } = this.#options
    const news = this.#news
    await refresh()
    const { handlers } = this.#options
    const sentAt = clock.now()
    const info = describe()
    const { draining } = await caller.call((key) => store.nodes.announce(key, info, handlers, ttlMs))
    this.#announcedAt = sentAt
    onAnnounced(info, handlers)
    if (news === this.#news) onDraining(draining)
  }

  again(): void {
    this.#isStale = true
    this.#loop.wake()
  }

  overtaken(): void {
    this.#news++
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }
}
