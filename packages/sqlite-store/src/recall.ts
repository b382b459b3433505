import type { Connection } from './connection.ts'
import type { KnownCounts } from './counts.ts'
import type { LogEnd } from './event-log.ts'
import { KeyBook } from './key-book.ts'
import { LimitBook } from './limit-book.ts'
import type { LineBook } from './line-book.ts'
import { openLines } from './lines.ts'
import { type Numbers, readNumbers } from './numbers.ts'
import type { StoredFiring } from './stored-firing.ts'

/**
 * What a connection knows to be stored without reading it again: what it has read or written itself, as long as nobody
 * else has written since. Whoever changes one of these in the file changes it here in the same step.
 */
export interface Recall {
  readonly numbers: Numbers
  readonly lines: LineBook
  readonly keys: KeyBook
  readonly limits: LimitBook
  /** Numbers of jobs, as far as they were asked for. */
  readonly counts: KnownCounts
  readonly log: LogEnd
  /** The last call of each lane, by `laneName`. */
  readonly lanes: Map<string, number>
  /** Ids of handler sets some node announces. */
  readonly handlerSets: Set<string>
  /** Firings that are leased, by id: whoever leased them will be heard of them again. */
  readonly leased: Map<string, StoredFiring>
  /** Nothing is due before this instant; 0 when that is not known. */
  quietUntil: number
}

/** The recall of a connection. */
export interface Memory {
  /** What is known now. Only inside a transaction that holds the write lock, so that it stays true until its end. */
  recall(): Recall
  /** What was known when a transaction last ended, which others may have changed since: a hint. */
  hint(): Recall | undefined
  /** Forgets everything: what was written was not committed. */
  forget(): void
}

/** A memory that knows nothing yet. */
export function createMemory(db: Connection): Memory {
  let known: Recall | undefined
  let version: number | undefined
  return {
    recall() {
      const present = db.dataVersion()
      if (known === undefined || version !== present) known = createRecall(db)
      version = present
      return known
    },
    hint: () => known,
    forget() {
      known = undefined
    },
  }
}

function createRecall(db: Connection): Recall {
  const numbers = readNumbers(db)
  const keys = new KeyBook(db)
  return {
    numbers,
    lines: openLines(db, numbers, keys),
    keys,
    limits: new LimitBook(db),
    counts: new Map(),
    log: { gone: 0 },
    lanes: new Map(),
    handlerSets: new Set(),
    leased: new Map(),
    quietUntil: 0,
  }
}
