import type { JobRecord } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import { present } from '../present.ts'
import type { RunRecord } from '../run.ts'
import { isTerminalRunStatus, type RunStatus } from '../run-status.ts'
import type { Actor, AuditEntry } from './audit.ts'

/** One line of the trail of a job: a status that it or one of its runs took on, or an act of somebody. */
export interface TrailEntry extends Partial<Actor> {
  /** Tells the lines of one trail apart. */
  readonly id: string
  /** Epoch ms. */
  readonly timestamp: number
  readonly status?: JobStatus | RunStatus
  /** What was asked for: `cancel`, `retry`, ... */
  readonly act?: string
  /** The run it is about. */
  readonly runId?: string
  readonly error?: string
}

/**
 * What happened to a job, oldest first: computed from its record and its runs, with the acts that were noted.
 *
 * @param runs newest first, as the store lists them.
 */
export function auditTrail(
  job: JobRecord,
  runs: readonly RunRecord[],
  acts: readonly AuditEntry[],
): readonly TrailEntry[] {
  const created: TrailEntry = { id: `${job.id}-created`, status: 'pending', timestamp: job.createdAt }
  const told = [created, ...acts.map(ofAct(job.id)), ...runs.toReversed().flatMap(ofRun), ...ofNow(job)]
  return told.sort((a, b) => a.timestamp - b.timestamp) // stable: what was first at one time stays first
}

function ofAct(jobId: string): (entry: AuditEntry, place: number) => TrailEntry {
  return ({ at, verb, who, from, why }, place) => ({
    id: `${jobId}-act-${at}-${place}`,
    timestamp: at,
    act: verb,
    ...present({ who, from, why }),
  })
}

function ofRun({ id: runId, status, error, startedAt, finishedAt }: RunRecord): readonly TrailEntry[] {
  const began: TrailEntry = { id: `${runId}-started`, status: 'running', timestamp: startedAt, runId }
  if (finishedAt === undefined || !isTerminalRunStatus(status)) return [began]
  return [began, { id: runId, status, timestamp: finishedAt, runId, ...present({ error }) }]
}

/** Where it stands now, unless creation and runs have told that. */
function ofNow({ id, status, updatedAt, result, lastError }: JobRecord): readonly TrailEntry[] {
  if (status === 'pending' || status === 'running') return []
  const error = result === undefined ? lastError : result.error
  return [{ id, status, timestamp: updatedAt, ...present({ error }) }]
}
