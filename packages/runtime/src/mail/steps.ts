import {
  type CommitOutcome,
  type InstanceCommit,
  type InstanceHead,
  isTerminalWorkflowStatus,
  type MailBag,
  partitionOf,
  type ReceiveReply,
  StoreUnavailableError,
  withPartition,
} from '@dureq/types'
import { allOf } from './all-of.ts'
import type { Complaints } from './complaints.ts'
import type { EngineTools } from './engine-tools.ts'
import type { HookCaller } from './hook-caller.ts'
import type { Machine, MachineReduced, OpenBag } from './machine.ts'
import type { NeedyCase, OpenCase } from './open-case.ts'
import type { PartCache } from './part-cache.ts'
import { piecesOf } from './pieces.ts'

/** What steps need besides. */
export interface StepsOptions<Case extends OpenCase<Part>, Needs, Part> extends EngineTools {
  readonly machine: Machine<Case, Needs, Part>
  readonly cache: PartCache<Part>
  readonly hooks: HookCaller
  readonly complaints: Complaints
}

/** Carries instances on: what their mail leads to, each in one step of the store. */
export interface Steps {
  /**
   * Resolves when every instance of which mail was received has been carried on, or cannot be at present. The latter is
   * complained about; it stays leased, so that it is tried again after a while and keeps no other from going on.
   *
   * @throws what the store throws when it is away.
   */
  carryOn(reply: Pick<ReceiveReply, 'bags' | 'now'>): Promise<void>
}

/** Steps that a machine decides. */
export function createSteps<Case extends OpenCase<Part>, Needs, Part>(
  options: StepsOptions<Case, Needs, Part>,
): Steps {
  return new MachineSteps(options)
}

/** What a case came to. */
interface Decision<Case, Part> {
  readonly opened: Case
  readonly commit: InstanceCommit
  readonly parts: ReadonlyMap<string, Part | null>
}

/** What all cases of one round share. */
interface Turn {
  /** The store's clock. */
  readonly now: number
  /** How often something has been loaded for those that are not decided. */
  readonly loads: number
}

/** A case that is not decided after so many loads never will be. */
const MOST_LOADS = 100

class MachineSteps<Case extends OpenCase<Part>, Needs, Part> implements Steps {
  readonly #options: StepsOptions<Case, Needs, Part>

  constructor(options: StepsOptions<Case, Needs, Part>) {
    this.#options = options
  }

  async carryOn({ bags, now }: Pick<ReceiveReply, 'bags' | 'now'>): Promise<void> {
    if (bags.length === 0) return
    const open = await this.#options.machine.prepare(bags)
    const cases = bags.flatMap((bag) => this.#open(bag, open) ?? [])
    await this.#decide(cases, { now, loads: 0 })
  }

  #open(bag: MailBag, open: OpenBag<Case, Part>): Case | undefined {
    return this.#guard(bag.head, () => open(bag, (head) => this.#options.cache.recall(head)))
  }

  /** Those that can be decided are carried out while what the others need is loaded. */
  async #decide(cases: readonly Case[], turn: Turn): Promise<void> {
    const decided: Decision<Case, Part>[] = []
    const needy: NeedyCase<Case, Needs>[] = []
    for (const opened of cases) {
      const reduced = this.#guard(opened.head, () => this.#reduce(opened, turn))
      if (reduced?.kind === 'done')
        decided.push({ opened, ...reduced, commit: commitOf(opened, reduced.commit) })
      if (reduced?.kind === 'needs') needy.push({ opened, needs: reduced.needs })
    }
    await allOf([...piecesOf(decided).map((piece) => this.#commit(piece)), this.#load(needy, turn)])
  }

  #reduce(opened: Case, { now, loads }: Turn): MachineReduced<Needs, Part> {
    if (loads > MOST_LOADS) throw new Error('what it needs is never enough')
    const { newId, random, machine } = this.#options
    const partition = partitionOf(opened.head.id)
    return machine.reduce(opened, { now, random, newId: () => withPartition(newId(), partition) })
  }

  async #load(needy: readonly NeedyCase<Case, Needs>[], { now, loads }: Turn): Promise<void> {
    if (needy.length === 0) return
    await this.#options.machine.load(needy, loads)
    const cases = needy.map(({ opened }) => opened)
    await this.#decide(cases, { now, loads: loads + 1 })
  }

  async #commit(piece: readonly Decision<Case, Part>[]): Promise<void> {
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
  async #commitSingly(piece: readonly Decision<Case, Part>[], error: unknown): Promise<void> {
    const [first] = piece
    if (piece.length > 1) await allOf(piece.map((decision) => this.#commit([decision])))
    else if (first !== undefined) this.#options.complaints.add(first.opened.head, error)
  }

  #settled({ opened, commit, parts }: Decision<Case, Part>, outcome: CommitOutcome | undefined): void {
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

  #guard<T>(head: InstanceHead, act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.#options.complaints.add(head, error)
      return undefined
    }
  }
}

function commitOf<Part>(
  { head, messages }: OpenCase<Part>,
  commit: Omit<InstanceCommit, 'id' | 'version' | 'consumed'>,
): InstanceCommit {
  return { ...commit, id: head.id, version: head.version, consumed: messages.length }
}
