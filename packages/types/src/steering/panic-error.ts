import { DureqError } from '../errors/dureq-error.ts'
import { findInChain } from './chain.ts'
import { isError, textOf } from './thrown.ts'

/**
 * A handler threw something that is not an Error: in JavaScript, that is what counts as a panic. It is retried
 * like any other failure.
 */
export class PanicError extends DureqError<'panic'> {
  static override readonly code = 'panic'
  /** What was thrown. */
  readonly value: unknown
  /** Where it was caught; a thrown value that is no Error does not know where it was thrown. */
  readonly stacktrace: string

  constructor(value: unknown, stacktrace: string) {
    super(`panic: ${textOf(value)}`)
    this.value = value
    this.stacktrace = stacktrace
  }
}

/** Whatever was thrown, as an Error: errors as they are, everything else in a `PanicError`. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new PanicError(thrown, new Error().stack ?? '')
}

/** The `PanicError` in a chain of causes, if there is one. */
export function getPanicError(error: unknown): PanicError | undefined {
  return findInChain(error, PanicError)
}

/** Whether an error is a `PanicError` or was caused by one. */
export function isPanicError(error: unknown): boolean {
  return getPanicError(error) !== undefined
}
