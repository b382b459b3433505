import type { InstanceHead } from '@dureq/types'

/** What is known of the parts of one instance at one version of it; null: there is none. */
export interface KnownParts<Part> {
  /** undefined: not known. */
  get(name: string): Part | null | undefined
  /** Notes what was read, or has become of a part. */
  set(name: string, part: Part | null): void
  readonly size: number
}

/**
 * Parts of instances, kept between steps. What is known of an instance counts only for the version at which it was true;
 * an instance that another engine has carried on is read again.
 */
export interface PartCache<Part> {
  /** What is known of an instance as it was received. */
  recall(head: Pick<InstanceHead, 'id' | 'version'>): KnownParts<Part>
  /** Keeps what is known of an instance that now has this version. */
  keep(id: string, version: number, parts: KnownParts<Part>): void
  forget(id: string): void
}

/** What a part cache holds. */
export interface PartCacheOptions {
  /** Parts of all instances; the least recently used instances go first. */
  readonly mostParts: number
  /** Instances begin without parts, and only commits write any: everything is known of one that is new. */
  readonly newHasNone: boolean
}

/** A cache that is empty. */
export function createPartCache<Part>(options: PartCacheOptions): PartCache<Part> {
  return new LruPartCache<Part>(options)
}

interface Entry<Part> {
  readonly version: number
  readonly parts: KnownParts<Part>
  /** Its share of the size of the cache. */
  readonly weight: number
}

class LruPartCache<Part> implements PartCache<Part> {
  readonly #options: PartCacheOptions
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry<Part>>()
  #size = 0

  constructor(options: PartCacheOptions) {
    this.#options = options
  }

  recall({ id, version }: Pick<InstanceHead, 'id' | 'version'>): KnownParts<Part> {
    const entry = this.#entries.get(id)
    if (entry?.version === version) return entry.parts
    if (entry !== undefined) this.forget(id)
    const isEmpty = this.#options.newHasNone && version === FIRST_VERSION
    return new MapOfParts<Part>(isEmpty ? null : undefined)
  }

  keep(id: string, version: number, parts: KnownParts<Part>): void {
    this.forget(id)
    const weight = parts.size + 1
    this.#entries.set(id, { version, parts, weight })
    this.#size += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#options.mostParts) break
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

class MapOfParts<Part> implements KnownParts<Part> {
  readonly #parts = new Map<string, Part | null>()
  /** What is true of all parts not noted: that there are none, or nothing. */
  readonly #others: null | undefined

  constructor(others: null | undefined) {
    this.#others = others
  }

  get size(): number {
    return this.#parts.size
  }

  get(name: string): Part | null | undefined {
    const part = this.#parts.get(name)
    return part === undefined ? this.#others : part
  }

  set(name: string, part: Part | null): void {
    this.#parts.set(name, part)
  }
}
