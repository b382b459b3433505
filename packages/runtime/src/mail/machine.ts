import type { InstanceCommit, InstanceHead, MailBag, NewId, Random } from '@dureq/types'
import type { NeedyCase, OpenCase } from './open-case.ts'
import type { KnownParts } from './part-cache.ts'

/** What one step changes, but for whom and what it was decided from. */
export type MachineStep = Omit<InstanceCommit, 'id' | 'version' | 'consumed'>

/** What a reduction came to. */
export type MachineReduced<Needs, Part> =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | {
      readonly kind: 'done'
      readonly commit: MachineStep
      /** The parts that change, by name, as they are once it is committed; null: taken away. */
      readonly parts: ReadonlyMap<string, Part | null>
    }

/** Everything that a reduction needs and that is not a function of what is known. */
export interface MachineTools {
  /** The store's clock, epoch ms. */
  readonly now: number
  /** Mints ids that live in the partition of the instance. */
  readonly newId: NewId
  readonly random: Random
}

/** Opens the case of one bag. Throws when the instance cannot be carried on. */
export type OpenBag<Case, Part> = (bag: MailBag, recall: (head: InstanceHead) => KnownParts<Part>) => Case

/** What makes an engine one of workflows or of batches. */
export interface Machine<Case extends OpenCase<Part>, Needs, Part> {
  /** Loads what all of these bags need to be opened, at once. */
  prepare(bags: readonly MailBag[]): Promise<OpenBag<Case, Part>>
  /** Decides what follows from the mail of a case. Changes nothing outside. */
  reduce(opened: Case, tools: MachineTools): MachineReduced<Needs, Part>
  /**
   * Loads what these cases need into what is known of them.
   *
   * @param loads how often something has been loaded for them before.
   */
  load(needy: readonly NeedyCase<Case, Needs>[], loads: number): Promise<void>
}
