import { type CallKey, StoreUnavailableError } from '@dureq/types'
import { type Progress, readLane, writeLane } from './call-lanes.ts'
import type { Core } from './core.ts'
import type { Patience } from './patience.ts'
import type { Step } from './step.ts'
import { turn } from './write-queue.ts'

/** A call over many items, each of which is done wholly or not at all. */
export interface PiecewiseCall<Item, Note> {
  readonly call: CallKey
  readonly items: readonly Item[]
  readonly patience: Patience
  /** How much of a piece an item takes up; a piece takes 1 in all. */
  readonly weigh: (item: Item) => number
  /** Does some of the items; answers with what the reply cannot be made from without it. */
  readonly work: (step: Step, items: readonly Item[], from: number) => readonly Note[]
  /** Whether the call ends here although there are more items. Default: it does not. */
  readonly isOver?: (notes: readonly Note[]) => boolean
}

/**
 * Carries out a call in transactions short enough for others to get a turn in between. Its lane keeps how many items
 * are done, so a repeat goes on where the call was broken off, and changes nothing when it was not.
 *
 * @returns the notes on all items, in order.
 */
export async function callInPieces<Item, Note>(
  core: Core,
  options: PiecewiseCall<Item, Note>,
): Promise<readonly Note[]> {
  const { call, items, patience, weigh, work, isOver = () => false } = options
  const isDone = ({ done, notes }: Progress<Note>): boolean => done >= items.length || isOver(notes)
  const carryOut = (step: Step): Progress<Note> => {
    const before = readLane<Note>(step, call)
    core.quiet.check(call)
    if (isDone(before)) return before
    const piece = pieceFrom(items, before.done, weigh)
    const notes = work(step, piece, before.done)
    const after = {
      done: before.done + piece.length,
      notes: before.done === 0 ? notes : [...before.notes, ...notes],
    }
    writeLane(step, call, after)
    return after
  }
  let progress: Progress<Note> = { done: 0, notes: [] }
  while (!isDone(progress)) {
    const weight = weightFrom(items, progress.done, weigh)
    progress = await goOn(progress.done > 0, () => core.write({ patience, weight, work: carryOut }))
  }
  return progress.notes
}

/**
 * Carries out the next transaction of a call. When it is not the first, whatever else this process has to do comes
 * before it, and its failure leaves the call half done.
 */
export async function goOn<T>(hasBegun: boolean, transact: () => Promise<T>): Promise<T> {
  if (!hasBegun) return transact()
  await turn()
  try {
    return await transact()
  } catch (error) {
    throw StoreUnavailableError.is(error) ? new StoreUnavailableError(true, { cause: error }) : error
  }
}

/** How much of a piece the items from an index on take up: 1 when they do not all go into one. */
function weightFrom<Item>(items: readonly Item[], from: number, weigh: (item: Item) => number): number {
  let weight = 0
  for (let i = from; i < items.length && weight < 1; i++) weight += weigh(items[i] as Item)
  return Math.min(1, weight)
}

/** The items from an index on that go into one piece; at least one. */
function pieceFrom<Item>(
  items: readonly Item[],
  from: number,
  weigh: (item: Item) => number,
): readonly Item[] {
  let to = from
  for (let weight = 0; to < items.length && (to === from || weight <= 1); to++)
    weight += weigh(items[to] as Item)
  return from === 0 && to === items.length ? items : items.slice(from, to)
}
