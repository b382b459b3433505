import {
  type Firing,
  type FiringJob,
  type JobStatus,
  jobIdOf,
  type Lease,
  type Place,
  type RunRecord,
  type RunStatus,
  runIdOf,
} from '@dureq/types'

/**
 * What of a firing has no column of its own. It is written at every move, so it is kept short: instants are counted from
 * `updatedAt`, and what is not set is null or, at the end, left out.
 */
type FiringState = readonly [
  updatedAt: number,
  executions: number,
  attempt: number,
  errors: number,
  lastRunAt: number | null,
  completedAt: number | null,
  place: StoredPlace,
  run: StoredRun | null,
  lastError?: string,
]

type StoredLease = readonly [
  kind: typeof kinds.leased,
  token: string,
  until: number,
  claimedAt: number,
  claimableAt: number,
  maxAttempts: number,
  cancel?: readonly [reason?: string],
]

type StoredPlace =
  | StoredLease
  | readonly [kind: typeof kinds.line, end: 0 | 1, claimableAt: number]
  | readonly [kind: typeof kinds.due, dueAt: number]
  | readonly [kind: typeof kinds.paused, pausedAt: number, resumeAt: number | null]
  | readonly [kind: typeof kinds.ended, endedAt: number, error?: string]

type StoredRun = readonly [
  status: number,
  nodeId: string,
  attempt: number,
  startedAt: number,
  finishedAt: number | null,
  lastHeartbeatAt: number | null,
  error?: string,
]

// These numbers are part of the file format.
const kinds = { line: 0, due: 1, leased: 2, paused: 3, ended: 4 } as const
const runStatuses: readonly RunStatus[] = [
  'claimed',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
]

/** Writes the state of a firing. `run` is its newest: under way while it is leased, else the one that ended last. */
export function writeState(firing: Firing, run: RunRecord | undefined): string {
  const { updatedAt, executions, attempt, consecutiveErrors, lastError } = firing
  const lastRunAt = since(updatedAt, firing.lastRunAt)
  const completedAt = since(updatedAt, firing.completedAt)
  const place = writePlace(firing)
  const ran = run === undefined ? null : writeRun(run, updatedAt)
  const state: FiringState =
    lastError === undefined
      ? [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, place, ran]
      : [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, place, ran, lastError]
  return JSON.stringify(state)
}

function since(updatedAt: number, instant: number | undefined): number | null {
  return instant === undefined ? null : instant - updatedAt
}

function writePlace({ place, updatedAt }: Firing): StoredPlace {
  switch (place.kind) {
    case 'line':
      return [kinds.line, place.end === 'front' ? 0 : 1, place.claimableAt - updatedAt]
    case 'due':
      return [kinds.due, place.dueAt - updatedAt]
    case 'leased':
      return writeLease(place.lease, updatedAt)
    case 'paused':
      return [kinds.paused, place.pausedAt - updatedAt, since(updatedAt, place.resumeAt)]
    case 'ended': {
      const { error } = place.result
      const endedAt = place.endedAt - updatedAt
      return error === undefined ? [kinds.ended, endedAt] : [kinds.ended, endedAt, error]
    }
    case 'gone':
      throw new TypeError('a firing that is gone is not stored')
  }
}

function writeLease(lease: Lease, updatedAt: number): StoredLease {
  const { token, maxAttempts, cancel } = lease
  const until = lease.until - updatedAt
  const claimedAt = lease.claimedAt - updatedAt
  const claimableAt = lease.claimableAt - updatedAt
  if (cancel === undefined) return [kinds.leased, token, until, claimedAt, claimableAt, maxAttempts]
  const asked = cancel.reason === undefined ? ([] as const) : ([cancel.reason] as const)
  return [kinds.leased, token, until, claimedAt, claimableAt, maxAttempts, asked]
}

