import { type Clock, type Random, StoreFullError, StoreUnavailableError } from '@dureq/types'

/**
 * How soon a call that met SQLITE_BUSY tries again: what keeps leases goes before what makes new ones.
 */
export type Patience = 'urgent' | 'ordinary'

const pauses = {
  urgent: { atLeastMs: 1, spreadMs: 2 },
  ordinary: { atLeastMs: 5, spreadMs: 15 },
} as const satisfies Record<Patience, { readonly atLeastMs: number; readonly spreadMs: number }>

/** What trying again needs. */
export interface PatienceOptions {
  /** The real clock: another process holds the lock, and it lives in real time. */
  readonly clock: Clock
  readonly random: Random
  /** A call is given up after this time. */
  readonly timeoutMs: number
  /** Ends the waiting when the store is closed. */
  readonly signal: AbortSignal
}

/** How long a call that met SQLITE_BUSY pauses, in ms. */
export function pauseFor(patience: Patience, random: Random): number {
  const { atLeastMs, spreadMs } = pauses[patience]
  return atLeastMs + random() * spreadMs
}

/** Reads: carries out an action, at once if it can be; while the database is locked, again and again. */
export type Persist = <T>(action: () => T) => Promise<T>

/**
 * Makes the function that tries until it succeeds, and translates the errors of the database.
 *
 * The promise it returns rejects with StoreUnavailableError when the database stays locked for `timeoutMs`, cannot be
 * read or written, or the store is closed; with StoreFullError when the disk is full.
 */
export function createPersist({ clock, random, timeoutMs, signal }: PatienceOptions): Persist {
  return async (action) => {
    let giveUpAt: number | undefined
    for (;;) {
      if (signal.aborted) throw new StoreUnavailableError(false, { cause: signal.reason })
      try {
        return action()
      } catch (error) {
        if (!isBusy(error)) throw translate(error)
        giveUpAt ??= clock.now() + timeoutMs
        const pauseMs = pauseFor('ordinary', random)
        if (clock.now() + pauseMs > giveUpAt) throw new StoreUnavailableError(false, { cause: error })
        await clock.sleep(pauseMs, signal).catch(() => undefined)
      }
    }
  }
}

/** An error of the database; `code` is SQLite's name of it. */
interface SqlError extends Error {
  readonly code: string
}

function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_')
}

/** Whether somebody else holds the lock that is needed. */
export function isBusy(error: unknown): boolean {
  return isSqlError(error) && /^SQLITE_(BUSY|LOCKED)/.test(error.code)
}

/** What a caller is told of an error of the database. Errors of our own pass. */
export function translate(error: unknown): unknown {
  if (!isSqlError(error)) return error
  if (error.code.startsWith('SQLITE_FULL')) return new StoreFullError({ cause: error })
  // A commit whose last write failed may be found in the file after all.
  if (error.code.startsWith('SQLITE_IOERR')) return new StoreUnavailableError(true, { cause: error })
  if (isOfFile(error)) return new StoreUnavailableError(false, { cause: error })
  return error
}

/** Whether it is the file that cannot be used, rather than our statement that is wrong. */
function isOfFile({ code }: SqlError): boolean {
  return /^SQLITE_(BUSY|LOCKED|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PERM|AUTH|PROTOCOL|INTERRUPT)/.test(
    code,
  )
}
