import type {
  Beat,
  BeatOutcome,
  EndedFiring,
  JobRecord,
  LeaseRef,
  RunOutcome,
  RunRecord,
  RunStatus,
} from '@dureq/types'
import { end, retainNothing, toldOfEnd } from './endings.ts'
import { findJob, joinLine, type ModelJob, type ModelLease, move, tell, type World } from './world.ts'

/** A job that is leased. */
export type LeasedJob = ModelJob & { lease: ModelLease }

/** The job leased under this token, if it still is. */
function heldBy(world: World, { firingId, token }: LeaseRef): LeasedJob | undefined {
  const job = findJob(world, firingId)
  return job?.lease?.token === token ? (job as LeasedJob) : undefined
}

/** `runs.extend` of one beat. */
export function beat(world: World, message: Beat): BeatOutcome {
  const job = heldBy(world, message)
  if (job === undefined) return 'lost'
  const { lease } = job
  lease.until = world.now + message.leaseMs
  const starts = message.started === true && lease.run.status === 'claimed'
  lease.run = {
    ...lease.run,
    ...(starts ? { status: 'running', startedAt: world.now } : {}),
    ...(message.progress === undefined ? {} : { progress: message.progress }),
    lastHeartbeatAt: world.now,
  }
  if (starts) {
    job.record = { ...job.record, updatedAt: world.now }
    tell(world, 'job.started', job, { run: lease.run, attempt: lease.run.attempt })
  }
  return lease.cancel === undefined ? 'live' : 'cancelRequested'
}

/** `runs.settle` of one outcome; what it ended joins `ended`. */
export function settle(world: World, outcome: RunOutcome, ended: EndedFiring[]): 'settled' | 'lost' {
  const job = heldBy(world, outcome)
  if (job === undefined) return 'lost'
  const { cancel, run } = job.lease
  if (run.status === 'claimed') tell(world, 'job.started', job, { run, attempt: run.attempt })
  if (cancel !== undefined) endCancelled(world, job, cancel, ended)
  else if (outcome.kind === 'succeeded') succeed(world, job, outcome, ended)
  else if (outcome.kind === 'failed') fail(world, job, outcome, ended)
  else if (outcome.kind === 'repeated') repeat(world, job, outcome.delayMs)
  else if (outcome.kind === 'paused') pause(world, job, outcome)
  else endCancelled(world, job, outcome.reason || 'cancelled', ended)
  retainNothing(world)
  return 'settled'
}

/** `runs.release` of one lease; what it ended joins `ended`. */
export function release(world: World, lease: LeaseRef, ended: EndedFiring[]): 'settled' | 'lost' {
  const job = heldBy(world, lease)
  if (job === undefined) return 'lost'
  if (job.lease.cancel !== undefined) {
    takeBackCancelled(world, job, job.lease.cancel, ended)
    retainNothing(world)
    return 'settled'
  }
  if (job.lease.run.status === 'running') endRun(world, job, 'cancelled', 'handed back')
  backToFront(world, job, 'pending', {})
  return 'settled'
}

/** What becomes of a lease that has expired. */
export function expire(world: World, job: LeasedJob, ended: EndedFiring[]): void {
  const { lease } = job
  if (lease.cancel !== undefined) return takeBackCancelled(world, job, lease.cancel, ended)
  if (lease.run.status === 'claimed') {
    backToFront(world, job, 'pending', {})
    return tell(world, 'job.auto_recovered', job, { run: lease.run })
  }
  const error = `node ${lease.run.nodeId} crashed or became unresponsive`
  const run = endRun(world, job, 'failed', error)
  const changes = anotherFailure(job, error)
  if (changes.attempt >= lease.maxAttempts) return die(world, job, { run, error, changes }, ended)
  backToFront(world, job, 'retrying', changes)
  tell(world, 'job.failed', job, { run, error })
  tell(world, 'job.auto_recovered', job, { run })
}

function backToFront(
  world: World,
  job: ModelJob,
  status: 'pending' | 'retrying',
  changes: Partial<JobRecord>,
): void {
  job.lease = undefined
  move(world, job, status, changes)
  joinLine(world, job, 'front')
}

function giveUpLease(job: ModelJob): void {
  job.lease = undefined
}

function endRun(world: World, job: LeasedJob, status: RunStatus, error?: string): RunRecord {
  const { run } = job.lease
  const why = error === undefined ? {} : { error }
  const over = { ...run, status, ...why, finishedAt: world.now, durationMs: world.now - run.startedAt }
  job.runs = [over, ...job.runs].slice(0, 100)
  return over
}

