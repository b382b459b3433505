import { createLoop, type Loop } from '@dureq/runtime'
import type { WakeReason } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** What a wake listener needs besides. */
export interface WakeListenerOptions extends WorkerTools {
  readonly handlerSet: string
  /** Whether this node is to be woken for work now; if not, others are. */
  readonly wantsWork: () => boolean
  readonly onReason: (reason: WakeReason) => void
  /** Five seconds have passed without a reason: look, in case a wake was lost. */
  readonly onQuiet: () => void
}

/** Keeps one `wait` outstanding at all times: the one way a node learns that there is something to do. */
export interface WakeListener {
  start(): void
  /** Whether this node wants to be woken for work may have changed: tells the store if so. */
  retune(): void
  stop(): Promise<void>
}

/** The store may lose a wake when it fails over; nobody waits longer than this for having lost one. */
const LOOK_AGAIN_MS = 5_000

/**
 * Who was woken for work goes and claims it, and can be woken again once nothing is left; it would only be told the same
 * meanwhile. Whoever waits for nothing else (all slots are busy) waits this long at most before it listens again.
 */
const CLAIMING_MS = 100

/** A listener that hears nothing before it is started. */
export function createWakeListener(options: WakeListenerOptions): WakeListener {
  return new WaitingListener(options)
}

class WaitingListener implements WakeListener {
  readonly #options: WakeListenerOptions
  readonly #loop: Loop
  #waiting = new AbortController()
  /** Whether the present wait is also for work. */
  #forWork = false
  #stopped = false

  constructor(options: WakeListenerOptions) {
    this.#options = options
    const { clock, random, logger, isReported } = options
    this.#loop = createLoop({ clock, random, logger, isReported, round: () => this.#round() })
  }

  start(): void {
    this.#loop.start()
  }

  retune(): void {
    if (this.#forWork !== this.#options.wantsWork()) this.#waiting.abort()
    this.#loop.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const stopped = this.#loop.stop()
    this.#waiting.abort()
    await stopped
  }

  async #round(): Promise<number> {
    if (this.#waiting.signal.aborted && !this.#stopped) this.#waiting = new AbortController()
    const { store, link, nodeId, handlerSet, wantsWork, onReason, onQuiet } = this.#options
    const { signal } = this.#waiting
    this.#forWork = wantsWork()
    const request = this.#forWork ? { nodeId, handlerSet } : { nodeId }
    const reasons = await link.watch(store.runs.wait(request, { timeoutMs: LOOK_AGAIN_MS, signal }))
    for (const reason of reasons) onReason(reason)
    const quiet = reasons.length === 0 && !signal.aborted
    if (quiet) onQuiet()
    return quiet || reasons.some((reason) => reason.kind === 'work') ? CLAIMING_MS : 0
  }
}
