import { IllegalMoveError } from './errors/refused-errors.ts'
import type { JobStatus } from './job-status.ts'

/**
 * The moves a job, firing, workflow task or batch item may make, from each status: the one table for code, tests
 * and documentation.
 *
 * It is the table of the Go implementation, and behind `// ours` the moves our own rules need on top. Staying
 * is no move. What an operator's retry does to an ended job is none either: it begins a new life (see
 * `isRetryableJobStatus`), which is why `cancelled` has no exit.
 */
export const jobMoves: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  pending: [
    'scheduled',
    'running', // claimed
    'completed', // a task or item that is skipped
    'failed', // a task that cannot be dispatched
    'retrying',
    'dead', // schedule-to-start exceeded, or no node serves its type for too long
    'cancelled',
    'paused', // ours: pauseJob on a waiting job
  ],
  scheduled: [
    'pending', // due
    'running',
    'completed', // a recurring job whose schedule has ended
    'cancelled',
    'paused', // ours: pauseJob on a delayed or recurring job
  ],
  running: [
    'completed',
    'failed',
    'retrying', // a failed attempt, with attempts left
    'paused', // the handler asked for it, or too many consecutive errors
    'dead',
    'cancelled',
    'scheduled', // repeat after a delay; a recurring job between firings
    'pending', // ours: repeat at once, handed back, or reclaimed from a lost node
  ],
  retrying: [
    'running',
    'paused', // pauseJob
    'dead', // schedule-to-start exceeded after the retry became due
    'cancelled',
  ],
  paused: [
    'retrying',
    'running',
    'dead',
    'cancelled',
    'pending', // ours: resumed; attempts start anew
    'scheduled', // ours: resumed before its time has come
  ],
  failed: [
    'retrying',
    'paused',
    'dead',
    'scheduled',
    'cancelled',
    'pending', // a workflow or batch that is retried
  ],
  completed: [
    'scheduled', // a recurring job, after a firing
    'pending', // a task inside a loop of its workflow
  ],
  dead: ['retrying', 'pending'],
  cancelled: [],
}

/** Whether a job may go from one status to another. */
export function validJobTransition(from: JobStatus, to: JobStatus): boolean {
  return jobMoves[from].includes(to)
}

/**
 * Passes when the move is allowed.
 *
 * @throws IllegalMoveError when it is not: a bug, since whoever moves a job has checked its status before.
 */
export function assertJobTransition(from: JobStatus, to: JobStatus): void {
  if (!validJobTransition(from, to)) throw new IllegalMoveError('job', from, to)
}