function endCancelled(world: World, job: LeasedJob, error: string, ended: EndedFiring[]): void {
  const run = endRun(world, job, 'cancelled', error)
  const changes = { attempt: job.record.attempt + 1, lastRunAt: world.now }
  end(world, job, { status: 'cancelled', error }, changes)
  tell(world, 'job.cancelled', job, { run, error })
  ended.push(toldOfEnd(job, run))
}

function takeBackCancelled(world: World, job: LeasedJob, error: string, ended: EndedFiring[]): void {
  const { run } = job.lease
  if (run.status === 'running') return endCancelled(world, job, error, ended)
  end(world, job, { status: 'cancelled', error })
  tell(world, 'job.cancelled', job, { run, error })
  ended.push(toldOfEnd(job, run))
}

type Outcome<Kind extends RunOutcome['kind']> = Extract<RunOutcome, { readonly kind: Kind }>

function succeed(world: World, job: LeasedJob, outcome: Outcome<'succeeded'>, ended: EndedFiring[]): void {
  const { output, skipped } = outcome
  const run = endRun(world, job, 'succeeded')
  const { lastError: _, ...rest } = job.record
  job.record = rest
  const result = { status: 'completed', ...(output === undefined ? {} : { output }) } as const
  const { now } = world
  const changes = { attempt: rest.attempt + 1, consecutiveErrors: 0, lastRunAt: now, completedAt: now }
  end(world, job, result, changes)
  const why = skipped === undefined ? {} : { error: skipped === '' ? 'skip' : `skip: ${skipped}` }
  tell(world, 'job.completed', job, { run, ...why })
  ended.push(toldOfEnd(job, run))
}

function anotherFailure({ record }: ModelJob, error: string) {
  return { attempt: record.attempt + 1, consecutiveErrors: record.consecutiveErrors + 1, lastError: error }
}

function fail(world: World, job: LeasedJob, outcome: Outcome<'failed'>, ended: EndedFiring[]): void {
  const { error, status, then } = outcome
  const run = endRun(world, job, status, error)
  const changes = { ...anotherFailure(job, error), lastRunAt: world.now }
  if (then.do === 'die') return die(world, job, { run, error, changes }, ended)
  if (then.do === 'pause') {
    pauseFor(world, job, then.resumeAfterMs, changes)
    tell(world, 'job.failed', job, { run, error })
    return tell(world, 'job.paused', job, { run, error })
  }
  if (then.delayMs === 0) backToFront(world, job, 'retrying', changes)
  else {
    giveUpLease(job)
    move(world, job, 'retrying', { ...changes, nextRunAt: world.now + then.delayMs })
  }
  tell(world, 'job.failed', job, { run, error })
  tell(world, 'job.retrying', job, { run })
  if (then.delayMs === 0) tell(world, 'job.dispatched', job, { run })
}

interface Failure {
  readonly run: RunRecord
  readonly error: string
  readonly changes: Partial<JobRecord>
}

function die(world: World, job: ModelJob, { run, error, changes }: Failure, ended: EndedFiring[]): void {
  end(world, job, { status: 'dead', error }, changes)
  tell(world, 'job.failed', job, { run, error })
  tell(world, 'job.dead', job, { run, error })
  ended.push(toldOfEnd(job, run))
}

function repeat(world: World, job: LeasedJob, delayMs: number): void {
  const run = endRun(world, job, 'succeeded')
  giveUpLease(job)
  if (delayMs > 0) {
    move(world, job, 'scheduled', { lastRunAt: world.now, nextRunAt: world.now + delayMs })
    return tell(world, 'job.scheduled', job, { run })
  }
  move(world, job, 'pending', { lastRunAt: world.now })
  joinLine(world, job, 'end')
  tell(world, 'job.dispatched', job, { run })
}

function pause(world: World, job: LeasedJob, { reason, resumeAfterMs }: Outcome<'paused'>): void {
  const error = reason ? `pause: ${reason}` : 'pause'
  const run = endRun(world, job, 'failed', error)
  const why = reason ? { lastError: reason } : {}
  pauseFor(world, job, resumeAfterMs, { lastRunAt: world.now, ...why })
  tell(world, 'job.paused', job, { run, error })
}

function pauseFor(world: World, job: ModelJob, ms: number | undefined, changes: Partial<JobRecord>): void {
  job.lease = undefined
  const until = ms === undefined ? {} : { resumeAt: world.now + ms }
  move(world, job, 'paused', { ...changes, pausedAt: world.now, ...until })
}
