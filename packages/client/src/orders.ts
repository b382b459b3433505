import { createTickBatcher } from '@dureq/runtime'
import {
  type CommandOutcome,
  DuplicateJobError,
  type DureqError,
  InvalidJobStatusError,
  type JobCommand,
  JobNotFoundError,
  OwnedJobError,
} from '@dureq/types'
import { type ClientCore, MAX_ITEMS } from './core.ts'
import { cutIntoPieces, replyOf, sendPieces } from './pieces.ts'

/** Gives orders to the store; those of one tick travel together, in order. */
export interface Orders {
  give(command: JobCommand): Promise<CommandOutcome>
  /** Gives an order; resolves to why it was not carried out, if it was not. */
  tryTo(command: JobCommand): Promise<DureqError | undefined>
  /**
   * Gives an order that must be carried out.
   *
   * @throws JobNotFoundError, InvalidJobStatusError, DuplicateJobError, OwnedJobError for the outcomes that say it was not.
   */
  mustDo(command: JobCommand): Promise<void>
}

/** The way to give orders to the store of a client. */
export function createOrders({ store, caller }: ClientCore): Orders {
  const limits = { maxItems: MAX_ITEMS, maxWeight: Number.POSITIVE_INFINITY, weigh: () => 0 }
  const batcher = createTickBatcher((commands: readonly JobCommand[]) =>
    sendPieces(cutIntoPieces(commands, limits), async (piece) => {
      const { outcomes } = await caller.call((key) => store.jobs.command(key, piece))
      return outcomes
    }),
  )
  const give = async (command: JobCommand): Promise<CommandOutcome> => replyOf(await batcher.add(command))
  const tryTo = async (command: JobCommand): Promise<DureqError | undefined> =>
    errorOf(command, await give(command))
  const mustDo = async (command: JobCommand): Promise<void> => {
    const error = await tryTo(command)
    if (error !== undefined) throw error
  }
  return { give, tryTo, mustDo }
}

function errorOf({ verb, id }: JobCommand, outcome: CommandOutcome): DureqError | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined
    case 'unknown':
      return new JobNotFoundError(id)
    case 'refused':
      return new InvalidJobStatusError(id, outcome.status, verb)
    case 'keyHeld':
      return new DuplicateJobError(outcome.holder)
    case 'owned':
      return new OwnedJobError(outcome.ownerId)
  }
}
