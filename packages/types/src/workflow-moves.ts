import { IllegalMoveError } from './errors/refused-errors.ts'
import type { WorkflowStatus } from './workflow-status.ts'

/**
 * The moves a workflow or batch may make, from each status: the one table for code, tests and documentation.
 *
 * A suspended workflow whose last task ends stays suspended: its end would dispatch hooks, so it comes with the
 * resume. `failed` leads back to `running` for the automatic retry; a retry by hand begins a new life, also
 * from `cancelled` (see `isRetryableWorkflowStatus`).
 */
export const workflowMoves: Readonly<Record<WorkflowStatus, readonly WorkflowStatus[]>> = {
  pending: ['running', 'cancelled'],
  running: ['completed', 'failed', 'cancelled', 'suspended', 'continued'],
  suspended: ['running', 'cancelled'],
  failed: ['running'],
  completed: [],
  cancelled: [],
  continued: [],
}

/** Whether a workflow or batch may go from one status to another. */
export function validWorkflowTransition(from: WorkflowStatus, to: WorkflowStatus): boolean {
  return workflowMoves[from].includes(to)
}

/**
 * Passes when the move is allowed.
 *
 * @throws IllegalMoveError when it is not: a bug, since commands the status forbids are refused when sent.
 */
export function assertWorkflowTransition(from: WorkflowStatus, to: WorkflowStatus): void {
  if (!validWorkflowTransition(from, to)) throw new IllegalMoveError('workflow', from, to)
}
