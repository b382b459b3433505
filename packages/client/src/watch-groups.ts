import { failurePauseMs } from '@dureq/runtime'
import { StoreUnavailableError } from '@dureq/types'
import type { ClientCore } from './core.ts'

/** Tells when jobs may have ended. */
export interface Watching {
  /**
   * Resolves when the store says that a job has ended or exists no more: look at it then. Waits through store
   * outages. Rejects with the reason of `signal` when that aborts, or with any other error of the store.
   */
  ended(id: string, signal: AbortSignal): Promise<void>
}

/** How long one call of the store waits; when it is over the next one follows. */
const CALL_MS = 60_000

/** Everything a client waits for, with as few calls of the store as possible. */
export function createWatching(core: Pick<ClientCore, 'store' | 'clock' | 'random' | 'logger'>): Watching {
  return new WatchGroups(core)
}

/** Someone who waits for one job. */
interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The jobs of one call of the store under way. */
interface Group {
  readonly ids: Set<string>
  readonly dissolving: AbortController
}

/**
 * The jobs asked for in one tick become a group, which is one call of the store. A new group takes over every
 * group that is not larger than itself, so that there are at most log2(n) calls for n jobs, and a job changes
 * groups at most log2(n) times, however many come and go.
 */
class WatchGroups implements Watching {
  readonly #core: Pick<ClientCore, 'store' | 'clock' | 'random' | 'logger'>
  readonly #waiters = new Map<string, Set<Waiter>>()
  readonly #groups = new Set<Group>()
  #fresh: string[] = []

  constructor(core: Pick<ClientCore, 'store' | 'clock' | 'random' | 'logger'>) {
    this.#core = core
  }

  async ended(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    let leave = (): void => {}
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter = { resolve, reject }
        this.#join(id, waiter)
        const onAbort = (): void => reject(signal.reason as Error)
        signal.addEventListener('abort', onAbort, { once: true })
        leave = () => {
          signal.removeEventListener('abort', onAbort)
          this.#leave(id, waiter)
        }
      })
    } finally {
      leave()
    }
  }

  #join(id: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(id)
    if (waiters !== undefined) {
      waiters.add(waiter)
      return
    }
    this.#waiters.set(id, new Set([waiter]))
    if (this.#fresh.push(id) === 1) setImmediate(() => this.#form())
  }

  #leave(id: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(id)
    waiters?.delete(waiter)
    if (waiters?.size !== 0) return
    this.#waiters.delete(id)
    for (const group of this.#groups) {
      if (group.ids.delete(id) && group.ids.size === 0) this.#dissolve(group)
    }
  }

  #form(): void {
    const ids = new Set(this.#fresh.filter((id) => this.#waiters.has(id)))
    this.#fresh = []
    if (ids.size === 0) return
    for (const group of [...this.#groups].sort((a, b) => a.ids.size - b.ids.size)) {
      if (group.ids.size > ids.size) break
      for (const id of group.ids) ids.add(id)
      this.#dissolve(group)
    }
    const group: Group = { ids, dissolving: new AbortController() }
    this.#groups.add(group)
    void this.#watch(group)
  }

  #dissolve(group: Group): void {
    this.#groups.delete(group)
    group.dissolving.abort()
  }

  /** Calls the store until every job of the group has ended or is no longer waited for. Never rejects. */
  async #watch({ ids, dissolving: { signal } }: Group): Promise<void> {
    const { store, clock, random, logger } = this.#core
    for (let failures = 0; ids.size > 0 && !signal.aborted; ) {
      try {
        const outcomes = await store.events.watch([...ids], { timeoutMs: CALL_MS, signal })
        for (const { id } of outcomes) this.#settle(id, (waiter) => waiter.resolve())
        if (failures > 0) logger.info({ failures }, 'watching for the end of jobs works again')
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (!StoreUnavailableError.is(error)) return this.#fail([...ids], error)
        if (failures++ === 0) logger.warn({ err: error }, 'cannot watch for the end of jobs; trying again')
        await clock.sleep(failurePauseMs(failures, random), signal).catch(() => {})
      }
    }
  }

  #fail(ids: readonly string[], error: unknown): void {
    for (const id of ids) this.#settle(id, (waiter) => waiter.reject(error))
  }

  /** Everyone who waits for the job learns of it and is gone; who asks from now on begins anew. */
  #settle(id: string, tell: (waiter: Waiter) => void): void {
    const waiters = this.#waiters.get(id) ?? []
    this.#waiters.delete(id)
    for (const group of this.#groups) {
      if (group.ids.delete(id) && group.ids.size === 0) this.#dissolve(group)
    }
    for (const waiter of waiters) tell(waiter)
  }
}
