import { isTerminalWorkflowStatus } from '@dureq/types'
import { beginLife } from './attempts.ts'
import type { Draft } from './draft.ts'

/** Somebody wants a workflow that has ended to go on from what failed: the head is out of its end already. */
export function onRetry(draft: Draft): void {
  if (draft.state.phase === 'over' && !isTerminalWorkflowStatus(draft.known.head.status)) beginLife(draft)
}
