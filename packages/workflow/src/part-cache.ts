import type { HookPart, TaskPart } from '@dureq/dag'
import type { InstanceHead } from '@dureq/types'

/** A part as it is stored; null: there is none. */
export type StoredPart = TaskPart | HookPart | null

/** What is known of the parts of one instance at one version of it. */
export interface KnownParts {
  /** undefined: not known. */
  get(name: string): StoredPart | undefined
  /** Notes what was read, or has become of a part. */
  set(name: string, part: StoredPart): void
  readonly size: number
}

/**
 * Parts of instances, kept between steps. What is known of an instance counts only for the version at which it was true;
 * an instance that another engine has carried on is read again.
 */
export interface PartCache {
  /** What is known of an instance as it was received. One that is new has no parts: everything is known of it. */
  recall(head: Pick<InstanceHead, 'id' | 'version'>): KnownParts
  /** Keeps what is known of an instance that now has this version. */
  keep(id: string, version: number, parts: KnownParts): void
  forget(id: string): void
}

/** A cache of so many parts of all instances; the least recently used instances go first. */
export function createPartCache(mostParts: number): PartCache {
  return new LruPartCache(mostParts)
}

interface Entry {
  readonly version: number
  readonly parts: KnownParts
  /** Its share of the size of the cache. */
  readonly weight: number
}

class LruPartCache implements PartCache {
  readonly #mostParts: number
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>()
  #size = 0

  constructor(mostParts: number) {
    this.#mostParts = mostParts
  }

  recall({ id, version }: Pick<InstanceHead, 'id' | 'version'>): KnownParts {
    const entry = this.#entries.get(id)
    if (entry?.version === version) return entry.parts
    if (entry !== undefined) this.forget(id)
    return new MapOfParts(version === FIRST_VERSION ? null : undefined)
  }

  keep(id: string, version: number, parts: KnownParts): void {
    this.forget(id)
    const weight = parts.size + 1
    this.#entries.set(id, { version, parts, weight })
    this.#size += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#mostParts) break
      this.forget(oldest)
    }
  }

  forget(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#size -= entry.weight
  }
}

/** Of an instance nothing has been committed of yet. */
const FIRST_VERSION = 1

class MapOfParts implements KnownParts {
  readonly #parts = new Map<string, StoredPart>()
  /** What is true of all parts not noted: that there are none, or nothing. */
  readonly #others: null | undefined

  constructor(others: null | undefined) {
    this.#others = others
  }

  get size(): number {
    return this.#parts.size
  }

  get(name: string): StoredPart | undefined {
    const part = this.#parts.get(name)
    return part === undefined ? this.#others : part
  }

  set(name: string, part: StoredPart): void {
    this.#parts.set(name, part)
  }
}
