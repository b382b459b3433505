import {
  isTerminalRunStatus,
  type JobRecord,
  type JobStatus,
  type RunRecord,
  type RunStatus,
} from '@dureq/types'

/** Something that happened to a task of a workflow. */
export interface AuditEntry {
  readonly taskName: string
  readonly jobId: string
  /** Tells entries apart: the run it is about, or the job. */
  readonly id: string
  /** The status that the job or the run took on. */
  readonly status: JobStatus | RunStatus
  readonly error?: string
  /** When, epoch milliseconds. */
  readonly timestamp: number
}

/** The trail of one job, computed from its record and its runs, oldest first. */
export function trailOf(taskName: string, job: JobRecord, runs: readonly RunRecord[]): readonly AuditEntry[] {
  const { id: jobId, createdAt } = job
  const entry = (rest: Omit<AuditEntry, 'taskName' | 'jobId'>): AuditEntry => ({ taskName, jobId, ...rest })
  const created = entry({ id: `${jobId}-created`, status: 'pending', timestamp: createdAt })
  const ofRuns = runs.toReversed().flatMap((run) => runEntries(run).map(entry))
  const now = presentEntry(job)
  return [created, ...ofRuns, ...(now === undefined ? [] : [entry(now)])]
}

type Rest = Omit<AuditEntry, 'taskName' | 'jobId'>

function runEntries({ id, status, error, startedAt, finishedAt }: RunRecord): readonly Rest[] {
  const began: Rest = { id: `${id}-started`, status: 'running', timestamp: startedAt }
  if (finishedAt === undefined || !isTerminalRunStatus(status)) return [began]
  return [began, { id, status, timestamp: finishedAt, ...(error === undefined ? {} : { error }) }]
}

/** Where it stands now, unless creation and runs have told that. */
function presentEntry({ id, status, updatedAt, result, lastError }: JobRecord): Rest | undefined {
  if (status === 'pending' || status === 'running') return undefined
  const error = result === undefined ? lastError : result.error
  return { id, status, timestamp: updatedAt, ...(error === undefined ? {} : { error }) }
}
