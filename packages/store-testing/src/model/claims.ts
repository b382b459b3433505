import { type ClaimRequest, type HandlerSet, handlerFor, type LeasedRun, runIdOf } from '@dureq/types'
import { findJob, inLine, lineOf, type ModelJob, move, tell, type World } from './world.ts'

/**
 * Takes over one lease of a claim. The model does not choose what is claimed, it follows the store and says what is wrong
 * with its choice: a job that may not be claimed, or not yet.
 *
 * @returns the lease as it must be.
 */
export function claimed(
  world: World,
  request: ClaimRequest,
  handlers: HandlerSet,
  lease: LeasedRun,
): LeasedRun {
  world.step++
  const job = findJob(world, lease.jobId)
  if (job === undefined || !inLine(job)) throw new Error(`${lease.jobId} was not in a line`)
  const handler = handlerFor(handlers, job.record.taskType, job.record.version)
  if (handler === undefined) throw new Error(`${request.nodeId} cannot run ${job.record.taskType}`)
  const passedOver = hasOldPlace(world, job) ? undefined : world.jobs.find((other) => isBefore(other, job))
  if (passedOver) throw new Error(`${passedOver.record.id} stood before ${job.record.id}`)

  const { retryPolicy, dlqAfter, heartbeatTimeoutMs } = job.record
  const maxAttempts = Math.min(retryPolicy?.maxAttempts ?? handler.maxAttempts, dlqAfter ?? Infinity)
  const leaseMs = heartbeatTimeoutMs ?? handler.leaseMs
  job.executions++
  const run = {
    id: runIdOf(job.record.id, job.executions),
    jobId: job.record.id,
    nodeId: request.nodeId,
    status: request.start ? ('running' as const) : ('claimed' as const),
    attempt: job.record.attempt + 1,
    startedAt: world.now,
  }
  job.lease = { token: lease.token, maxAttempts, until: world.now + leaseMs, run, cancel: undefined }
  move(world, job, 'running')
  if (request.start) tell(world, 'job.started', job, { run, attempt: run.attempt })
  return leasedRun(job, leaseMs, lease.token)
}

/**
 * An id in a line is a hint (design section 4): a job that comes again under the id of one that was removed may be met where
 * that one stood.
 */
function hasOldPlace({ removed }: World, { record }: ModelJob): boolean {
  return removed.has(record.id)
}

/** Whether `other` stands before `job` in its line. What joined in one step may stand in any order. */
function isBefore(other: ModelJob, job: ModelJob): boolean {
  return inLine(other) && lineOf(other) === lineOf(job) && other.place < job.place
}

function leasedRun({ record, lease, claimableAt }: ModelJob, leaseMs: number, token: string): LeasedRun {
  if (lease === undefined) throw new Error('it has just been leased')
  const { id, taskType, payload, consecutiveErrors, priority, headers, createdAt } = record
  const { version, retryPolicy, timeoutMs, concurrencyKeys } = record
  return {
    runId: lease.run.id,
    firingId: id,
    jobId: id,
    token,
    taskType,
    payload,
    attempt: lease.run.attempt,
    maxAttempts: lease.maxAttempts,
    consecutiveErrors,
    priority,
    headers,
    ...(version === undefined ? {} : { version }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    leaseMs,
    claimableAt,
    claimedAt: lease.run.startedAt,
    createdAt,
    ...(concurrencyKeys === undefined ? {} : { concurrencyKeys }),
  }
}

/** The jobs in line this node could have been given. */
export function claimable(
  world: World,
  handlers: HandlerSet,
  free: Readonly<Record<string, number>>,
): ModelJob[] {
  return world.jobs.filter((job) => {
    const handler = handlerFor(handlers, job.record.taskType, job.record.version)
    return inLine(job) && handler !== undefined && (free[handler.name] ?? Infinity) > 0
  })
}