function writeRun(run: RunRecord, updatedAt: number): StoredRun {
  const { nodeId, attempt, error } = run
  const status = runStatuses.indexOf(run.status)
  const startedAt = run.startedAt - updatedAt
  const finishedAt = since(updatedAt, run.finishedAt)
  const beatAt = since(updatedAt, run.lastHeartbeatAt)
  return error === undefined
    ? [status, nodeId, attempt, startedAt, finishedAt, beatAt]
    : [status, nodeId, attempt, startedAt, finishedAt, beatAt, error]
}

/** What a firing has in columns of its own, and its job. */
export interface StateColumns {
  readonly id: string
  readonly job: FiringJob
  readonly status: JobStatus
  readonly progress: string | null
  readonly output: string | null
}

/** A firing, and its newest run. */
export interface ReadState {
  readonly firing: Firing
  readonly run: RunRecord | undefined
}

/** Reads the state of a firing. */
export function readState(text: string, columns: StateColumns): ReadState {
  const state = JSON.parse(text) as FiringState
  const [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, , , lastError] = state
  const run = readRun(state, columns)
  const firing: Firing = {
    id: columns.id,
    job: columns.job,
    status: columns.status,
    place: readPlace(state, columns, run),
    executions,
    attempt,
    consecutiveErrors,
    lastError,
    lastRunAt: lastRunAt === null ? undefined : lastRunAt + updatedAt,
    completedAt: completedAt === null ? undefined : completedAt + updatedAt,
    updatedAt,
  }
  return { firing, run }
}

function readRun(state: FiringState, { id, progress }: StateColumns): RunRecord | undefined {
  const updatedAt = state[0]
  const stored = state[7]
  if (stored === null) return undefined
  const [status, nodeId, attempt, startedAt, finishedAt, beatAt, error] = stored
  return {
    id: runIdOf(id, state[1]),
    jobId: jobIdOf(id),
    nodeId,
    status: runStatuses[status] as RunStatus,
    attempt,
    startedAt: startedAt + updatedAt,
    ...(finishedAt !== null && { finishedAt: finishedAt + updatedAt, durationMs: finishedAt - startedAt }),
    ...(beatAt !== null && { lastHeartbeatAt: beatAt + updatedAt }),
    ...(progress !== null && { progress }),
    ...(error !== undefined && { error }),
  }
}

function readPlace(state: FiringState, columns: StateColumns, run: RunRecord | undefined): Place {
  const updatedAt = state[0]
  const place = state[6]
  switch (place[0]) {
    case kinds.line:
      return { kind: 'line', end: place[1] === 0 ? 'front' : 'back', claimableAt: place[2] + updatedAt }
    case kinds.due:
      return { kind: 'due', dueAt: place[1] + updatedAt }
    case kinds.leased:
      return { kind: 'leased', lease: readLease(place, updatedAt, run as RunRecord) }
    case kinds.paused: {
      const [, pausedAt, resumeAt] = place
      return {
        kind: 'paused',
        pausedAt: pausedAt + updatedAt,
        resumeAt: resumeAt === null ? undefined : resumeAt + updatedAt,
      }
    }
    case kinds.ended:
      return { kind: 'ended', endedAt: place[1] + updatedAt, result: readResult(place[2], columns) }
  }
}

function readLease(place: StoredLease, updatedAt: number, run: RunRecord): Lease {
  const [, token, until, claimedAt, claimableAt, maxAttempts, cancel] = place
  return {
    token,
    nodeId: run.nodeId,
    until: until + updatedAt,
    claimedAt: claimedAt + updatedAt,
    claimableAt: claimableAt + updatedAt,
    maxAttempts,
    run,
    cancel: cancel && { reason: cancel[0] },
  }
}

type Result = Extract<Place, { readonly kind: 'ended' }>['result']

function readResult(error: string | undefined, { status, output }: StateColumns): Result {
  const result = { status: status as Result['status'] }
  if (output === null) return error === undefined ? result : { ...result, error }
  return error === undefined ? { ...result, output } : { ...result, output, error }
}
