import { IllegalMoveError } from './errors/refused-errors.ts'
import type { RunStatus } from './run-status.ts'

/**
 * The moves a run may make, from each status: the one table for code, tests and documentation.
 *
 * A run that ends before its start was reported passes through `running` in the same step. A run that is handed
 * back ends `cancelled`; one whose node is lost ends `failed`.
 */
export const runMoves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  claimed: ['running', 'failed', 'cancelled'],
  running: ['succeeded', 'failed', 'timed_out', 'cancelled'],
  succeeded: [],
  failed: [],
  timed_out: [],
  cancelled: [],
}

/** Whether a run may go from one status to another. */
export function validRunTransition(from: RunStatus, to: RunStatus): boolean {
  return runMoves[from].includes(to)
}

/**
 * Passes when the move is allowed.
 *
 * @throws IllegalMoveError when it is not: a bug, since only the holder of the lease moves a run.
 */
export function assertRunTransition(from: RunStatus, to: RunStatus): void {
  if (!validRunTransition(from, to)) throw new IllegalMoveError('run', from, to)
}
