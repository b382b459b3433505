import { compileWorkflow, type WorkflowGraph } from '@dureq/dag'
import type { JsonText, Store, WorkflowDefinition } from '@dureq/types'

/** The graphs of the definitions that are in use, by their hash. */
export interface Definitions {
  /**
   * Graphs of these hashes, loaded together where they are not known; without those the store does not have, and with an
   * error for those that are no definitions.
   */
  graphs(hashes: Iterable<string>): Promise<Graphs>
}

/** Graphs, or what is wrong with a definition, by the hash of it. */
export type Graphs = ReadonlyMap<string, WorkflowGraph | Error>

/** Tasks of definitions kept in memory; the largest definition is kept in any case. */
const MOST_TASKS = 200_000

/** Definitions of a store. Nothing of a definition changes, so what was read is true for ever. */
export function createDefinitions(
  mailboxes: Pick<Store['mailboxes'], 'definitions'>,
  mostTasks: number = MOST_TASKS,
): Definitions {
  return new CachedDefinitions(mailboxes, mostTasks)
}

class CachedDefinitions implements Definitions {
  readonly #mailboxes: Pick<Store['mailboxes'], 'definitions'>
  readonly #mostTasks: number
  /** The least recently used first. */
  readonly #known = new Map<string, WorkflowGraph>()
  #tasks = 0

  constructor(mailboxes: Pick<Store['mailboxes'], 'definitions'>, mostTasks: number) {
    this.#mailboxes = mailboxes
    this.#mostTasks = mostTasks
  }

  async graphs(hashes: Iterable<string>): Promise<Graphs> {
    const graphs = new Map<string, WorkflowGraph | Error>()
    const unknown: string[] = []
    for (const hash of new Set(hashes)) {
      const graph = this.#recall(hash)
      if (graph === undefined) unknown.push(hash)
      else graphs.set(hash, graph)
    }
    if (unknown.length === 0) return graphs
    const texts = await this.#mailboxes.definitions(unknown)
    for (const [i, hash] of unknown.entries()) {
      const text = texts[i]
      if (text !== undefined) graphs.set(hash, this.#read(hash, text))
    }
    return graphs
  }

  /** What cannot be read is not kept: it is read again when it is asked for again. */
  #read(hash: string, text: JsonText): WorkflowGraph | Error {
    try {
      return this.#keep(hash, compileWorkflow(JSON.parse(text) as WorkflowDefinition))
    } catch (cause) {
      return new Error(`its definition ${hash} cannot be read`, { cause })
    }
  }

  #recall(hash: string): WorkflowGraph | undefined {
    const graph = this.#known.get(hash)
    if (graph === undefined) return undefined
    this.#known.delete(hash)
    this.#known.set(hash, graph)
    return graph
  }

  #keep(hash: string, graph: WorkflowGraph): WorkflowGraph {
    if (!this.#known.has(hash)) this.#tasks += graph.size
    this.#known.set(hash, graph)
    for (const [oldest, { size }] of this.#known) {
      if (this.#tasks <= this.#mostTasks || oldest === hash) break
      this.#known.delete(oldest)
      this.#tasks -= size
    }
    return graph
  }
}
