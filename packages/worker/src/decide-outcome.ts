import {
  backoffMs,
  ContinueAsNewError,
  classifyError,
  errorClass,
  findInChain,
  getRetryAfter,
  type LeaseRef,
  PauseError,
  type Random,
  RepeatError,
  type ResolvedRetryPolicy,
  type RunOutcome,
  SkipError,
  textOf,
  toJsonText,
  ValidationError,
} from '@dureq/types'
import { stackOf } from './stack-of.ts'

/** How a run ended, without the name of its lease. */
export type Verdict = WithoutLease<RunOutcome>

type WithoutLease<Outcome> = Outcome extends RunOutcome ? Omit<Outcome, keyof LeaseRef> : never

/** What of a lease decides about the next attempt. */
export interface AttemptFacts {
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Attempts allowed in all. */
  readonly maxAttempts: number
  /** Failures in a row before this one. */
  readonly consecutiveErrors: number
  readonly policy: ResolvedRetryPolicy
  /** Set for a task of a workflow, which may continue as new: largest input of the next instance, in bytes of JSON. */
  readonly continuation?: { readonly inputLimit: number }
}

/** Longer error texts are cut, and say so: they are kept with every run, result and event. */
const MAX_ERROR_LENGTH = 16_384

/**
 * What a thrown value asks for: skip, repeat and pause are obeyed (semantics 4.4), everything else is a failed
 * attempt. Continue-as-new has a meaning in workflow tasks only; elsewhere it is a mistake that no retry mends.
 */
export function decideThrown(thrown: unknown, facts: AttemptFacts, random: Random): Verdict {
  const skip = findInChain(thrown, SkipError)
  if (skip !== undefined) return { kind: 'succeeded', skipped: skip.reason ?? '' }
  const repeat = findInChain(thrown, RepeatError)
  if (repeat !== undefined) return { kind: 'repeated', delayMs: repeat.delayMs }
  const pause = findInChain(thrown, PauseError)
  if (pause !== undefined) return pauseAsked(pause)
  const next = findInChain(thrown, ContinueAsNewError)
  if (next !== undefined) return continueAsked(next, facts)
  return decideFailure(thrown, facts, random)
}

/** The handler took too long: the retry policy decides, as for every failed attempt. */
export function decideTimedOut(error: Error, facts: AttemptFacts, random: Random): Verdict {
  const text = errorText(error)
  return failed('timed_out', text, next(error, text, facts, random))
}

/** The handler failed: non-retryable, pause after so many errors, attempts used up, or another attempt. */
export function decideFailure(error: unknown, facts: AttemptFacts, random: Random): Verdict {
  const text = errorText(error)
  const stack = stackOf(error)
  const verdict = failed('failed', text, next(error, text, facts, random))
  return stack === undefined ? verdict : { ...verdict, stack }
}

type Failure = Extract<Verdict, { kind: 'failed' }>
type Next = Failure['then']

/** Semantics 4.2: the first condition that holds decides. */
function next(error: unknown, text: string, facts: AttemptFacts, random: Random): Next {
  const { attempt, maxAttempts, consecutiveErrors, policy } = facts
  const asked = classifyError(error)
  const hopeless = policy.nonRetryableErrors.some((part) => text.includes(part))
  if (asked === errorClass.nonRetryable || hopeless) return { do: 'die' }
  if (policy.pauseAfterErrCount > 0 && consecutiveErrors + 1 >= policy.pauseAfterErrCount) {
    return pauseAfterErrors(policy.pauseRetryDelayMs)
  }
  if (attempt >= maxAttempts) return { do: 'die' }
  if (asked === errorClass.rateLimited) {
    return { do: 'retry', delayMs: getRetryAfter(error) || policy.initialDelayMs }
  }
  return { do: 'retry', delayMs: backoffMs(policy, attempt, random) }
}

function pauseAfterErrors(retryDelayMs: number): Next {
  return retryDelayMs > 0 ? { do: 'pause', resumeAfterMs: retryDelayMs } : { do: 'pause' }
}

function pauseAsked({ reason, retryAfterMs }: PauseError): Verdict {
  return {
    kind: 'paused',
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { resumeAfterMs: retryAfterMs }),
  }
}

/** An input that cannot be stored would be no better at the next attempt. */
function continueAsked({ input }: ContinueAsNewError, { continuation }: AttemptFacts): Verdict {
  if (continuation === undefined) {
    return failed('failed', 'continue-as-new: only a workflow task can continue as new', { do: 'die' })
  }
  try {
    return { kind: 'succeeded', continueAsNew: toJsonText(input, 'input', continuation.inputLimit) }
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return failed('failed', `continue-as-new: ${errorText(error)}`, { do: 'die' })
  }
}

function failed(status: 'failed' | 'timed_out', error: string, what: Next): Failure {
  return { kind: 'failed', status, error, then: what }
}

/** The text a failure is known by: its message, or the name of an error that has none. */
function errorText(error: unknown): string {
  // Libraries do put other things than texts into `message`.
  const text = String(textOf(error) || (error instanceof Error ? error.name : 'unknown error'))
  if (text.length <= MAX_ERROR_LENGTH) return text
  return `${text.slice(0, MAX_ERROR_LENGTH)} ... (cut, ${text.length} characters)`
}
