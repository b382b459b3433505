import {
  type EventType,
  type JobEvent,
  type JobRecord,
  type JobStatus,
  partitionOf,
  type Retention,
  type RunRecord,
  tierForPriority,
} from '@dureq/types'

/**
 * Everything the model knows. It is a second, naive telling of the table in docs/architecture.md: lists that are searched
 * from one end to the other, one job at a time, and none of the rules the adapters use.
 */
export interface World {
  now: number
  /** Counts the steps; what joins a line later has the higher number. */
  step: number
  jobs: ModelJob[]
  keyHolders: { readonly key: string; readonly id: string }[]
  requests: { readonly requestId: string; readonly id: string; readonly until: number }[]
  retention: Retention
  /** Ids of jobs that were removed; their drafts may be sent again. */
  removed: Set<string>
  /** Every event, in order per job. */
  events: JobEvent[]
}

/** One job with its firing. */
export interface ModelJob {
  record: JobRecord
  /** All executions begun. */
  executions: number
  /** Runs that have ended, newest first. */
  runs: RunRecord[]
  lease: ModelLease | undefined
  /** When it last became claimable. */
  claimableAt: number
  /** Its place in its line, which counts while it stands there: ends are positive and grow, fronts negative and fall. */
  place: number
}

/** Who executes a job. */
export interface ModelLease {
  readonly token: string
  readonly maxAttempts: number
  until: number
  run: RunRecord
  /** Why it is to be cancelled. */
  cancel: string | undefined
}

/** A world in which nothing has happened. */
export function createWorld(now: number, retention: Retention): World {
  return { now, step: 0, jobs: [], keyHolders: [], requests: [], retention, removed: new Set(), events: [] }
}

/** The job of this id, if it exists. */
export function findJob(world: World, id: string): ModelJob | undefined {
  return world.jobs.find((job) => job.record.id === id)
}

/** Whether it stands in a line. */
export function inLine({ record }: ModelJob): boolean {
  return record.status === 'pending' || (record.status === 'retrying' && record.nextRunAt === undefined)
}

/** Names the line a job stands in, whenever it stands in one. */
export function lineOf({ record }: ModelJob): string {
  const { id, priority, taskType, version } = record
  return `${partitionOf(id)} ${tierForPriority(priority)} ${taskType} ${version ?? ''}`
}

/** Moves a job to a status; what it waited for is over. */
export function move(world: World, job: ModelJob, status: JobStatus, changes: Partial<JobRecord> = {}): void {
  const { nextRunAt: _due, pausedAt: _since, resumeAt: _until, ...rest } = job.record
  job.record = { ...rest, status, ...changes, updatedAt: world.now }
}

/** Lets a job join its line. */
export function joinLine(world: World, job: ModelJob, end: 'front' | 'end'): void {
  job.claimableAt = world.now
  job.place = end === 'front' ? -world.step : world.step
}

/** Writes an event of a job as it now is. */
export function tell(
  world: World,
  type: EventType,
  { record }: ModelJob,
  told: { readonly run?: RunRecord | undefined; readonly error?: string; readonly attempt?: number } = {},
): void {
  const { run, error, attempt = record.attempt } = told
  world.events.push({
    type,
    timestamp: world.now,
    jobId: record.id,
    taskType: record.taskType,
    attempt,
    ...(run === undefined ? {} : { runId: run.id, nodeId: run.nodeId }),
    ...(error === undefined ? {} : { error }),
  })
}
