import {
  type BatchEnding,
  instanceBackoffMs,
  hasAttemptsLeft as mayTryAgain,
  OPEN_MS,
  OPEN_TIMER,
  type ResolvedRetryPolicy,
  resolveRetryPolicy,
} from '@dureq/types'
import { begin, isOpen, mayBegin } from './begin.ts'
import { clearDeadline } from './deadline.ts'
import type { Draft } from './draft.ts'
import { setPhase } from './moves.ts'
import { tellBatch } from './tell.ts'

/** The name of the timer of a backoff. */
export const RETRY = 'retry'

/** Whether a failure is retried by itself. */
export function hasAttemptsLeft(
  { known, state }: Draft,
  { error, final }: Omit<BatchEnding, 'status'>,
): boolean {
  return final !== true && mayTryAgain(policyOf(known.plan), state, error)
}

/** The attempt has failed; the next one begins after the backoff of the policy. */
export function backOff(draft: Draft, error: string): void {
  const { state, tools } = draft
  const policy = policyOf(draft.known.plan) as ResolvedRetryPolicy
  setPhase(draft, 'backoff')
  delete state.ending
  clearDeadline(draft)
  state.retryAt = tools.now + instanceBackoffMs(policy, state, tools.random)
  draft.timers.set(RETRY, state.retryAt)
  tellBatch(draft, 'batch.retrying', error)
}

/** The next attempt begins: what failed, was cancelled or never ran is to be done, and the whole `executionTimeout` is left. */
export function beginAttempt(draft: Draft): void {
  const { state, tools } = draft
  state.redo = takeUnmet(draft)
  state.attempt++
  delete state.retryAt
  begin(draft, tools.now)
}

/**
 * A retry by hand begins another life: as many attempts again.
 *
 * @param failedOnly goes on from what failed, was cancelled or never ran, instead of doing all items anew.
 */
export function beginLife(draft: Draft, failedOnly: boolean): void {
  const { state, known, tools } = draft
  state.maxAttempts = state.attempt + (policyOf(known.plan)?.maxAttempts ?? 1)
  if (!failedOnly) forgetItems(draft)
  // The end took the timer away.
  if (isOpen(draft)) draft.timers.set(OPEN_TIMER, tools.now + OPEN_MS)
  if (mayBegin(draft)) return beginAttempt(draft)
  state.redo = takeUnmet(draft)
  state.attempt++
  setPhase(draft, 'init')
}

/** All items are as if they had never been dispatched. */
function forgetItems(draft: Draft): void {
  const { state } = draft
  state.stale = (state.stale ?? 0) + takeUnmet(draft)
  state.redo = 0
  state.completed = 0
  state.next = 0
}

/** How many items stand in the set `unmet`, but for stale ones; none of them counts as failed or cancelled from now on. */
function takeUnmet({ state }: Draft): number {
  const { redo = 0, failed, cancelled } = state
  state.failed = 0
  state.cancelled = 0
  return redo + failed + cancelled
}

function policyOf({ retryPolicy }: Draft['known']['plan']): ResolvedRetryPolicy | undefined {
  return retryPolicy === undefined ? undefined : resolveRetryPolicy(retryPolicy)
}
