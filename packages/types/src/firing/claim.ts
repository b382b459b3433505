import { runIdOf } from '../ids.ts'
import type { RunRecord } from '../run.ts'
import { effectiveMaxAttempts } from './attempts.ts'
import type { Firing, FiringJob, Lease } from './firing.ts'
import { type Move, moveTo, placeOf } from './move.ts'
import { tell } from './tell.ts'

/** Who leases a firing, and on which terms. */
export interface Claim {
  readonly nodeId: string
  /** Unique for all time. */
  readonly token: string
  /** Length of the handler's leases, unless the job has its own. */
  readonly leaseMs: number
  /** Attempts the handler allows, unless the job has its own policy. */
  readonly maxAttempts: number
  /** The run starts at once; else it is `claimed` until a beat says it has started. */
  readonly start: boolean
}

/** The length of a lease: the job's heartbeat timeout, else the handler's. */
export function leaseLength(job: Pick<FiringJob, 'heartbeatTimeoutMs'>, handlerLeaseMs: number): number {
  return job.heartbeatTimeoutMs ?? handlerLeaseMs
}

/**
 * Leases a firing to a node, which begins its next run.
 *
 * @throws IllegalMoveError when it does not stand in a line.
 */
export function claimFiring(firing: Firing, request: Claim, now: number): Move {
  const { claimableAt } = placeOf(firing, 'line', 'running')
  const executions = firing.executions + 1
  const run: RunRecord = {
    id: runIdOf(firing.id, executions),
    jobId: firing.job.id,
    nodeId: request.nodeId,
    status: request.start ? 'running' : 'claimed',
    attempt: firing.attempt + 1,
    startedAt: now,
  }
  const lease: Lease = {
    token: request.token,
    nodeId: request.nodeId,
    until: now + leaseLength(firing.job, request.leaseMs),
    claimedAt: now,
    claimableAt,
    maxAttempts: effectiveMaxAttempts(firing.job, request.maxAttempts),
    run,
    cancel: undefined,
  }
  const leased = moveTo(firing, 'running', { kind: 'leased', lease }, now, { executions })
  return { kind: 'moved', firing: leased, events: request.start ? [tellStarted(leased, run)] : [] }
}

/** `job.started`, the one event that tells the attempt of its run rather than the attempts finished. */
export function tellStarted(firing: Firing, run: RunRecord): Move['events'][number] {
  return tell('job.started', firing, { run, attempt: run.attempt })
}
