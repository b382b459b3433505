import { isTerminalWorkflowStatus } from '@dureq/types'
import { beginLife } from './attempts.ts'
import type { Draft } from './draft.ts'

/**
 * Somebody wants a workflow that has ended to go on from what failed: the head is out of its end already. Its parent, if that goes
 * on, knows whether anybody waits for it.
 */
export function onRetry(draft: Draft): void {
  const { id: childId, status, parent } = draft.known.head
  if (draft.state.phase !== 'over' || isTerminalWorkflowStatus(status)) return
  beginLife(draft)
  if (parent === undefined) return
  const allowed = ['running', 'suspended'] as const
  draft.send.push({ to: parent.id, message: { kind: 'childRetried', childId, task: parent.task }, allowed })
}
