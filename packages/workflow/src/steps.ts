import {
  type CommitOutcome,
  type InstanceCommit,
  isTerminalWorkflowStatus,
  type MailBag,
  partitionOf,
  type ReceiveReply,
  StoreUnavailableError,
  withPartition,
} from '@dureq/types'
import { allOf } from './all-of.ts'
import type { Complaints } from './complaints.ts'
import type { Definitions, Graphs } from './definitions.ts'
import type { HookCaller } from './engine-hooks.ts'
import type { EngineTools } from './engine-tools.ts'
import { loadNeeds, type NeedyCase } from './loader.ts'
import { type Reduced, reduceMail } from './machine/reduce.ts'
import { type OpenCase, openCase } from './open-case.ts'
import type { PartCache } from './part-cache.ts'
import { piecesOf } from './pieces.ts'

/** What steps need besides. */
export interface StepsOptions extends EngineTools {
  readonly cache: PartCache
  readonly definitions: Definitions
  readonly hooks: HookCaller
  readonly complaints: Complaints
  /** What decides. Default: the machine. */
  readonly reduce?: typeof reduceMail
}

/** Carries workflows on: what their mail leads to, each in one step of the store. */
export interface Steps {
  /**
   * Resolves when every workflow of which mail was received has been carried on, or cannot be at present. The latter is
   * complained about; it stays leased, so that it is tried again after a while and keeps no other from going on.
   *
   * @throws what the store throws when it is away.
   */
  carryOn(reply: Pick<ReceiveReply, 'bags' | 'now'>): Promise<void>
}

/** Steps that the machine decides. */
export function createSteps(options: StepsOptions): Steps {
  return new MachineSteps(options)
}

/** What a case came to. */
interface Decision {
  readonly opened: OpenCase
  readonly commit: InstanceCommit
  readonly parts: Extract<Reduced, { kind: 'done' }>['parts']
}

/** What all cases of one round share. */
interface Turn {
  /** The store's clock. */
  readonly now: number
  /** How often something has been loaded for those that are not decided. */
  readonly loads: number
}

/** Loads in which only what was asked for is loaded. */
const EXACT_LOADS = 2
/** Parts loaded ahead in the load after these; every further one doubles it. */
const FIRST_AHEAD = 64
/** A case that is not decided after so many never will be. */
const MOST_LOADS = 100

class MachineSteps implements Steps {
  readonly #options: StepsOptions

  constructor(options: StepsOptions) {
    this.#options = options
  }

  async carryOn({ bags, now }: Pick<ReceiveReply, 'bags' | 'now'>): Promise<void> {
    if (bags.length === 0) return
    const graphs = await this.#options.definitions.graphs(bags.map(({ head }) => head.definitionHash))
    const cases = bags.flatMap((bag) => this.#open(bag, graphs) ?? [])
    await this.#decide(cases, { now, loads: 0 })
  }

  #open(bag: MailBag, graphs: Graphs): OpenCase | undefined {
    const { head } = bag
    return this.#guard(head, () => {
      const graph = graphs.get(head.definitionHash)
      if (graph === undefined) throw new Error(`its definition ${head.definitionHash} is gone`)
      if (graph instanceof Error) throw graph
      return openCase(bag, graph, this.#options.cache.recall(head))
    })
  }

  /** Those that can be decided are carried out while what the others need is loaded. */
  async #decide(cases: readonly OpenCase[], turn: Turn): Promise<void> {
    const decided: Decision[] = []
    const needy: NeedyCase[] = []
    for (const opened of cases) {
      const reduced = this.#guard(opened.head, () => this.#reduce(opened, turn))
      if (reduced?.kind === 'done') decided.push({ opened, ...reduced, commit: commitOf(opened, reduced) })
      if (reduced?.kind === 'needs') needy.push({ opened, needs: reduced.needs })
    }
    await allOf([...piecesOf(decided).map((piece) => this.#commit(piece)), this.#load(needy, turn)])
  }

  #reduce({ head, known, messages }: OpenCase, { now, loads }: Turn): Reduced {
    if (loads > MOST_LOADS) throw new Error('what it needs is never enough')
    const { newId, random, reduce = reduceMail } = this.#options
    const partition = partitionOf(head.id)
    return reduce(known, messages, { now, random, newId: () => withPartition(newId(), partition) })
  }

  async #load(needy: readonly NeedyCase[], { now, loads }: Turn): Promise<void> {
    if (needy.length === 0) return
    const ahead = loads < EXACT_LOADS ? 0 : FIRST_AHEAD * 2 ** (loads - EXACT_LOADS)
    await loadNeeds(this.#options.store, needy, Math.min(ahead, 10_000))
    await this.#decide(
      needy.map(({ opened }) => opened),
      { now, loads: loads + 1 },
    )
  }

  async #commit(piece: readonly Decision[]): Promise<void> {
    const { store, caller, cache, onEnded } = this.#options
    const commits = piece.map(({ commit }) => commit)
    try {
      const { outcomes, ended } = await caller.call((key) => store.mailboxes.commit(key, commits))
      onEnded(ended)
      for (const [i, decision] of piece.entries()) this.#settled(decision, outcomes[i])
    } catch (error) {
      for (const { id } of commits) cache.forget(id)
      if (StoreUnavailableError.is(error)) throw error
      await this.#commitSingly(piece, error)
    }
  }

  /** One step that the store cannot take must not keep back those that came with it. */
  async #commitSingly(piece: readonly Decision[], error: unknown): Promise<void> {
    const [first] = piece
    if (piece.length > 1) await allOf(piece.map((decision) => this.#commit([decision])))
    else if (first !== undefined) this.#options.complaints.add(first.opened.head, error)
  }

  #settled({ opened, commit, parts }: Decision, outcome: CommitOutcome | undefined): void {
    const { cache, hooks, complaints } = this.#options
    const { head, known } = opened
    // The other engine that was faster, or whoever sent the newest command, has changed it: it is received again.
    if (outcome !== 'committed') return cache.forget(head.id)
    for (const [name, part] of parts) known.parts.set(name, part)
    // Of one that has ended, hooks may end, and a retry may come: nothing that is worth the memory.
    if (isTerminalWorkflowStatus(commit.status)) cache.forget(head.id)
    else cache.keep(head.id, head.version + 1, known.parts)
    complaints.over(head.id)
    hooks.committed(head, commit)
  }

  #guard<T>(head: OpenCase['head'], act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.#options.complaints.add(head, error)
      return undefined
    }
  }
}

function commitOf(
  { head, messages }: OpenCase,
  { commit }: Extract<Reduced, { kind: 'done' }>,
): InstanceCommit {
  return { ...commit, id: head.id, version: head.version, consumed: messages.length }
}
