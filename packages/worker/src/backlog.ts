import type { Clock, LeasedRun } from '@dureq/types'
import type { Batch } from './batch.ts'

/** A run this node holds and has no slot for yet. */
export interface WaitingRun {
  readonly lease: LeasedRun
  readonly batch: Batch
}

/** What a backlog needs. */
export interface BacklogOptions {
  readonly clock: Clock
  /** Told of runs that have waited too long: others may have a slot for them. */
  readonly onStale: (runs: readonly WaitingRun[]) => void
}

/** Runs claimed ahead, waiting for a slot in the order they came. */
export interface Backlog {
  readonly size: number
  push(run: WaitingRun): void
  shift(): WaitingRun | undefined
  /** Takes out the one with this token. */
  remove(token: string): WaitingRun | undefined
  /** Takes out all there are. */
  clear(): readonly WaitingRun[]
}

/** A run that has waited this long is handed back. */
const PATIENCE_MS = 10

/** A backlog with nothing in it. */
export function createBacklog(options: BacklogOptions): Backlog {
  return new RunBacklog(options)
}

class RunBacklog implements Backlog {
  readonly #options: BacklogOptions
  #runs: WaitingRun[] = []
  #head = 0
  #isWatched = false

  constructor(options: BacklogOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#runs.length - this.#head
  }

  push(run: WaitingRun): void {
    this.#runs.push(run)
    if (!this.#isWatched) this.#lookIn(PATIENCE_MS)
  }

  shift(): WaitingRun | undefined {
    const run = this.#runs[this.#head]
    if (run === undefined) return undefined
    if (++this.#head === this.#runs.length) this.clear()
    return run
  }

  remove(token: string): WaitingRun | undefined {
    const at = this.#runs.findIndex(({ lease }, i) => i >= this.#head && lease.token === token)
    return at < 0 ? undefined : this.#runs.splice(at, 1)[0]
  }

  clear(): readonly WaitingRun[] {
    const left = this.#runs.slice(this.#head)
    this.#runs = []
    this.#head = 0
    return left
  }

  /** Runs of one claim came together, so whole batches become stale. */
  #look(): void {
    this.#isWatched = false
    const stale: WaitingRun[] = []
    const latest = this.#options.clock.now() - PATIENCE_MS
    for (let run = this.#runs[this.#head]; run !== undefined; run = this.#runs[this.#head]) {
      if (run.batch.cameAt > latest) break
      stale.push(run)
      this.shift()
    }
    if (stale.length > 0) this.#options.onStale(stale)
    const next = this.#runs[this.#head]
    if (next !== undefined && !this.#isWatched) this.#lookIn(Math.max(1, next.batch.cameAt - latest))
  }

  #lookIn(ms: number): void {
    this.#isWatched = true
    this.#options.clock.setTimeout(() => this.#look(), ms)
  }
}
