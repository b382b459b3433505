import { type Duration, parseDuration } from '../duration.ts'
import { DureqError } from '../errors/dureq-error.ts'
import { causedBy, textOf } from './thrown.ts'

/**
 * A handler throws this when trying again cannot help: the job is dead at once, whatever its retry policy says.
 * Give it the error that happened, which becomes the `cause`, or a text.
 */
export class NonRetryableError extends DureqError<'non-retryable'> {
  static override readonly code = 'non-retryable'

  constructor(errorOrText: unknown) {
    super(textOf(errorOrText), causedBy(errorOrText))
  }
}

/** A handler throws this to say that trying again can help, as any ordinary error also does. */
export class RetryableError extends DureqError<'retryable'> {
  static override readonly code = 'retryable'

  constructor(errorOrText: unknown) {
    super(textOf(errorOrText), causedBy(errorOrText))
  }
}

/**
 * A handler throws this when someone it depends on asks for patience. The attempt counts as failed, and the next
 * one comes after `retryAfter` instead of the backoff.
 */
export class RateLimitedError extends DureqError<'rate-limited'> {
  static override readonly code = 'rate-limited'
  /** How long to wait, in milliseconds; 0 means the initial delay of the retry policy. */
  readonly retryAfterMs: number

  /** @throws ValidationError when `retryAfter` is no duration. */
  constructor(errorOrText: unknown, options: { readonly retryAfter: Duration }) {
    super(textOf(errorOrText), causedBy(errorOrText))
    this.retryAfterMs = parseDuration(options.retryAfter, 'retryAfter')
  }
}
