import { createLoop, type Loop } from '@dureq/runtime'
import type { WakeReason } from '@dureq/types'
import type { WorkerTools } from './worker-tools.ts'

/** What a wake listener needs besides. */
export interface WakeListenerOptions extends WorkerTools {
  readonly handlerSet: string
  /** Whether this node takes work now; if not, others are woken for it. */
  readonly wantsWork: () => boolean
  readonly onReason: (reason: WakeReason) => void
  /** Five seconds have passed without a reason: look, in case a wake was lost. */
  readonly onQuiet: () => void
}

/** Keeps one `wait` outstanding at all times: the one way a node learns that there is something to do. */
export interface WakeListener {
  start(): void
  /** Whether this node wants work has changed: says so to the store. */
  retune(): void
  stop(): Promise<void>
}

/** The store may lose a wake when it fails over; nobody waits longer than this for having lost one. */
const LOOK_AGAIN_MS = 5_000

/** A listener that hears nothing before it is started. */
export function createWakeListener(options: WakeListenerOptions): WakeListener {
  return new WaitingListener(options)
}

class WaitingListener implements WakeListener {
  readonly #options: WakeListenerOptions
  readonly #loop: Loop
  #waiting = new AbortController()
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
    this.#waiting.abort()
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
    const request = wantsWork() ? { nodeId, handlerSet } : { nodeId }
    const reasons = await link.watch(store.runs.wait(request, { timeoutMs: LOOK_AGAIN_MS, signal }))
    for (const reason of reasons) onReason(reason)
    if (reasons.length === 0 && !signal.aborted) onQuiet()
    return 0
  }
}
