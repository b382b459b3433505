import { createTickBatcher } from '@dureq/runtime'
import type { JsonText, Store } from '@dureq/types'

/** Reads definitions by their hashes and remembers those used last; what is asked in one tick is one call of the store. */
export interface Definitions<Definition> {
  /** Undefined when no instance of it is left. */
  read(hash: string): Promise<Definition | undefined>
}

/** Text of the definitions that are remembered, in characters. */
const MOST_TEXT = 16 * 1024 * 1024

/** The definitions of a store, which are all of one kind; none is remembered yet. */
export function createDefinitions<Definition>(store: Pick<Store, 'mailboxes'>): Definitions<Definition> {
  const known = new Map<string, Known<Definition>>()
  let size = 0
  const reads = createTickBatcher((hashes: readonly string[]) => store.mailboxes.definitions(hashes))

  const remember = (hash: string, text: JsonText): Definition => {
    const definition = JSON.parse(text) as Definition
    if (!known.has(hash)) size += text.length
    known.set(hash, { definition, size: text.length })
    for (const [oldest, { size: freed }] of known) {
      if (size <= MOST_TEXT || oldest === hash) break
      known.delete(oldest)
      size -= freed
    }
    return definition
  }
  return {
    async read(hash) {
      const kept = known.get(hash)
      if (kept !== undefined) {
        known.delete(hash)
        known.set(hash, kept)
        return kept.definition
      }
      const text = await reads.add(hash)
      return text === undefined ? undefined : remember(hash, text)
    },
  }
}

interface Known<Definition> {
  readonly definition: Definition
  /** Characters of its text. */
  readonly size: number
}
