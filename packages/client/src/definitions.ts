import { createTickBatcher } from '@dureq/runtime'
import type { JsonText, Store, WorkflowDefinition } from '@dureq/types'

/** Reads definitions by their hashes and remembers those used last; what is asked in one tick is one call of the store. */
export interface Definitions {
  /** Undefined when no instance of it is left. */
  read(hash: string): Promise<WorkflowDefinition | undefined>
}

/** Text of the definitions that are remembered, in characters. */
const MOST_TEXT = 16 * 1024 * 1024

/** The definitions of a store; none is remembered yet. */
export function createDefinitions(store: Pick<Store, 'mailboxes'>): Definitions {
  const known = new Map<string, Known>()
  let size = 0
  const reads = createTickBatcher((hashes: readonly string[]) => store.mailboxes.definitions(hashes))

  const remember = (hash: string, text: JsonText): WorkflowDefinition => {
    const definition = JSON.parse(text) as WorkflowDefinition
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

interface Known {
  readonly definition: WorkflowDefinition
  /** Characters of its text. */
  readonly size: number
}
