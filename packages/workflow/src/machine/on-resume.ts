import { beginAttempt } from './attempts.ts'
import { resumeDeadline } from './deadline.ts'
import type { Draft } from './draft.ts'
import { beginWithInit } from './init.ts'
import { isSuspended } from './phase.ts'

/** The workflow goes on: the head says so already, and the deadline moves by the time it was suspended. */
export function onResume(draft: Draft, { at }: { readonly at: number }): void {
  resumeDeadline(draft, at)
  beginWithInit(draft)
  const { phase, retryAt } = draft.state
  const isDue = phase === 'backoff' && retryAt !== undefined && retryAt <= draft.tools.now
  if (isDue && !isSuspended(draft)) beginAttempt(draft)
}
