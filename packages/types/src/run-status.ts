/**
 * Every status a run can have.
 *
 * - `claimed` is leased, but its handler has not started
 * - `running` executes its handler
 * - `succeeded` (also after skip and repeat), `failed`, `timed_out` and `cancelled` are ends
 */
export const runStatuses = ['claimed', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled'] as const

/** The status of one run; `runStatuses` explains each. */
export type RunStatus = (typeof runStatuses)[number]

/** Whether a run in this status has ended. */
export function isTerminalRunStatus(status: RunStatus): boolean {
  return status !== 'claimed' && status !== 'running'
}
