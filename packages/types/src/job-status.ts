/**
 * Every status a job, a firing, a workflow task or a batch item can have.
 *
 * - `pending` waits to be claimed (also behind a paused queue or a full concurrency key)
 * - `scheduled` is not yet due; a recurring job is it between its firings
 * - `running` is leased to a node
 * - `retrying` has failed and waits for, or is ready for, its next attempt
 * - `paused` waits for a resume, by hand or at a set time
 * - `completed`, `dead` (failed for good) and `cancelled` are ends
 * - `failed` is the end of a workflow task or batch item that did not succeed; a job is never stored as failed
 */
export const jobStatuses = [
  'pending',
  'scheduled',
  'running',
  'completed',
  'failed',
  'retrying',
  'paused',
  'dead',
  'cancelled',
] as const

/** The status of a job, firing, workflow task or batch item; `jobStatuses` explains each. */
export type JobStatus = (typeof jobStatuses)[number]

/** Whether a job in this status has ended: completed, dead or cancelled. */
export function isTerminalJobStatus(status: JobStatus): boolean {
  return status === 'completed' || status === 'dead' || status === 'cancelled'
}

/** Whether a job in this status is paused. */
export function isPausedJobStatus(status: JobStatus): boolean {
  return status === 'paused'
}

/**
 * Whether `retryJob` accepts a job in this status: failed, dead or cancelled. A retry begins a new life at
 * `pending` with attempt 0; it is no move of `jobMoves`, which describes one life.
 */
export function isRetryableJobStatus(status: JobStatus): boolean {
  return status === 'failed' || status === 'dead' || status === 'cancelled'
}
