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
import { readingOnce, writingOnce } from './remember-last.ts'

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
  lastError?: string | null,
  marks?: number,
]

type StoredLease = readonly [
  kind: typeof kinds.leased | typeof kinds.claimed,
  /** All of it; of a lease whose token is its claim's with the number of the firing, the former. */
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
  | readonly [kind: typeof kinds.held]
  | readonly [kind: typeof kinds.recurring, since: number, nextRunAt: number | null, pausedAt: number | null]

type StoredRun = readonly [
  status: number,
  nodeId: string,
  attempt: number,
  startedAt: number,
  finishedAt: number | null,
  lastHeartbeatAt: number | null,
  error?: string | null,
  progress?: string | null,
  stack?: string,
]

// These numbers are part of the file format.
const kinds = { line: 0, due: 1, leased: 2, paused: 3, ended: 4, claimed: 5, held: 6, recurring: 7 } as const
const runStatuses: readonly RunStatus[] = [
  'claimed',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
]

/** A firing as far as its state tells of it. */
export interface WrittenFiring {
  readonly seq: number
  readonly firing: Firing
  /** Its newest: under way while it is leased, else the one that ended last. */
  readonly run: RunRecord | undefined
  /** As `StoredFiring.marks`. */
  readonly marks: number
}

const writeTuple = writingOnce()

/** Writes the state of a firing. */
export function writeState({ seq, firing, run, marks }: WrittenFiring): string {
  const { updatedAt, executions, attempt, consecutiveErrors, lastError } = firing
  const lastRunAt = since(updatedAt, firing.lastRunAt)
  const completedAt = since(updatedAt, firing.completedAt)
  const place = writePlace(firing, seq)
  const ran = run === undefined ? null : writeRun(run, updatedAt)
  if (marks !== 0) {
    const head = [
      updatedAt,
      executions,
      attempt,
      consecutiveErrors,
      lastRunAt,
      completedAt,
      place,
      ran,
    ] as const
    return writeTuple([...head, lastError ?? null, marks] satisfies FiringState)
  }
  const state: FiringState =
    lastError === undefined
      ? [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, place, ran]
      : [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, place, ran, lastError]
  return writeTuple(state)
}

function since(updatedAt: number, instant: number | undefined): number | null {
  return instant === undefined ? null : instant - updatedAt
}

function writePlace({ place, updatedAt }: Firing, seq: number): StoredPlace {
  switch (place.kind) {
    case 'line':
      return [kinds.line, place.end === 'front' ? 0 : 1, place.claimableAt - updatedAt]
    case 'due':
      return [kinds.due, place.dueAt - updatedAt]
    case 'leased':
      return writeLease(place.lease, updatedAt, seq)
    case 'paused':
      return [kinds.paused, place.pausedAt - updatedAt, since(updatedAt, place.resumeAt)]
    case 'ended': {
      const { error } = place.result
      const endedAt = place.endedAt - updatedAt
      return error === undefined ? [kinds.ended, endedAt] : [kinds.ended, endedAt, error]
    }
    case 'held':
      return [kinds.held]
    case 'recurring': {
      const { since: from, nextRunAt, pausedAt } = place
      return [kinds.recurring, from - updatedAt, since(updatedAt, nextRunAt), since(updatedAt, pausedAt)]
    }
    case 'gone':
      throw new TypeError('a firing that is gone is not stored')
  }
}

function writeLease(lease: Lease, updatedAt: number, seq: number): StoredLease {
  const { maxAttempts, cancel } = lease
  const suffix = tokenSuffix(seq)
  const isOwn = lease.token.endsWith(suffix)
  const kind = isOwn ? kinds.claimed : kinds.leased
  const token = isOwn ? lease.token.slice(0, -suffix.length) : lease.token
  const until = lease.until - updatedAt
  const claimedAt = lease.claimedAt - updatedAt
  const claimableAt = lease.claimableAt - updatedAt
  if (cancel === undefined) return [kind, token, until, claimedAt, claimableAt, maxAttempts]
  const asked = cancel.reason === undefined ? ([] as const) : ([cancel.reason] as const)
  return [kind, token, until, claimedAt, claimableAt, maxAttempts, asked]
}

/** What the tokens of a claim differ in: the number of the firing. */
export function tokenSuffix(seq: number): string {
  return `.${seq.toString(36)}`
}

function writeRun(run: RunRecord, updatedAt: number): StoredRun {
  const { nodeId, attempt, error, progress, stack } = run
  const status = runStatuses.indexOf(run.status)
  const startedAt = run.startedAt - updatedAt
  const finishedAt = since(updatedAt, run.finishedAt)
  const beatAt = since(updatedAt, run.lastHeartbeatAt)
  if (stack !== undefined) {
    const told = [error ?? null, progress ?? null, stack] as const
    return [status, nodeId, attempt, startedAt, finishedAt, beatAt, ...told]
  }
  if (progress !== undefined) {
    return [status, nodeId, attempt, startedAt, finishedAt, beatAt, error ?? null, progress]
  }
  return error === undefined
    ? [status, nodeId, attempt, startedAt, finishedAt, beatAt]
    : [status, nodeId, attempt, startedAt, finishedAt, beatAt, error]
}

/** What a firing has in columns of its own, and its job. */
export interface StateColumns {
  readonly seq: number
  readonly id: string
  readonly job: FiringJob
  readonly status: JobStatus
  readonly output: string | null
}

/** A firing, and its newest run. */
export interface ReadState {
  readonly firing: Firing
  readonly run: RunRecord | undefined
  readonly marks: number
}

const readTuple = readingOnce((text) => JSON.parse(text) as FiringState)

/** Reads the state of a firing. */
export function readState(text: string, columns: StateColumns): ReadState {
  const state = readTuple(text)
  const [updatedAt, executions, attempt, consecutiveErrors, lastRunAt, completedAt, , , error, marks = 0] =
    state
  const run = readRun(state, columns)
  const firing: Firing = {
    id: columns.id,
    job: columns.job,
    status: columns.status,
    place: readPlace(state, columns, run),
    executions,
    attempt,
    consecutiveErrors,
    lastError: error ?? undefined,
    lastRunAt: lastRunAt === null ? undefined : lastRunAt + updatedAt,
    completedAt: completedAt === null ? undefined : completedAt + updatedAt,
    updatedAt,
  }
  return { firing, run, marks }
}

function readRun(state: FiringState, { id }: StateColumns): RunRecord | undefined {
  const updatedAt = state[0]
  const stored = state[7]
  if (stored === null) return undefined
  const [status, nodeId, attempt, startedAt, finishedAt, beatAt, error, progress, stack] = stored
  return {
    id: runIdOf(id, state[1]),
    jobId: jobIdOf(id),
    nodeId,
    status: runStatuses[status] as RunStatus,
    attempt,
    startedAt: startedAt + updatedAt,
    ...(finishedAt !== null && { finishedAt: finishedAt + updatedAt, durationMs: finishedAt - startedAt }),
    ...(beatAt !== null && { lastHeartbeatAt: beatAt + updatedAt }),
    ...(progress != null && { progress }),
    ...(error != null && { error }),
    ...(stack !== undefined && { stack }),
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
    case kinds.claimed: {
      const token = place[0] === kinds.claimed ? `${place[1]}${tokenSuffix(columns.seq)}` : place[1]
      return { kind: 'leased', lease: readLease(place, token, updatedAt, run as RunRecord) }
    }
    case kinds.paused: {
      const [, pausedAt, resumeAt] = place
      return {
        kind: 'paused',
        pausedAt: pausedAt + updatedAt,
        resumeAt: resumeAt === null ? undefined : resumeAt + updatedAt,
      }
    }
    case kinds.held:
      return { kind: 'held' }
    case kinds.recurring: {
      const [, from, nextRunAt, pausedAt] = place
      return {
        kind: 'recurring',
        since: from + updatedAt,
        nextRunAt: nextRunAt === null ? undefined : nextRunAt + updatedAt,
        pausedAt: pausedAt === null ? undefined : pausedAt + updatedAt,
      }
    }
    case kinds.ended:
      return { kind: 'ended', endedAt: place[1] + updatedAt, result: readResult(place[2], columns) }
  }
}

function readLease(place: StoredLease, token: string, updatedAt: number, run: RunRecord): Lease {
  const [, , until, claimedAt, claimableAt, maxAttempts, cancel] = place
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
