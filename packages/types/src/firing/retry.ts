import { isRetryableJobStatus } from '../job-status.ts'
import type { Firing } from './firing.ts'
import { type Move, type Refused, refused } from './move.ts'
import { tell } from './tell.ts'

/**
 * Begins a new life of a dead or cancelled firing: at the front of its line, its attempts anew. Its runs stay, and so
 * does the count of its executions, so that no run id comes twice.
 */
export function retryFiring(firing: Firing, now: number): Move | Refused {
  if (!isRetryableJobStatus(firing.status)) return refused(firing)
  const waiting: Firing = {
    ...firing,
    status: 'pending',
    place: { kind: 'line', end: 'front', claimableAt: now },
    attempt: 0,
    consecutiveErrors: 0,
    lastError: undefined,
    updatedAt: now,
  }
  return {
    kind: 'moved',
    firing: waiting,
    events: [tell('job.retrying', waiting), tell('job.dispatched', waiting)],
  }
}
