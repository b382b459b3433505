import { findInChain } from './chain.ts'
import { ContinueAsNewError, PauseError, RepeatError, SkipError } from './control-flow-errors.ts'
import { NonRetryableError, RateLimitedError } from './outcome-errors.ts'

/** What an error asks for, by number. The numbers are part of the vocabulary and never change. */
export const errorClass = {
  /** Try again, as the retry policy says. */
  retryable: 0,
  /** Do not try again. */
  nonRetryable: 1,
  /** Try again after a set time. */
  rateLimited: 2,
  /** Nothing to do. */
  skip: 10,
  /** Execute again; the attempt does not count. */
  repeat: 11,
  /** Pause the job. */
  pause: 12,
  /** Replace the workflow by a new instance. */
  continueAsNew: 13,
} as const

/** One of the numbers of `errorClass`. */
export type ErrorClassification = (typeof errorClass)[keyof typeof errorClass]

/**
 * How a failure is to be retried: rate-limited, else non-retryable, else retryable. The whole chain of causes
 * counts, so an error that wraps a `NonRetryableError` is non-retryable.
 */
export function classifyError(error: unknown): ErrorClassification {
  if (findInChain(error, RateLimitedError)) return errorClass.rateLimited
  if (findInChain(error, NonRetryableError)) return errorClass.nonRetryable
  return errorClass.retryable
}

/** What a thrown error asks for: skip, repeat, pause, continue-as-new, in this order, else `classifyError`. */
export function classifyControlFlow(error: unknown): ErrorClassification {
  if (findInChain(error, SkipError)) return errorClass.skip
  if (findInChain(error, RepeatError)) return errorClass.repeat
  if (findInChain(error, PauseError)) return errorClass.pause
  if (findInChain(error, ContinueAsNewError)) return errorClass.continueAsNew
  return classifyError(error)
}

const classStrings: ReadonlyMap<number, string> = new Map([
  [errorClass.retryable, 'retryable'],
  [errorClass.nonRetryable, 'non-retryable'],
  [errorClass.rateLimited, 'rate-limited'],
  [errorClass.skip, 'skip'],
  [errorClass.repeat, 'repeat'],
  [errorClass.pause, 'pause'],
  [errorClass.continueAsNew, 'continue-as-new'],
])

/** A classification in words, the code of the error that asks for it; `unknown` for any other number. */
export function getErrorClassString(classification: number): string {
  return classStrings.get(classification) ?? 'unknown'
}

/** How long a rate-limited error asks to wait, in milliseconds; 0 for every other error. */
export function getRetryAfter(error: unknown): number {
  return findInChain(error, RateLimitedError)?.retryAfterMs ?? 0
}
