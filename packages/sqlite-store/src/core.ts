import { type CallKey, type Clock, type Settings, StoreUnavailableError } from '@dureq/types'
import { createQuietCalls, type Progress, type QuietCalls, readLane, writeLane } from './call-lanes.ts'
import type { Connection } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Numbers } from './numbers.ts'
import type { Patience, Persist } from './patience.ts'
import { readSettings } from './settings-table.ts'
import { beginStep, type Step } from './step.ts'

/** What the roles of one store share: its connection, its time, and how to read and change what is stored. */
export interface Core {
  readonly db: Connection
  /** Decides every time that is stored. */
  readonly clock: Clock
  readonly hub: Hub
  readonly quiet: QuietCalls
  /** Aborts when the store is closed. */
  readonly closed: AbortSignal
  /** Looks at what is stored. What one `look` reads belongs together only as far as one query reads it. */
  read<T>(look: (db: Connection, now: number) => T): Promise<T>
  /** Changes what is stored in one transaction; who waits for it is told when it is done. */
  write<T>(patience: Patience, work: (step: Step) => T): Promise<T>
  /** The settings as a step or a look finds them. */
  settingsOf(numbers: Numbers): Settings
}

/** What a core is made of. */
export interface CoreOptions {
  readonly db: Connection
  readonly clock: Clock
  readonly hub: Hub
  readonly persist: Persist
  readonly closed: AbortSignal
}

/** Puts a core together. */
export function createCore({ db, clock, hub, persist, closed }: CoreOptions): Core {
  let known: { readonly version: number; readonly settings: Settings } | undefined
  const settingsOf = ({ settingsVersion }: Numbers): Settings => {
    if (known?.version !== settingsVersion) known = readSettings(db)
    return known.settings
  }
  const transact = <T>(work: (step: Step) => T): T => {
    const { step, result } = db.transact(() => {
      const begun = beginStep(db, clock.now(), (numbers) => settingsOf(numbers).retention)
      const answer = work(begun)
      begun.flush()
      return { step: begun, result: answer }
    })
    hub.publish(step.news, step.now)
    return result
  }
  return {
    db,
    clock,
    hub,
    quiet: createQuietCalls(),
    closed,
    read: (look) => persist('ordinary', () => look(db, clock.now())),
    write: (patience, work) => persist(patience, () => transact(work)),
    settingsOf,
  }
}

/** A call over many items, each of which is done wholly or not at all. */
export interface PiecewiseCall<Item, Note> {
  readonly call: CallKey
  readonly items: readonly Item[]
  readonly patience: Patience
  /** How much of a piece an item takes up; a piece takes 1 in all. */
  readonly weigh: (item: Item) => number
  /** Does some of the items; answers with what the reply cannot be made from without it. */
  readonly work: (step: Step, items: readonly Item[], from: number) => readonly Note[]
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
  const { call, items, patience, weigh, work } = options
  let progress: Progress<Note> = { done: 0, notes: [] }
  while (progress.done < items.length) {
    progress = await goOn(progress.done > 0, () =>
      core.write(patience, (step) => {
        const before = readLane<Note>(step.db, call)
        core.quiet.check(call)
        if (before.done >= items.length) return before
        const piece = pieceFrom(items, before.done, weigh)
        const notes = work(step, piece, before.done)
        const after = { done: before.done + piece.length, notes: [...before.notes, ...notes] }
        writeLane(step.db, call, after, step.now)
        return after
      }),
    )
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

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
