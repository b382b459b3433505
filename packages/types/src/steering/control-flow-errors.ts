import { type Duration, parseDuration } from '../duration.ts'
import { DureqError } from '../errors/dureq-error.ts'
import type { JsonValue } from '../json.ts'
import { causedBy, textOf } from './thrown.ts'

/** A handler throws this when there is nothing to do: the run has succeeded, and its events say it was skipped. */
export class SkipError extends DureqError<'skip'> {
  static override readonly code = 'skip'
  readonly reason: string | undefined

  constructor(reason?: string) {
    super(withDetail('skip', reason))
    this.reason = reason
  }
}

/** When and why to repeat. */
export interface RepeatOptions {
  /** How long to wait before the next execution. Default: none. */
  readonly delay?: Duration
  /** An error to mention; it does not count as a failure. */
  readonly cause?: unknown
}

/** A handler throws this to be executed again, at once or after a delay, without using up an attempt. */
export class RepeatError extends DureqError<'repeat'> {
  static override readonly code = 'repeat'
  /** How long to wait, in milliseconds; 0 means at once. */
  readonly delayMs: number

  /** @throws ValidationError when `delay` is no duration. */
  constructor(options: RepeatOptions = {}) {
    const { delay = 0, cause } = options
    super(withDetail('repeat', cause === undefined ? undefined : textOf(cause)), causedBy(cause))
    this.delayMs = parseDuration(delay, 'delay')
  }
}

/** A handler throws this to pause its job until someone resumes it, or until `retryAfter` is over. */
export class PauseError extends DureqError<'pause'> {
  static override readonly code = 'pause'
  readonly reason: string | undefined
  /** When to resume, in milliseconds from the end of the run; undefined means by hand only. */
  readonly retryAfterMs: number | undefined

  /** @throws ValidationError when `retryAfter` is no duration. */
  constructor(reason?: string, options: { readonly retryAfter?: Duration } = {}) {
    super(withDetail('pause', reason))
    const { retryAfter } = options
    this.reason = reason
    this.retryAfterMs = retryAfter === undefined ? undefined : parseDuration(retryAfter, 'retryAfter')
  }
}

/**
 * A handler of a workflow task throws this to end the workflow as `continued` and begin a new instance of the
 * same definition with another input. It keeps the history of an endless workflow short.
 */
export class ContinueAsNewError extends DureqError<'continue-as-new'> {
  static override readonly code = 'continue-as-new'
  /** The input of the new instance. */
  readonly input: JsonValue

  constructor(input: JsonValue) {
    super('continue-as-new')
    this.input = input
  }
}

function withDetail(word: string, detail: string | undefined): string {
  return detail === undefined || detail === '' ? word : `${word}: ${detail}`
}
