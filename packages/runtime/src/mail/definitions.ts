import type { JsonText, Store } from '@dureq/types'

/** The definitions that are in use, compiled, by their hash. */
export interface Definitions<Compiled> {
  /**
   * Those of these hashes, loaded together where they are not known; without those the store does not have, and with an
   * error for those that cannot be compiled.
   */
  get(hashes: Iterable<string | undefined>): Promise<ReadonlyMap<string, Compiled | Error>>
}

/** How definitions are compiled and kept. */
export interface DefinitionsOptions<Compiled> {
  readonly compile: (text: JsonText) => Compiled
  /** What one counts for in `most`. */
  readonly weigh: (compiled: Compiled) => number
  /** Kept in memory; the largest is kept in any case. */
  readonly most: number
}

/** Definitions of a store. Nothing of a definition changes, so what was read is true for ever. */
export function createDefinitions<Compiled>(
  mailboxes: Pick<Store['mailboxes'], 'definitions'>,
  options: DefinitionsOptions<Compiled>,
): Definitions<Compiled> {
  return new CachedDefinitions(mailboxes, options)
}

class CachedDefinitions<Compiled> implements Definitions<Compiled> {
  readonly #mailboxes: Pick<Store['mailboxes'], 'definitions'>
  readonly #options: DefinitionsOptions<Compiled>
  /** The least recently used first. */
  readonly #known = new Map<string, Compiled>()
  #weight = 0

  constructor(mailboxes: Pick<Store['mailboxes'], 'definitions'>, options: DefinitionsOptions<Compiled>) {
    this.#mailboxes = mailboxes
    this.#options = options
  }

  async get(hashes: Iterable<string | undefined>): Promise<ReadonlyMap<string, Compiled | Error>> {
    const found = new Map<string, Compiled | Error>()
    const unknown: string[] = []
    for (const hash of new Set(hashes)) {
      if (hash === undefined) continue
      const compiled = this.#recall(hash)
      if (compiled === undefined) unknown.push(hash)
      else found.set(hash, compiled)
    }
    if (unknown.length === 0) return found
    const texts = await this.#mailboxes.definitions(unknown)
    for (const [i, hash] of unknown.entries()) {
      const text = texts[i]
      if (text !== undefined) found.set(hash, this.#read(hash, text))
    }
    return found
  }

  /** What cannot be read is not kept: it is read again when it is asked for again. */
  #read(hash: string, text: JsonText): Compiled | Error {
    try {
      return this.#keep(hash, this.#options.compile(text))
    } catch (cause) {
      return new Error(`its definition ${hash} cannot be read`, { cause })
    }
  }

  #recall(hash: string): Compiled | undefined {
    const compiled = this.#known.get(hash)
    if (compiled === undefined) return undefined
    this.#known.delete(hash)
    this.#known.set(hash, compiled)
    return compiled
  }

  #keep(hash: string, compiled: Compiled): Compiled {
    if (!this.#known.has(hash)) this.#weight += this.#options.weigh(compiled)
    this.#known.set(hash, compiled)
    for (const [oldest, old] of this.#known) {
      if (this.#weight <= this.#options.most || oldest === hash) break
      this.#known.delete(oldest)
      this.#weight -= this.#options.weigh(old)
    }
    return compiled
  }
}
