import { IllegalMoveError } from '../errors/refused-errors.ts'
import type { JobEvent } from '../event.ts'
import type { JobResult } from '../job.ts'
import type { JsonText } from '../json.ts'
import type { RunRecord } from '../run.ts'
import { assertRunTransition } from '../run-moves.ts'
import { isTerminalRunStatus, type RunStatus } from '../run-status.ts'
import type { EndedFiring } from '../store/ended.ts'
import type { Firing } from './firing.ts'
import { type Changes, type Move, moveTo } from './move.ts'

/**
 * The record of a run that ends now. One that ends before its start was reported passes through `running`, except
 * when it is cancelled or lost.
 */
export function finishRun(run: RunRecord, status: RunStatus, now: number, error?: string): RunRecord {
  if (run.status === 'claimed' && (status === 'succeeded' || status === 'timed_out')) {
    assertRunTransition('claimed', 'running')
    assertRunTransition('running', status)
  } else assertRunTransition(run.status, status)
  const { id, jobId, nodeId, attempt, startedAt, lastHeartbeatAt, progress } = run
  const finished: { -readonly [Field in keyof RunRecord]: RunRecord[Field] } = {
    id,
    jobId,
    nodeId,
    status,
    attempt,
    startedAt,
    finishedAt: now,
    durationMs: now - startedAt,
  }
  // Not spread: to spread and to add takes many times as long, and every run comes by here.
  if (lastHeartbeatAt !== undefined) finished.lastHeartbeatAt = lastHeartbeatAt
  if (progress !== undefined) finished.progress = progress
  if (error !== undefined) finished.error = error
  return finished
}

/** How a firing ends. */
export interface Finish {
  readonly result: JobResult<JsonText>
  readonly changes?: Changes
  /** The run whose step ends it. */
  readonly run?: RunRecord
  /** The events of the step, from the firing as it is then. */
  readonly events: (ended: Firing) => readonly JobEvent[]
}

/** Ends a firing: what it then is, its events, and what hooks are told. */
export function finish(firing: Firing, finishing: Finish, now: number): Move {
  const { result, changes, run, events } = finishing
  const ended = moveTo(firing, result.status, { kind: 'ended', endedAt: now, result }, now, changes)
  const written = events(ended)
  const told = endedFiring(ended, run)
  // A run that is taken back before it has started is told of, but leaves no record.
  return run !== undefined && isTerminalRunStatus(run.status)
    ? { kind: 'moved', firing: ended, events: written, finishedRun: run, ended: told }
    : { kind: 'moved', firing: ended, events: written, ended: told }
}

/**
 * What hooks are told of a firing that has just ended.
 *
 * @throws IllegalMoveError when it has not.
 */
export function endedFiring(firing: Firing, run?: RunRecord): EndedFiring {
  if (firing.place.kind !== 'ended') throw new IllegalMoveError('job', firing.status, 'ended')
  const { status, error } = firing.place.result
  const { id: firingId, job, attempt } = firing
  const { id: jobId, taskType } = job
  if (run === undefined) {
    return error === undefined
      ? { firingId, jobId, taskType, status, attempt }
      : { firingId, jobId, taskType, status, attempt, error }
  }
  const runId = run.id
  return error === undefined
    ? { firingId, jobId, taskType, status, attempt, runId }
    : { firingId, jobId, taskType, status, attempt, runId, error }
}
