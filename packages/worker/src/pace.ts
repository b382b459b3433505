import type { HandlerEntry } from './handler-entry.ts'

/** How long the last runs of each handler took: only what is fast may be claimed before a slot is free for it. */
export interface Paces {
  /** A run of this handler took so long. */
  note(entry: HandlerEntry, durationMs: number): void
  /** It has kept work waiting: it counts as slow until it has been fast long enough again. */
  distrust(entry: HandlerEntry): void
  /**
   * The handlers not to be claimed ahead now: those that are not known to be fast, those with a limit of
   * their own, and those that take many jobs at once.
   * `undefined` when nothing may be.
   */
  readonly excluded: readonly string[] | undefined
  /** Limits have changed: all handlers count as slow until they have been fast long enough again. */
  configure(entries: readonly HandlerEntry[]): void
}

/** A handler is fast when its last 32 runs took less than 2 ms on average. */
const RUNS = 32
const FAST_MS = 2

/** More exceptions than these cost a claim more than it gains. */
const MOST_EXCLUDED = 32

/** Paces of handlers that have not run yet. */
export function createPaces(entries: readonly HandlerEntry[]): Paces {
  return new HandlerPaces(entries)
}

class HandlerPaces implements Paces {
  excluded: readonly string[] | undefined
  #paces: ReadonlyMap<string, Pace> = new Map()
  #limited: readonly string[] = []
  #fast = 0

  constructor(entries: readonly HandlerEntry[]) {
    this.configure(entries)
  }

  configure(entries: readonly HandlerEntry[]): void {
    const unlimited = entries.filter((entry) => !isLimited(entry))
    this.#paces = new Map(unlimited.map(({ name }) => [name, new Pace()]))
    this.#limited = entries.filter(isLimited).map(({ name }) => name)
    this.#fast = 0
    this.excluded = undefined
  }

  note({ name }: HandlerEntry, durationMs: number): void {
    const pace = this.#paces.get(name)
    if (pace?.note(durationMs)) this.#changed(pace.isFast)
  }

  distrust({ name }: HandlerEntry): void {
    const pace = this.#paces.get(name)
    if (pace === undefined) return
    const wasFast = pace.isFast
    pace.forget()
    if (wasFast) this.#changed(false)
  }

  /** With a thousand handlers their names are looked at only when few are slow. */
  #changed(isFast: boolean): void {
    this.#fast += isFast ? 1 : -1
    const exceptions = this.#limited.length + this.#paces.size - this.#fast
    this.excluded = this.#fast > 0 && exceptions <= MOST_EXCLUDED ? this.#exceptions() : undefined
  }

  #exceptions(): readonly string[] {
    const slow = [...this.#paces].filter(([, pace]) => !pace.isFast).map(([name]) => name)
    return [...this.#limited, ...slow]
  }
}

/** Handlers of many jobs have rules of their own for what they are given before they begin. */
function isLimited({ concurrency, many }: HandlerEntry): boolean {
  return concurrency !== undefined || many !== undefined
}

/** The last runs of one handler. */
class Pace {
  isFast = false
  readonly #durations = new Float64Array(RUNS)
  #noted = 0
  #sum = 0

  /** True when this has changed `isFast`. */
  note(durationMs: number): boolean {
    const at = this.#noted++ % RUNS
    this.#sum += durationMs - (this.#durations[at] as number)
    this.#durations[at] = durationMs
    const before = this.isFast
    this.isFast = this.#noted >= RUNS && this.#sum < FAST_MS * RUNS
    return before !== this.isFast
  }

  forget(): void {
    this.isFast = false
    this.#durations.fill(0)
    this.#noted = 0
    this.#sum = 0
  }
}
