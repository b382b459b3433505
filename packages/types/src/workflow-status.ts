/**
 * Every status a workflow or batch can have.
 *
 * - `pending` is stored and not yet begun
 * - `running` dispatches its tasks or items
 * - `suspended` dispatches nothing until it is resumed; what runs goes on (workflows only)
 * - `completed`, `failed`, `cancelled` and `continued` (replaced by a new instance) are ends
 */
export const workflowStatuses = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'suspended',
  'continued',
] as const

/** The status of a workflow or batch; `workflowStatuses` explains each. */
export type WorkflowStatus = (typeof workflowStatuses)[number]

/** Whether a workflow or batch in this status has ended. */
export function isTerminalWorkflowStatus(status: WorkflowStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'continued'
}

/**
 * Whether a retry accepts a workflow or batch in this status: failed or cancelled. A retry makes it `running`
 * again as a new life; from `cancelled` that is no move of `workflowMoves`, which describes one life.
 */
export function isRetryableWorkflowStatus(status: WorkflowStatus): boolean {
  return status === 'failed' || status === 'cancelled'
}
